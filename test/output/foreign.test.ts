import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publish } from "../../src/output/publish";
import { files, HCL_OUTPUT, JSON_OUTPUT, Scratch } from "./scratch";

let scratch: Scratch;

beforeEach(() => {
  scratch = new Scratch();
});

afterEach(() => scratch.remove());

const published = (content: Readonly<Record<string, string>>) =>
  publish(files(content), scratch.out, { underCdktfCommand: false, deployment: "pmm-iam" });

/** Publishing is refused, and changes nothing. */
async function refused(content: Readonly<Record<string, string>>): Promise<string> {
  const before = scratch.tree(scratch.folder);
  const message = await published(content).then(
    () => "it was written",
    (cause: Error) => cause.message,
  );
  expect(scratch.tree(scratch.folder)).toEqual(before);
  return message.replaceAll(scratch.folder, "");
}

const foreign = (path: string, rest = ""): string =>
  `/out/${path} was not written by synth; nothing was changed: move it away, or name another output folder with --output${rest}`;
const link = (path: string, rest = ""): string =>
  `/out/${path} is a symbolic link, and synth follows none; nothing was changed: move it away, or name another output folder with --output${rest}`;

describe("in the way", () => {
  test.each([
    ["manifest.json", "manifest.json"],
    ["stacks", "stacks"],
    ["stacks/pmm-iam", "stacks/pmm-iam"],
    ["stacks/pmm-iam/cdk.tf.json", "stacks/pmm-iam"],
    ["stacks/pmm-iam/main.tf", "stacks/pmm-iam"],
    ["stacks/pmm-iam/modules/vpc/main.tf", "stacks/pmm-iam"],
    ["stacks/pmm-iam/modules/x/notes.tf", "stacks/pmm-iam"],
    ["manifest.json/in-a-folder", "manifest.json"],
  ])("a file %s", async (path, named) => {
    scratch.put({ [path]: "others" });
    expect(await refused(JSON_OUTPUT)).toMatch(foreign(named));
  });

  test("something in the folder where files are prepared", async () => {
    for (const path of [".pmm-iam/staging/mine.txt", ".pmm-iam/staging/new-0/mine.txt", ".pmm-iam/staging"]) {
      rmSync(join(scratch.out, ".pmm-iam"), { recursive: true, force: true });
      scratch.put({ [path]: "others" });
      expect(await refused(JSON_OUTPUT)).toBe(
        `/out/${path.replace("/new-0/mine.txt", "/new-0")} was not written by synth; nothing was changed: move it away`,
      );
    }
  });

  test("several: three are named", async () => {
    scratch.put({ "manifest.json": "others" });
    for (const name of ["a", "b", "c", "d"]) {
      scratch.put({ [`stacks/${name}/main.tf`]: "others" });
    }
    const stacks = ["a", "b", "c", "d"].map((name) => [`stacks/${name}/cdk.tf.json`, "x"]);
    expect(await refused({ ...JSON_OUTPUT, ...Object.fromEntries(stacks) })).toBe(
      foreign("manifest.json", " (the same for /out/stacks/a, /out/stacks/b, 2 more)"),
    );
  });

  test("a new module's folder that somebody made, in a stack of synth", async () => {
    await published(JSON_OUTPUT);
    scratch.put({ "stacks/pmm-iam/modules/team/vpc/extra.tf": "others" });
    expect(await refused({ ...JSON_OUTPUT, "stacks/pmm-iam/modules/team/vpc/main.tf": "vpc" })).toBe(
      foreign("stacks/pmm-iam/modules/team/vpc"),
    );
  });

  test("a root file of the other format, which Terraform would read too", async () => {
    await published(JSON_OUTPUT);
    scratch.put({ "stacks/pmm-iam/cdk.tf": "others" });
    expect(await refused({ ...JSON_OUTPUT, "manifest.json": "new" })).toBe(foreign("stacks/pmm-iam/cdk.tf"));
    rmSync(join(scratch.out, "stacks/pmm-iam/cdk.tf"));
    rmSync(join(scratch.out, "stacks/pmm-iam/cdk.tf.json"));
    symlinkSync("elsewhere.json", join(scratch.out, "stacks/pmm-iam/cdk.tf.json"));
    expect(await refused(HCL_OUTPUT)).toBe(link("stacks/pmm-iam/cdk.tf.json"));
  });
});

describe("a link", () => {
  const ELSEWHERE = { "cdk.tf.json": "elsewhere", "main.tf": "elsewhere", "x/main.tf": "elsewhere" };

  test.each(["stacks", "stacks/pmm-iam", "stacks/pmm-iam/modules", "stacks/pmm-iam/modules/x"])(
    "in the place of the folder %s is not followed",
    async (path) => {
      await published({ ...JSON_OUTPUT, "stacks/pmm-iam/modules/x/gone.tf": "gone" });
      scratch.put(ELSEWHERE, join(scratch.folder, "elsewhere"));
      rmSync(join(scratch.out, path), { recursive: true });
      symlinkSync(join(scratch.folder, "elsewhere"), join(scratch.out, path));
      expect(await refused({ ...JSON_OUTPUT, "manifest.json": "new" })).toBe(link(path));
    },
  );

  test.each(["stacks", "stacks/pmm-iam"])(
    "in the place of the folder %s is not followed at first",
    async (path) => {
      scratch.put(ELSEWHERE, join(scratch.folder, "elsewhere"));
      mkdirSync(join(scratch.out, path, ".."), { recursive: true });
      symlinkSync(join(scratch.folder, "elsewhere"), join(scratch.out, path));
      expect(await refused(JSON_OUTPUT)).toBe(link(path));
    },
  );

  test("in the place of a file is not written through, nor replaced", async () => {
    await published(JSON_OUTPUT);
    const file = join(scratch.out, "stacks/pmm-iam/modules/x/main.tf");
    rmSync(file);
    writeFileSync(join(scratch.folder, "elsewhere"), "elsewhere");
    symlinkSync(join(scratch.folder, "elsewhere"), file);
    expect(await refused(JSON_OUTPUT)).toBe(link("stacks/pmm-iam/modules/x/main.tf"));
  });

  test("where a stack was that is gone stays, with what it leads to", async () => {
    const gone = { "stacks/pmm-iam-gone/cdk.tf.json": "x", "stacks/pmm-iam-gone/modules/x/main.tf": "x" };
    await published({ ...JSON_OUTPUT, ...gone });
    const folder = join(scratch.out, "stacks/pmm-iam-gone");
    rmSync(folder, { recursive: true });
    scratch.put(ELSEWHERE, join(scratch.folder, "elsewhere/modules"));
    symlinkSync(join(scratch.folder, "elsewhere"), folder);
    await published(JSON_OUTPUT);
    expect(scratch.tree()).toEqual({
      ...JSON_OUTPUT,
      "stacks/pmm-iam-gone": `-> ${join(scratch.folder, "elsewhere")}`,
    });
    expect(scratch.tree(join(scratch.folder, "elsewhere/modules"))).toEqual(ELSEWHERE);
  });
});

describe("others' files beside the output", () => {
  const OTHERS = {
    ".staging-area/x": "others",
    ".lock": "others",
    "stacks/network/cdk.tf.json": '{"//":{"metadata":{"stackName":"network"}}}',
    "stacks/network/modules/vpc/main.tf": "others",
    "stacks/network/modules/x/main.tf": "others",
    "stacks/README.md": "others",
  };

  test("stay, in a folder of which synth has a list and in one without", async () => {
    scratch.put(OTHERS);
    await published(JSON_OUTPUT);
    await published(HCL_OUTPUT);
    expect(scratch.tree()).toEqual({ ...OTHERS, ...HCL_OUTPUT });
  });

  test("a folder with nothing but Terraform's files, hidden ones and plans is taken for the stack of its name", async () => {
    const kept = {
      "stacks/pmm-iam/.terraform.lock.hcl": "lock",
      "stacks/pmm-iam/.terraform/providers/x": "x",
      "stacks/pmm-iam/.terraform-version": "1.11.4",
      "stacks/pmm-iam/terraform.tfstate": "state",
      "stacks/pmm-iam/pmm-iam.tfplan": "plan",
      "stacks/pmm-iam/plan": "plan",
    };
    scratch.put(kept);
    await published(JSON_OUTPUT);
    expect(scratch.tree()).toEqual({ ...kept, ...JSON_OUTPUT });
  });
});

describe("an output from before synth kept a list, or whose list was lost", () => {
  const withoutList = () => rmSync(join(scratch.out, ".pmm-iam"), { recursive: true });

  const CALLS = {
    json: {
      "stacks/pmm-iam/cdk.tf.json":
        '{"//":{"metadata":{"stackName":"pmm-iam"}},"module":{"gone":{"source":"./modules/team/gone"}}}',
    },
    hcl: { "stacks/pmm-iam/cdk.tf": 'module "gone" {\n  source = "./modules/team/gone"\n}\n' },
  };

  test.each([
    ["JSON", { ...JSON_OUTPUT, ...CALLS.json }, HCL_OUTPUT],
    ["HCL", { ...HCL_OUTPUT, ...CALLS.hcl }, JSON_OUTPUT],
  ])("%s: is taken over, with stacks, modules and files that are gone", async (_, before, after) => {
    const stale = {
      "manifest.json": '{"stacks":{"pmm-iam":{},"pmm-iam-gone":{}}}',
      "stacks/pmm-iam/modules/x/stale.tf": "stale",
      "stacks/pmm-iam/modules/x/policies/stale.json": "stale",
      "stacks/pmm-iam/modules/team/gone/main.tf": "stale",
      "stacks/pmm-iam/modules/team/gone/sub/main.tf.json": "stale",
      "stacks/pmm-iam-gone/cdk.tf.json": '{"//":{"metadata":{"stackName":"pmm-iam-gone"}}}',
      "stacks/pmm-iam-gone/pmm-iam.tf.json": '{"terraform":{"required_version":">= 1.11"}}',
      "stacks/pmm-iam-gone/modules/x/main.tf": "x",
    };
    const others = {
      "stacks/pmm-iam/modules/vpc/main.tf": "others",
      "stacks/pmm-iam/modules/team/others/main.tf": "others",
      "stacks/pmm-iam/modules/x/notes.txt": "others",
      "stacks/pmm-iam/main.tf": "others",
      "stacks/pmm-iam/terraform.tfstate": "others",
      "stacks/network/modules/x/main.tf": "others",
      "stacks/network/pmm-iam.tf.json": "others",
    };
    scratch.put({ ...before, ...stale, ...others });
    await published(after);
    expect(scratch.tree()).toEqual({ ...after, ...others });
    expect(scratch.listed()).toEqual(Object.keys(after).sort());
  });

  test("whose stacks' folders were removed by hand: its manifest is known by the stacks that come", async () => {
    scratch.put({ "manifest.json": JSON_OUTPUT["manifest.json"] });
    await published({ ...JSON_OUTPUT, "manifest.json": '{"stacks":{"pmm-iam":{"new":true}}}' });
    expect(scratch.tree()["manifest.json"]).toBe('{"stacks":{"pmm-iam":{"new":true}}}');
  });

  test("another app's manifest, stack and module are not", async () => {
    scratch.put({ "manifest.json": '{"stacks":{"network":{}}}' });
    expect(await refused(JSON_OUTPUT)).toBe(foreign("manifest.json"));
    scratch.put({ "manifest.json": JSON_OUTPUT["manifest.json"] });
    scratch.put({ "stacks/pmm-iam/cdk.tf.json": JSON_OUTPUT["stacks/pmm-iam/cdk.tf.json"] });
    expect(await refused(HCL_OUTPUT)).toMatch(foreign("manifest.json"));
    scratch.put({
      ...JSON_OUTPUT,
      "stacks/pmm-iam/cdk.tf.json": '{"//":{"metadata":{"stackName":"other"}}}',
    });
    expect(await refused(HCL_OUTPUT)).toMatch("stacks/pmm-iam");
  });

  test("of the same bytes as today's is today's", async () => {
    await published({ ...JSON_OUTPUT, "consumers/a.yaml": "a" });
    withoutList();
    expect(await published({ ...JSON_OUTPUT, "consumers/a.yaml": "a" })).toEqual({
      written: 0,
      removed: 0,
      unchanged: 5,
    });
  });
});
