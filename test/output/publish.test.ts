import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OutputError, publish } from "../../src/output/publish";
import { packageRoot } from "../../src/project";
import { files, HCL_OUTPUT, JSON_OUTPUT, Scratch } from "./scratch";

const fs = jest.requireActual<typeof import("node:fs")>("node:fs");
const { mkdirSync: realMkdir, renameSync: realRename } = fs;

let scratch: Scratch;

beforeEach(() => {
  scratch = new Scratch();
});

afterEach(() => scratch.remove());

const BY_NPM = { underCdktfCommand: false, deployment: "pmm-iam" };
const BY_CDKTF = { underCdktfCommand: true, deployment: "pmm-iam" };

const GONE = {
  "stacks/pmm-iam-gone/cdk.tf.json": "x",
  "stacks/pmm-iam-gone/modules/x/main.tf": "x",
};

const published = (content: Readonly<Record<string, string>>, by = BY_NPM) =>
  publish(files(content), scratch.out, by);

test("writes what is asked for, and nothing twice", async () => {
  expect(await published(JSON_OUTPUT)).toEqual({ written: 4, removed: 0, unchanged: 0 });
  expect(scratch.tree()).toEqual(JSON_OUTPUT);
  const manifest = join(scratch.out, "manifest.json");
  const before = statSync(manifest).mtimeMs;
  expect(await published(JSON_OUTPUT)).toEqual({ written: 0, removed: 0, unchanged: 4 });
  expect(statSync(manifest).mtimeMs).toBe(before);
});

test("lists what it wrote, sorted, the same for the same output", async () => {
  await published(JSON_OUTPUT);
  const list = join(scratch.out, ".pmm-iam/files.json");
  const text = readFileSync(list, "utf8");
  expect(text).toBe(`{
  "//": "What pmm-iam synth wrote into this folder, and replaces or removes when it runs again. It touches nothing else.",
  "deployment": "pmm-iam",
  "files": [
    "manifest.json",
    "stacks/pmm-iam/cdk.tf.json",
    "stacks/pmm-iam/modules/x/main.tf",
    "stacks/pmm-iam/pmm-iam.tf.json"
  ],
  "folders": []
}
`);
  await published({ ...HCL_OUTPUT, ...GONE });
  await published(JSON_OUTPUT);
  expect(readFileSync(list, "utf8")).toBe(text);
});

test("refuses the output of another deployment, and takes it where the list no longer says whose it is", async () => {
  await published(JSON_OUTPUT);
  const other = { underCdktfCommand: false, deployment: "staging" };
  const output = { "stacks/staging/cdk.tf.json": "{}" };
  await expect(published(output, other)).rejects.toThrow(
    new OutputError(
      `${scratch.out} holds the output of the deployment pmm-iam, and this is the output of staging; nothing was changed: name another output folder with --output or CDKTF_OUTDIR or, if pmm-iam is called staging now, remove ${scratch.out}/.pmm-iam/files.json`,
    ),
  );
  expect(scratch.tree()).toEqual(JSON_OUTPUT);

  const list = join(scratch.out, ".pmm-iam/files.json");
  const ofOld = readFileSync(list, "utf8").replace('  "deployment": "pmm-iam",\n', "");
  writeFileSync(list, ofOld);
  await published(output, other);
  expect(scratch.tree()).toEqual(output);
  expect(readFileSync(list, "utf8")).toContain('"deployment": "staging"');
});

test("makes a folder that is not there, and one that a link leads to", async () => {
  await publish(files(JSON_OUTPUT), join(scratch.folder, "a/b"), BY_NPM);
  expect(scratch.tree(join(scratch.folder, "a/b"))).toEqual(JSON_OUTPUT);
  symlinkSync("a/b", scratch.out);
  expect(await published(HCL_OUTPUT)).toEqual({ written: 3, removed: 1, unchanged: 2 });
  expect(scratch.tree(join(scratch.folder, "a/b"))).toEqual(HCL_OUTPUT);
});

test("one format replaces the other: never both root files", async () => {
  await published(JSON_OUTPUT);
  await published(HCL_OUTPUT);
  expect(scratch.tree()).toEqual(HCL_OUTPUT);
  await published(JSON_OUTPUT);
  expect(scratch.tree()).toEqual(JSON_OUTPUT);
});

test("a file of a module may have any name", async () => {
  const odd = { "stacks/pmm-iam/modules/x/a.tfstate.tf": "1", "stacks/pmm-iam/modules/x/a\\b \n.tf": "2" };
  await published({ ...JSON_OUTPUT, ...odd });
  expect(await published({ ...JSON_OUTPUT, ...odd })).toEqual({ written: 0, removed: 0, unchanged: 6 });
  await published(JSON_OUTPUT);
  expect(scratch.tree()).toEqual(JSON_OUTPUT);
});

test("a file of its own that somebody has edited is replaced, and removed", async () => {
  await published({ ...JSON_OUTPUT, ...GONE });
  scratch.put({ "stacks/pmm-iam/modules/x/main.tf": "edited", "stacks/pmm-iam-gone/cdk.tf.json": "edited" });
  await published(JSON_OUTPUT);
  expect(scratch.tree()).toEqual(JSON_OUTPUT);
});

test("a vanished stack leaves nothing of synth's and everything of others, also when it comes back", async () => {
  await published({ ...JSON_OUTPUT, ...GONE });
  const kept = {
    "stacks/pmm-iam-gone/terraform.tfstate": "state",
    "stacks/pmm-iam-gone/terraform.pmm-iam-gone.tfstate.backup": "backup",
    "stacks/pmm-iam-gone/.terraform/providers/x": "plugin",
    "stacks/pmm-iam-gone/.terraform.lock.hcl": "lock",
    "stacks/pmm-iam-gone/notes.txt": "notes",
    "stacks/pmm-iam-gone/modules/x/.terraform/y": "y",
    "stacks/pmm-iam/modules/x/notes.tf": "notes",
    "stacks/pmm-iam/terraform.tfstate": "state",
    "stacks/pmm-iam/plan.tfplan": "plan",
    "stacks/pmm-iam/plan": "plan",
  };
  scratch.put(kept);
  await published(JSON_OUTPUT);
  await published(JSON_OUTPUT);
  expect(scratch.tree()).toEqual({ ...JSON_OUTPUT, ...kept });
  await published({ ...JSON_OUTPUT, ...GONE });
  expect(scratch.tree()).toEqual({ ...JSON_OUTPUT, ...GONE, ...kept });
});

test("a vanished stack without anything of others leaves no folder", async () => {
  await published({ ...JSON_OUTPUT, ...GONE });
  await published(JSON_OUTPUT);
  expect(readdirSync(join(scratch.out, "stacks"))).toEqual(["pmm-iam"]);
});

test("under the cdktf command a vanished stack's folder stays, empty: the command removes it and fails without it", async () => {
  await published({ ...JSON_OUTPUT, ...GONE }, BY_CDKTF);
  await published(JSON_OUTPUT, BY_CDKTF);
  expect(readdirSync(join(scratch.out, "stacks/pmm-iam-gone"))).toEqual([]);
});

test.each(["terraform.tfstate", ".terraform.lock.hcl", ".terraform/x", "main.tf", "modules/vpc/main.tf"])(
  "under the cdktf command, which removes folders that are no stacks: refuses while %s is there",
  async (name) => {
    await published({ ...JSON_OUTPUT, ...GONE }, BY_CDKTF);
    for (const folder of ["stacks/pmm-iam-gone", "stacks/network"]) {
      scratch.put({ [`${folder}/${name}`]: "kept" });
      const before = scratch.tree();
      await expect(published({ ...JSON_OUTPUT, "manifest.json": "new" }, BY_CDKTF)).rejects.toThrow(
        `is not a stack of accounts.yaml, but ${scratch.out}/${folder} holds ${name}, and the cdktf command would remove it. Run \`npm run synth\``,
      );
      expect(scratch.tree()).toEqual(before);
      await published({ ...JSON_OUTPUT, ...GONE });
    }
  },
);

test("a write that fails half-way leaves everything as it was", async () => {
  await published(JSON_OUTPUT);
  const sealed = join(scratch.out, "stacks/pmm-iam/modules");
  const before = scratch.tree();
  const rename = jest.spyOn(fs, "renameSync");
  rename.mockImplementation((from, to) => {
    if (String(to) === join(sealed, "z/main.tf")) {
      throw Object.assign(new Error("no"), { code: "ENOSPC", syscall: "rename", path: from, dest: to });
    }
    return realRename(String(from), String(to));
  });
  const attempt = published({
    "manifest.json": "new",
    "stacks/pmm-iam/cdk.tf": "new",
    "stacks/pmm-iam/modules/a/main.tf": "new",
    "stacks/pmm-iam/modules/x/main.tf": "new",
    "stacks/pmm-iam/modules/z/main.tf": "cannot be written",
  });
  await expect(attempt).rejects.toThrow(
    new OutputError(
      `${scratch.out} could not be written and is as it was: stacks/pmm-iam/modules/z/main.tf: the disk is full: free some space (ENOSPC)`,
    ),
  );
  rename.mockRestore();
  expect(scratch.tree()).toEqual(before);
  expect(scratch.listed()).toEqual(Object.keys(JSON_OUTPUT).sort());
  expect(existsSync(join(scratch.out, "stacks/pmm-iam/modules/a"))).toBe(false);
});

describe("what only the user can change is one line, and nothing is touched", () => {
  const failing = async (folder = scratch.out): Promise<string> => {
    const error = await publish(files(JSON_OUTPUT), folder, BY_NPM).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(OutputError);
    return (error as OutputError).message.replaceAll(scratch.folder, "");
  };

  test("a file in the place of the output folder, or of one above it", async () => {
    writeFileSync(scratch.out, "a file");
    expect(await failing()).toBe(
      "the output folder /out cannot be made: something is there already: move it away (EEXIST); name another one with --output",
    );
    expect(await failing(join(scratch.out, "deeper"))).toBe(
      "the output folder /out/deeper cannot be made: a part of the path is a file, not a folder: name another path (ENOTDIR); name another one with --output",
    );
  });

  test("no name, the root of the file system, and what the program itself consists of", async () => {
    const refusal = (name: string, why: string): string =>
      `the output folder ${name} cannot be made: ${why}; name another one with --output`;
    const modules = join(packageRoot, "modules");
    const isInside = "it is inside modules/, which is a part of the program";
    expect(await failing("")).toBe(refusal('""', "its name is empty"));
    expect(await failing("/")).toBe(refusal("/", "it is the root of the file system"));
    expect(await failing(modules)).toBe(refusal(modules, isInside));
    expect(await failing(join(modules, "a/b"))).toBe(refusal(join(modules, "a/b"), isInside));
    symlinkSync(modules, join(scratch.folder, "link"));
    expect(await failing(join(scratch.folder, "link/a"))).toBe(refusal("/link/a", isInside));
    expect(readdirSync(modules)).not.toContain("a");
  });

  test("a link that leads nowhere, or to itself", async () => {
    symlinkSync("nowhere/deep", scratch.out);
    expect(await failing()).toMatch(/^the output folder \/out cannot be made: /);
    expect(existsSync(join(scratch.folder, "nowhere"))).toBe(false);
    symlinkSync("loop", join(scratch.folder, "loop"));
    expect(await failing(join(scratch.folder, "loop"))).toMatch(/cannot be made: /);
  });

  test("a place where the system makes no files", async () => {
    expect(await failing("/proc/pmm-iam/out")).toMatch(
      /^the output folder \/proc\/pmm-iam\/out cannot be made: /,
    );
  });

  test("a name that is too long, or holds NUL", async () => {
    expect(await failing(join(scratch.folder, "x".repeat(300)))).toMatch(
      /the name is too long: shorten it \(ENAMETOOLONG\)/,
    );
    expect(await failing(`${scratch.out}\0`)).toMatch(/cannot be made/);
    expect(readdirSync(scratch.folder)).toEqual([]);
  });

  test("a file or a link in the place of synth's own folder", async () => {
    scratch.put({ ".pmm-iam": "mine" });
    expect(await failing()).toBe(
      "/out/.pmm-iam is not a folder; synth keeps the list of its files in a folder of that name: move it away",
    );
    expect(scratch.tree()).toEqual({ ".pmm-iam": "mine" });
  });

  test("a list that synth did not write", async () => {
    for (const text of [
      '{"files":[".pmm-iam/x"],"folders":[]}',
      '{"files":["stacks/a/modules/x/.terraform/y"],"folders":[]}',
      "",
      "{}",
      '{"files":["../x"],"folders":[]}',
      '{"files":["stacks/a/x.tfstate"],"folders":[]}',
    ]) {
      scratch.put({ ".pmm-iam/files.json": text });
      expect(await failing()).toBe(
        "/out/.pmm-iam/files.json is not the list of files that synth keeps there; restore it, or remove it: synth then looks for its files itself",
      );
    }
    expect(scratch.tree()).toEqual({});
  });

  test.each([
    ["EACCES", "permission denied: give yourself permission on it (EACCES)"],
    ["EROFS", "the file system is read-only: name a place that can be written (EROFS)"],
  ])("a folder that may not be written: %s", async (code, words) => {
    const mkdir = jest.spyOn(fs, "mkdirSync").mockImplementation((path) => {
      if (String(path).endsWith(".pmm-iam")) {
        throw Object.assign(new Error("no"), { code, syscall: "mkdir", path });
      }
      realMkdir(path);
      return undefined;
    });
    realMkdir(scratch.out);
    expect(await failing()).toBe(`/out could not be written and is as it was: ${words}`);
    mkdir.mockRestore();
    expect(scratch.tree()).toEqual({});
  });

  test("a file called .lock is nobody's business", async () => {
    scratch.put({ ".lock": "mine" });
    await published(JSON_OUTPUT);
    expect(scratch.tree()).toEqual({ ...JSON_OUTPUT, ".lock": "mine" });
  });
});
