import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { JsonSynthesizer } from "../../src/terraform/json-synthesizer";
import { PmmIamStack } from "../../src/terraform/pmm-iam-stack";
import { accessOf, synthesize, textOf } from "../support/synthesize";

const everything = readFileSync(join(__dirname, "../support/everything.yaml"), "utf8");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "json-synthesizer-test-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a stack with this JSON renders to: by cdktf, and by the synthesizer here. */
function texts(json: object): [byCdktf: string, own: string] {
  class Stack extends TerraformStack {
    override toTerraform(): object {
      return json;
    }
  }
  const app = new App({ outdir: folder, stackTraces: false });
  new Stack(app, "by-cdktf");
  const stack = new Stack(app, "own");
  const synthesizer = new JsonSynthesizer(stack);
  stack.synthesizer = synthesizer;
  app.synth();
  return [readFileSync(join(folder, "stacks/by-cdktf/cdk.tf.json"), "utf8"), synthesizer.text];
}

test("renders every stack, and the manifest, to the bytes that cdktf writes", async () => {
  const access = accessOf(everything);
  const app = new App({ outdir: folder, stackTraces: false });
  for (const stack of access.stacks) {
    new PmmIamStack(app, { access, stack, rootFromStack: "../../.." });
  }
  app.synth();
  const files = await synthesize(everything);
  const paths = ["manifest.json", ...access.stacks.map(({ name }) => `stacks/${name}/cdk.tf.json`)];
  expect(paths.length).toBeGreaterThan(2);
  for (const path of paths) {
    expect(textOf(files, path)).toBe(readFileSync(join(folder, path), "utf8"));
  }
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

test("runs the stack's validations", () => {
  const app = new App({ outdir: folder, stackTraces: false });
  const stack = new TerraformStack(app, "stack");
  stack.synthesizer = new JsonSynthesizer(stack);
  stack.node.addValidation({ validate: () => ["this stack is not right"] });
  expect(() => app.synth()).toThrow("this stack is not right");
});
