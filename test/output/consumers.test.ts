import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CONSUMERS_TITLE, consumerLine } from "../../src/output/names";
import { publish } from "../../src/output/publish";
import { files, JSON_OUTPUT, Scratch } from "./scratch";

/** What is beside the stacks: written, compared and removed as they are, and said line by line. */

let scratch: Scratch;

beforeEach(() => {
  scratch = new Scratch();
});

afterEach(() => scratch.remove());

const published = (content: Readonly<Record<string, string>>) =>
  publish(files({ ...JSON_OUTPUT, ...content }), scratch.out, {
    underCdktfCommand: false,
    deployment: "pmm-iam",
  });

const readme = (...paths: readonly string[]) =>
  `${[CONSUMERS_TITLE, "", ...paths.map(consumerLine)].join("\n")}\n`;

const BEFORE = {
  "consumers/README.md": readme("a/x.txt", "b/y.txt"),
  "consumers/a/x.txt": "1\n2\n",
  "consumers/b/y.txt": "y\n",
};
const AFTER = {
  "consumers/README.md": readme("a/x.txt", "c/z.txt"),
  "consumers/a/x.txt": "1\n3\n",
  "consumers/c/z.txt": "z\n",
};

test("says that they are new, and then what of them changed", async () => {
  expect(await published({})).not.toHaveProperty("consumers");
  expect((await published(BEFORE)).consumers?.isNew).toBe(true);
  expect((await published(BEFORE)).consumers).toEqual({ isNew: false, changed: [] });
  expect((await published(AFTER)).consumers).toEqual({
    isNew: false,
    changed: [
      {
        path: "README.md",
        before: BEFORE["consumers/README.md"],
        after: AFTER["consumers/README.md"],
      },
      { path: "a/x.txt", before: "1\n2\n", after: "1\n3\n" },
      { path: "b/y.txt", before: "y\n", after: undefined },
      { path: "c/z.txt", before: undefined, after: "z\n" },
    ],
  });
  expect(scratch.tree()).toEqual({ ...JSON_OUTPUT, ...AFTER });
  expect(scratch.listed()).toEqual(Object.keys({ ...AFTER, ...JSON_OUTPUT }).sort());
});

test("all of them go where there are none any more, with their folders", async () => {
  await published(BEFORE);
  expect((await published({})).consumers?.changed.map(({ path, after }) => `${path} ${after}`)).toEqual([
    "README.md undefined",
    "a/x.txt undefined",
    "b/y.txt undefined",
  ]);
  expect(scratch.tree()).toEqual(JSON_OUTPUT);
});

test("what somebody has put there stays", async () => {
  await published(BEFORE);
  scratch.put({ "consumers/a/own.txt": "own\n" });
  await published({});
  expect(scratch.tree()).toEqual({ ...JSON_OUTPUT, "consumers/a/own.txt": "own\n" });
});

test("a folder of this name that synth did not write is an error before anything is touched", async () => {
  await published({});
  scratch.put({ "consumers/own.txt": "own\n" });
  const before = scratch.tree();
  await expect(published(BEFORE)).rejects.toThrow("was not written by synth; nothing was changed");
  expect(scratch.tree()).toEqual(before);
});

describe("the list of synth's files is lost", () => {
  const lost = async (content: Readonly<Record<string, string>>) => {
    await published(content);
    rmSync(join(scratch.out, ".pmm-iam"), { recursive: true });
  };

  test("it knows them by their readme", async () => {
    await lost(BEFORE);
    await published(AFTER);
    expect(scratch.tree()).toEqual({ ...JSON_OUTPUT, ...AFTER });
  });

  test("what the readme does not list is somebody else's", async () => {
    await lost(BEFORE);
    scratch.put({ "consumers/a/own.txt": "own\n" });
    await published(AFTER);
    expect(scratch.tree()["consumers/a/own.txt"]).toBe("own\n");
  });

  test.each([
    ["another readme", "# Another page\n- [a/x.txt](a/x.txt)\n"],
    ["one that leads out of the folder", readme("../stacks/pmm-iam/own.tf", "a/../../own")],
  ])("%s says nothing", async (_, page) => {
    await lost(BEFORE);
    scratch.put({ "consumers/README.md": page, "stacks/pmm-iam/own.tf": "own", own: "own" });
    const before = scratch.tree();
    await expect(published(AFTER)).rejects.toThrow("was not written by synth; nothing was changed");
    expect(scratch.tree()).toEqual(before);
    expect(readFileSync(join(scratch.out, "own"), "utf8")).toBe("own");
  });
});
