import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { type BuildStacks, filesByCdktf, filesInMemory, jsonText } from "../../src/terraform/cdktf-files";
import { PmmIamStack } from "../../src/terraform/pmm-iam-stack";
import { accessOf, synthesize } from "../support/synthesize";

const everything = readFileSync(join(__dirname, "../support/everything.yaml"), "utf8");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cdktf-files-test-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a stack with this JSON renders to: by cdktf, and here. */
function texts(json: object): [byCdktf: string, own: string] {
  class Stack extends TerraformStack {
    override toTerraform(): object {
      return json;
    }
  }
  const app = new App({ outdir: folder, stackTraces: false });
  new Stack(app, "by-cdktf");
  app.synth();
  return [readFileSync(join(folder, "stacks/by-cdktf/cdk.tf.json"), "utf8"), jsonText(json)];
}

test.each(["json", "hcl"] as const)(
  "%s: every stack, and the manifest, has the bytes that cdktf writes",
  (format) => {
    const access = accessOf(everything);
    const build: BuildStacks = (root) =>
      access.stacks.map((stack) => new PmmIamStack(root, { access, stack, rootFromStack: "../../.." }));
    const files = filesInMemory(build, format);
    const perStack = format === "hcl" ? ["cdk.tf", "metadata.json"] : ["cdk.tf.json"];
    const paths = access.stacks.flatMap(({ name }) => perStack.map((file) => `stacks/${name}/${file}`));
    expect(paths.length).toBeGreaterThan(1);
    expect([...files.keys()]).toEqual(["manifest.json", ...paths]);
    expect(files).toEqual(filesByCdktf(build, format));
  },
);

test("needs no temporary folder", async () => {
  const make = jest.spyOn(jest.requireActual<typeof import("node:fs")>("node:fs"), "mkdtempSync");
  for (const format of ["json", "hcl"] as const) {
    expect((await synthesize(everything, format)).size).toBeGreaterThan(70);
  }
  expect(make).not.toHaveBeenCalled();
  make.mockRestore();
});

test("writes what JSON.stringify would not write alike: empty brackets, keys like numbers, what is undefined", () => {
  const [byCdktf, own] = texts({
    b: { list: [], mapping: {}, "10": "ten", "9": "nine", none: undefined, null: null },
    a: [1, [true, []], { z: 'a "quote"\n', A: "ü\u2028" }, undefined],
  });
  expect(own).toBe(byCdktf);
  expect(own).toBe(`{
  "a": [
    1,
    [
      true,
      [
      ]
    ],
    {
      "A": "ü\u2028",
      "z": "a \\"quote\\"\\n"
    },
    null
  ],
  "b": {
    "10": "ten",
    "9": "nine",
    "list": [
    ],
    "mapping": {
    },
    "null": null
  }
}`);
});

test("runs the stacks' validations", () => {
  const access = accessOf(everything);
  const build: BuildStacks = (root) =>
    access.stacks.map((stack) => {
      const built = new PmmIamStack(root, { access, stack, rootFromStack: "../../.." });
      built.node.addValidation({ validate: () => ["this stack is not right"] });
      return built;
    });
  expect(() => filesInMemory(build, "json")).toThrow("this stack is not right");
});
