import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { OutputError, publish } from "../../src/output/publish";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "publish-test-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const BY_NPM = { underCdktfCommand: false };
const BY_CDKTF = { underCdktfCommand: true };

function files(content: Record<string, string>): Map<string, string> {
  return new Map(Object.entries(content));
}

function put(path: string, content = "kept"): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Every file below the folder with its content. */
function tree(below = ""): Record<string, string> {
  return Object.fromEntries(
    readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
      const path = join(below, entry.name);
      return entry.isDirectory()
        ? Object.entries(tree(path))
        : [[path, readFileSync(join(folder, path), "utf8")]];
    }),
  );
}

const JSON_STACK = {
  "manifest.json": "m1",
  "stacks/pmm-iam/cdk.tf.json": "json",
  "stacks/pmm-iam/pmm-iam.tf.json": "second",
  "stacks/pmm-iam/modules/x/main.tf": "module",
};

test("writes what is asked for, and nothing twice", async () => {
  expect(await publish(files(JSON_STACK), folder, BY_NPM)).toEqual({ written: 4, removed: 0, unchanged: 0 });
  expect(tree()).toEqual(JSON_STACK);
  const before = statSync(join(folder, "manifest.json")).mtimeMs;
  expect(await publish(files(JSON_STACK), folder, BY_NPM)).toEqual({ written: 0, removed: 0, unchanged: 4 });
  expect(statSync(join(folder, "manifest.json")).mtimeMs).toBe(before);
});

test("makes a folder that is not there", async () => {
  const deep = join(folder, "a/b");
  await publish(files(JSON_STACK), deep, BY_NPM);
  expect(existsSync(join(deep, "stacks/pmm-iam/cdk.tf.json"))).toBe(true);
});

test("one format replaces the other: never both root files", async () => {
  await publish(files(JSON_STACK), folder, BY_NPM);
  const hcl = {
    "manifest.json": "m2",
    "stacks/pmm-iam/cdk.tf": "hcl",
    "stacks/pmm-iam/metadata.json": "meta",
    "stacks/pmm-iam/pmm-iam.tf.json": "second",
  };
  await publish(files(hcl), folder, BY_NPM);
  expect(tree()).toEqual(hcl);
  await publish(files(JSON_STACK), folder, BY_NPM);
  expect(tree()).toEqual(JSON_STACK);
});

test("a vanished stack leaves nothing of synth's and everything of Terraform's", async () => {
  await publish(
    files({
      ...JSON_STACK,
      "stacks/pmm-iam-gone/cdk.tf.json": "x",
      "stacks/pmm-iam-gone/modules/x/main.tf": "x",
    }),
    folder,
    BY_NPM,
  );
  const kept = {
    "stacks/pmm-iam-gone/terraform.tfstate": "state",
    "stacks/pmm-iam-gone/terraform.pmm-iam-gone.tfstate.backup": "backup",
    "stacks/pmm-iam-gone/.terraform/providers/x": "plugin",
    "stacks/pmm-iam-gone/.terraform.lock.hcl": "lock",
    "stacks/pmm-iam-gone/modules/x/.terraform/y": "y",
    "stacks/pmm-iam/terraform.tfstate": "state",
    "stacks/pmm-iam/plan.tfplan": "plan",
  };
  for (const [path, content] of Object.entries(kept)) {
    put(path, content);
  }
  await publish(files(JSON_STACK), folder, BY_NPM);
  expect(tree()).toEqual({ ...JSON_STACK, ...kept });
});

test("a vanished stack without anything of Terraform's leaves no folder", async () => {
  await publish(files({ ...JSON_STACK, "stacks/pmm-iam-gone/modules/x/main.tf": "x" }), folder, BY_NPM);
  await publish(files(JSON_STACK), folder, BY_NPM);
  expect(readdirSync(join(folder, "stacks"))).toEqual(["pmm-iam"]);
});

test("under the cdktf command a vanished stack's folder stays, empty: the command removes it and fails without it", async () => {
  await publish(files({ ...JSON_STACK, "stacks/pmm-iam-gone/modules/x/main.tf": "x" }), folder, BY_CDKTF);
  await publish(files(JSON_STACK), folder, BY_CDKTF);
  expect(readdirSync(join(folder, "stacks/pmm-iam-gone"))).toEqual([]);
});

test.each(["terraform.tfstate", ".terraform.lock.hcl", ".terraform/x"])(
  "under the cdktf command, which removes vanished stacks' folders: refuses while %s stands there",
  async (name) => {
    await publish(files(JSON_STACK), folder, BY_CDKTF);
    put(`stacks/pmm-iam-gone/${name}`);
    const before = tree();
    await expect(publish(files({ ...JSON_STACK, "manifest.json": "new" }), folder, BY_CDKTF)).rejects.toThrow(
      /the stack pmm-iam-gone is gone from accounts\.yaml, but .* still holds \.?terraform.*npm run synth/,
    );
    expect(tree()).toEqual(before);
  },
);

test("a write that fails half-way leaves everything as it was", async () => {
  await publish(files(JSON_STACK), folder, BY_NPM);
  mkdirSync(join(folder, "stacks/pmm-iam/zz.tf.json"));
  const before = tree();
  const attempt = publish(
    files({
      "manifest.json": "new",
      "stacks/pmm-iam/cdk.tf": "new",
      "stacks/pmm-iam/new/folder/main.tf": "new",
      "stacks/pmm-iam/zz.tf.json": "cannot be written: a folder stands there",
    }),
    folder,
    BY_NPM,
  );
  await expect(attempt).rejects.toThrow(OutputError);
  expect(tree()).toEqual(before);
  expect(readdirSync(folder).sort()).toEqual(["manifest.json", "stacks"]);
  expect(existsSync(join(folder, "stacks/pmm-iam/new"))).toBe(false);
});

test("a file where a folder is needed is said, and left", async () => {
  put("stacks", "a file");
  await expect(publish(files(JSON_STACK), folder, BY_NPM)).rejects.toThrow(
    /could not be written and is as it was/,
  );
  expect(tree()).toEqual({ stacks: "a file" });
});

test("a file in the place of the output folder is said", async () => {
  put("out", "a file");
  await expect(publish(files(JSON_STACK), join(folder, "out"), BY_NPM)).rejects.toThrow(/cannot be made/);
});

test("two at once: each output is one of the two, whole", async () => {
  const one = Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [`stacks/s/modules/${n}/main.tf`, "one"]),
  );
  const two = Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [`stacks/s/modules/${n}/main.tf`, "two"]),
  );
  await Promise.all([one, two, one, two].map((content) => publish(files(content), folder, BY_NPM)));
  expect(new Set(Object.values(tree())).size).toBe(1);
});

test("a killed run's leftovers go after an hour", async () => {
  put(".staging-old/new-0");
  put(".staging-young/new-0");
  utimesSync(join(folder, ".staging-old"), new Date(0), new Date(0));
  await publish(files(JSON_STACK), folder, BY_NPM);
  expect(readdirSync(folder).sort()).toEqual([".staging-young", "manifest.json", "stacks"]);
});
