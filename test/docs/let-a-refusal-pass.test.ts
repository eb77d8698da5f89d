import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { packageRoot } from "../../src/project";
import { blocksOf } from "../readme/blocks";

/** The step of the page, run by bash as GitHub Actions does, with programs that print what they are given. */

const page = readFileSync(join(packageRoot, "docs", "let-a-refusal-pass.md"), "utf8");
const [block] = blocksOf(page).filter(({ language }) => language === "yaml");
const [step]: { run: string }[] = parse(block?.text ?? "").steps;

function optionsOf(labels: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "pmm-iam-labels-"));
  try {
    for (const program of ["git", "npx"]) {
      writeFileSync(join(folder, program), '#!/bin/sh\nprintf "%s\\n" "$@"\n');
      chmodSync(join(folder, program), 0o755);
    }
    const env = { PATH: `${folder}:${process.env["PATH"]}`, LABELS: labels, GITHUB_BASE_REF: "main" };
    return execFileSync("bash", ["-e", "-c", step?.run ?? ""], { env, encoding: "utf8" })
      .trimEnd()
      .split("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const FETCH = ["fetch", "--depth=1", "origin", "main"];
const CHECK = ["pmm-iam", "check", "--base", "FETCH_HEAD", "--format", "github"];

test.each([
  ["", []],
  ["bug urgent", []],
  ["allow:boundary-changed", ["--allow", "boundary-changed"]],
  ["bug allow:group-changed allow:name-changed", ["--allow", "group-changed", "--allow", "name-changed"]],
])("the labels %p", (labels, options) => {
  expect(optionsOf(labels)).toEqual([...FETCH, ...CHECK, ...options]);
});
