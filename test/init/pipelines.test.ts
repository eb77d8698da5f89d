import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PIPELINES_FOLDER } from "../../src/init/pipeline-files";
import { PIPELINES } from "../../src/init/settings";
import { ALL, NewFolder } from "./new-folder";

const folder = new NewFolder();
const pipelines = PIPELINES.filter((pipeline) => pipeline !== "none");

test("there is a folder for each pipeline, and no other", () => {
  const folders = readdirSync(PIPELINES_FOLDER, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  expect(folders.map(({ name }) => name).sort()).toEqual([...pipelines].sort());
});

test.each(pipelines)("--ci %s: the pipeline, byte for byte, and state in S3", (ci) => {
  const pipeline = join(PIPELINES_FOLDER, ci);
  const files = readdirSync(pipeline, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "README.md")
    .map((entry) => join(entry.parentPath, entry.name).slice(pipeline.length + 1));
  const bucket = ["--bucket", "acme-tfstate"];
  const { status, stdout, stderr } = folder.pmmIam(["init", "--ci", ci, ...bucket, ...ALL]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    expect(readFileSync(join(folder.path, file))).toEqual(readFileSync(join(pipeline, file)));
    expect(stdout).toContain(`\n  ${file}\n`);
  }
  expect(folder.read("accounts.yaml")).toContain("    bucket: acme-tfstate\n");
  expect(folder.pmmIam(["check"])).toMatchObject({ status: 0, stderr: "" });
  folder.refuses(
    ["--ci", ci, ...ALL],
    [...["accounts.yaml", "package.json", ".gitignore", "cdktf.json"], ...files.sort()].map(
      (path) => new RegExp(`^error: ${path.replaceAll(".", "\\.")} is there already \\(a file\\)`),
    ),
  );
});

test("something else has the path of a file or a folder: nothing is written", () => {
  mkdirSync(join(folder.path, "cdktf.json"));
  symlinkSync("nowhere", join(folder.path, "accounts.yaml"));
  folder.write(".github");
  folder.refuses(
    ["--ci", "github", ...ALL],
    [
      /^error: accounts\.yaml is there already \(a link\)/,
      /^error: cdktf\.json is there already \(a folder\)/,
      /^error: \.github is there already \(a file\)/,
    ],
  );
});

test("a pipeline with a local state gets a note", () => {
  expect(folder.notes({}, ["--ci", "atlantis", "--backend", "local"])).toEqual([
    expect.stringMatching(/^note: a pipeline's machine .*$/),
  ]);
});

test("below another deployment, in a repository: a name of its own, and where a pipeline belongs", () => {
  spawnSync("git", ["init", "--quiet", folder.path]);
  folder.pmmIam(["init", ...ALL]);
  const cwd = join(folder.path, "envs", "Staging EU");
  mkdirSync(cwd, { recursive: true });
  const pipeline = ["--ci", "atlantis", "--bucket", "acme", "--account-id", "333333333333"];
  expect(folder.notes({ cwd }, pipeline)).toEqual([
    expect.stringMatching(/^note: \.\.\/\.\.\/accounts\.yaml is another deployment; /),
    expect.stringMatching(
      /^note: pipelines are read at the root of the repository, \.\.\/\.\.: .* 'envs\/Staging EU'$/,
    ),
  ]);
  expect(folder.read("envs/Staging EU/accounts.yaml")).toContain("\nname: staging-eu\n");
  expect(folder.pmmIam(["check"], { cwd })).toMatchObject({ status: 0, stderr: "" });
});
