import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse as parseHcl } from "@cdktf/hcl2json";
import { transformSync } from "@swc/core";
import { parse as parseYaml } from "yaml";
import packageJson from "../../package.json";
import { packageRoot } from "../../src/project";
import {
  contributing,
  recipeBlocks,
  recipeChanges,
  recipeCommands,
  recipeFiles,
  withoutComment,
} from "./recipe";

/** What is quickly seen of CONTRIBUTING.md; test/e2e/contributing/contributing.test.ts follows it. */

const STEPS = ["install", "generate", "check", "terraform"];
const FILES = [...recipeFiles];

function read(path: string): string {
  return readFileSync(join(packageRoot, path), "utf8");
}

/** The fields of an interface of src/. */
function fieldsOf(path: string, name: string): string[] {
  const [, body = ""] =
    new RegExp(`^export interface ${name}\\b[^{]*\\{\\n(.*?)^\\}`, "ms").exec(read(path)) ?? [];
  const fields = [...body.matchAll(/^ {2}(?:readonly )?(\w+)[?:(]/gm)].map(([, field = ""]) => field);
  expect(fields.length).toBeGreaterThan(1);
  return fields;
}

/** The first column of the table that follows a text. */
function table(before: string): string[] {
  const [, rest = ""] = contributing.split(`\n${before}`);
  const [, rows = ""] = /\n\n\| Field .*\n\|[-|]+\n((?:\|.*\n)+)/.exec(rest) ?? [];
  return [...rows.matchAll(/^\| `(\w+)` \|/gm)].map(([, field = ""]) => field);
}

describe("the sample", () => {
  test("every block is a file, a change or commands", () => {
    const unknown = recipeBlocks.filter(
      ({ marker }) => !/^(?:file|change|commands): \S+$/.test(marker ?? ""),
    );
    expect(unknown).toEqual([]);
    expect(recipeFiles.size).toBe(recipeBlocks.length - recipeChanges.length - STEPS.length);
  });

  test("has a module with all that a module has, a feature, a good file and a test", () => {
    const folders = FILES.map(([path]) => dirname(path).split("/").slice(0, 2).join("/"));
    expect([...new Set(folders)]).toEqual([
      "modules/performance-insights",
      "src/features",
      "test/corpus",
      "test/features",
    ]);
    expect(FILES.filter(([path]) => path.startsWith("modules/")).map(([path]) => path.split("/")[2])).toEqual(
      ["versions.tf", "variables.tf", "main.tf", "outputs.tf", "policies", "README.md", "tests"],
    );
  });

  test.each(FILES.filter(([path]) => /\.(?:tf|hcl)$/.test(path)))("%s is HCL", async (path, text) => {
    expect(Object.keys(await parseHcl(path, text)).length).toBeGreaterThan(0);
  });

  test.each(FILES.filter(([path]) => path.endsWith(".json")))("%s is JSON", (_, text) => {
    expect(JSON.parse(text)).toHaveProperty("Version", "2012-10-17");
  });

  test.each(FILES.filter(([path]) => path.endsWith(".yaml")))("%s is YAML", (_, text) => {
    expect(parseYaml(text)).toHaveProperty("accounts");
  });

  test.each(FILES.filter(([path]) => path.endsWith(".ts")))("%s is TypeScript", (filename, text) => {
    expect(transformSync(text, { filename, jsc: { parser: { syntax: "typescript" } } }).code).not.toBe("");
  });

  test("each line that it adds has one place", () => {
    expect(recipeChanges.map(({ path }) => path)).toEqual([
      "src/features/index.ts",
      "src/features/index.ts",
      "test/changes/keys/changes.ts",
    ]);
    for (const { path, after } of recipeChanges) {
      expect(
        read(path)
          .split("\n")
          .filter((line) => line === after),
      ).toEqual([after]);
    }
  });
});

describe("the text", () => {
  test.each(STEPS)("the commands of the step %s are there", (step) => {
    for (const command of recipeCommands(step).map(withoutComment)) {
      const [, script, argument] = /^(?:\w+=1 )?npm (?:run )?([\w:]+)(?: -- (\S+))?$/.exec(command) ?? [];
      if (script !== undefined && script !== "ci") {
        expect(Object.keys(packageJson.scripts)).toContain(script);
      } else {
        expect(["npm ci", "git diff", "terraform fmt -check -recursive modules"]).toContain(command);
      }
      if (argument !== undefined) {
        const stems = [argument, `${argument}.test.ts`];
        expect({ command, found: stems.some((stem) => existsSync(join(packageRoot, stem))) }).toEqual({
          command,
          found: true,
        });
      }
    }
  });

  test("links lead somewhere", () => {
    const headings = [...contributing.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
    const targets = [...contributing.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target);
    const lost = targets.filter((target) =>
      target.startsWith("#") ? !headings.includes(target.slice(1)) : !existsSync(join(packageRoot, target)),
    );
    expect(lost).toEqual([]);
    expect(targets.length).toBeGreaterThan(10);
  });

  test("every field of the interfaces has a row", () => {
    const feature = "src/features/feature.ts";
    expect(table("`Feature`,").sort()).toEqual(
      ["keys", "effects", "rules", ...fieldsOf(feature, "Feature")].sort(),
    );
    expect(table("`ModuleCall`,")).toEqual(fieldsOf(feature, "ModuleCall"));
    expect(table("`AssumedBy`:")).toEqual(fieldsOf(feature, "AssumedBy"));
    expect(table("`FixedInstance`, for a feature with one instance in an account:")).toEqual(
      fieldsOf(feature, "FixedInstance"),
    );
    expect(table("`ListedInstances`, where a key holds a list and each entry is an instance:")).toEqual(
      fieldsOf(feature, "ListedInstances"),
    );
    expect(table("`RoleSetting`:")).toEqual(fieldsOf(feature, "RoleSetting"));
    expect(table("`KeyedSetting`:")).toEqual(fieldsOf(feature, "KeyedSetting"));
    // What madeIn adds, or names otherwise.
    const added = ["accountId", "arn", "iamPath", "origin", "stack", "description", "boundary", "askedBy"];
    const identity = fieldsOf("src/features/identity.ts", "Identity").filter(
      (field) => !added.includes(field),
    );
    expect(table("`MadeIdentity`,").sort()).toEqual([...identity, "purpose", "asked"].sort());
  });
});
