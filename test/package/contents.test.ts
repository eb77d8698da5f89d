import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { AWS_FILE, bundleAws, bundleProgram } from "../../build/bundle";
import { packageRoot } from "../../src/project";
import { filesBelow, userFolder } from "./packed";

/** What the package holds. */

const LICENSES = "dist/THIRD-PARTY-LICENSES.txt";

let folder: string;
let files: string[];
beforeAll(() => {
  folder = join(userFolder(), "node_modules");
  files = filesBelow(join(folder, "pmm-iam"));
});

test("it installs nothing else", () => {
  expect(filesBelow(folder).filter((file) => !file.startsWith("pmm-iam/"))).toEqual([".package-lock.json"]);
});

test("the program is one JavaScript file, what calls AWS another, and there is no TypeScript but types", () => {
  expect(files.filter((file) => /\.[cm]?js$/.test(file))).toEqual(["dist/aws.js", "dist/pmm-iam.js"]);
  const typescript = files.filter((file) => /\.[cm]?tsx?$/.test(file) && !/\.d\.c?ts$/.test(file));
  expect(typescript.filter((file) => !file.startsWith("examples/"))).toEqual([]);
});

test("under 5 MB but for the licenses", () => {
  const sizes = files
    .filter((file) => file !== LICENSES)
    .map((file) => statSync(join(folder, "pmm-iam", file)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(5_000_000);
});

test("every module, policy, schema, page and example of the repository, and no test", () => {
  const tracked = execFileSync(
    "git",
    [
      "ls-files",
      "modules",
      "docs",
      "examples",
      "schemas",
      "accounts.schema.json",
      "CHANGELOG.md",
      "CONTRIBUTING.md",
      "LICENSE",
      "SECURITY.md",
    ],
    { cwd: packageRoot, encoding: "utf8" },
  )
    .trimEnd()
    .split("\n")
    .filter((file) => !/^modules\/[^/]+\/tests\//.test(file));
  expect(tracked.length).toBeGreaterThan(80);
  expect(files.filter((file) => !file.startsWith("dist/"))).toEqual(
    [...tracked, "README.md", "package.json"].sort(),
  );
});

test("no file has a path of the machine that it was made on", () => {
  for (const file of files.filter((name) => !name.endsWith(".gz"))) {
    expect({
      file,
      found: readFileSync(join(folder, "pmm-iam", file), "utf8").includes(packageRoot),
    }).toEqual({
      file,
      found: false,
    });
  }
});

test("each package that is in the program has its license in the list", async () => {
  const list = readFileSync(join(folder, "pmm-iam", LICENSES), "utf8");
  const parts = list.split(/^-{80}$/m).slice(1);
  const heads = parts.flatMap((part) =>
    [...part.matchAll(/^(\S+) \S+ \(([^)]+)\)$/gm)].map(([, name, license]) => `${name} ${license}`),
  );
  expect(heads).toEqual(
    expect.arrayContaining([
      "cdktf MPL-2.0",
      "@cdktf/provider-aws MPL-2.0",
      "@cdktf/hcl-tools MPL-2.0",
      "@aws-sdk/client-sts Apache-2.0",
      "constructs Apache-2.0",
      "yaml ISC",
      "zod MIT",
      "commander MIT",
    ]),
  );
  const built = join(userFolder(), "built");
  const folders = [
    ...(await bundleProgram(join(built, "program.js"))),
    ...(await bundleAws(join(built, AWS_FILE))),
  ];
  const packages = folders.map((path) => path.replace(/^.*node_modules\//, ""));
  expect(packages.length).toBeGreaterThan(40);
  const listed = new Set(heads.map((head) => head.split(" ")[0]));
  expect(packages.filter((name) => !listed.has(name))).toEqual([]);
  for (const part of parts) {
    expect(part.length).toBeGreaterThan(600);
  }
});
