import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printable } from "../../src/accounts/lines";
import { Runbook, type StackFiles } from "../../src/changes/runbook";
import { moduleSource } from "../../src/modules/source";

/** Names that a shell would act on. */
const HOSTILE = [
  "a b",
  "$(touch HACKED)",
  "`touch HACKED`",
  "x;touch HACKED",
  "it's",
  "-rf",
  "a\ntouch HACKED",
  "\u001b]0;x",
  "##[x]",
  "*",
];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pmm-iam-"));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  // Each program only says what it was given, an argument a line, in hexadecimal digits.
  for (const name of ["npm", "git", "terraform", "rm"]) {
    writeFileSync(
      join(bin, name),
      '#!/bin/bash\nfor word in "${0##*/}" "$@" "${ACCOUNTS_FILE:-}"; do printf %s "$word" | /usr/bin/od -An -v -tx1 | /usr/bin/tr -d " \\n"; echo; done >&3\n',
      { mode: 0o755 },
    );
  }
});

afterEach(() => rmSync(folder, { recursive: true }));

/** What the programs of a command were given; the last is ACCOUNTS_FILE. */
function given(command: string): string[] {
  expect(printable(command)).toBe(command);
  mkdirSync(join(folder, "cwd"), { recursive: true });
  const { output, status } = spawnSync("/bin/bash", ["-c", command], {
    cwd: join(folder, "cwd"),
    env: { PATH: join(folder, "bin") },
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  expect({ status, stderr: output[2] }).toEqual({ status: 0, stderr: "" });
  expect(readdirSync(join(folder, "cwd")).filter((name) => name === "HACKED")).toEqual([]);
  return (output[3] ?? "")
    .split("\n")
    .slice(0, -1)
    .map((hex) => Buffer.from(hex, "hex").toString());
}

const STACK: StackFiles = { stack: "pmm-iam" };

test.each(HOSTILE)("of a deployment called %j", (name) => {
  const runbook = new Runbook({ ACCOUNTS_FILE: name, CDKTF_OUTDIR: name }, "");
  const before: StackFiles = { stack: "pmm-iam", before: { path: name, folder: "", index: 0 } };
  expect(given(runbook.synth())).toEqual(["npm", "run", "synth", name]);
  expect(given(runbook.terraform(STACK, "init"))).toEqual([
    "terraform",
    `-chdir=${join(name, "stacks", "pmm-iam")}`,
    "init",
    "",
  ]);
  const [show = "", synth = ""] = runbook.synthAll([before], name);
  expect(given(show)).toEqual(["git", "show", `${name}:${name}`, ""]);
  expect(given(synth)).toEqual(["npm", "run", "synth", "--", "--output", "before.out", `before.${name}`]);
  expect(given(runbook.removeBefore([before])[0] ?? "")).toEqual([
    "rm",
    "-r",
    "before.out",
    `before.${name}`,
    "",
  ]);
  expect(given(runbook.check(name))).toEqual(["npm", "run", "check", "--", "--base", name, name]);
  expect(given(runbook.rotate(["orders", name]))).toEqual([
    "npm",
    "run",
    "rotate",
    "--",
    "orders",
    name,
    name,
  ]);
  expect(given(runbook.judge("check", name, [["pmm-iam", "x"]]))).toEqual([
    ...["npm", "run", "check", "--", "--base", name, "--state", "pmm-iam=x", name],
  ]);
});

test.each(HOSTILE)("none is printed for a git source with %j in it", (text) => {
  for (const source of [`git::https://h.com/x${text}.git`, `git::https://h.com/x.git?ref=${text}`]) {
    const refusal = moduleSource(source);
    const problem = "problem" in refusal ? refusal.problem : "";
    // What starts with - is a plain part of an address; as the name of a branch it would be an option.
    const isPlain = source.endsWith("x-rf.git");
    expect({ source, isRefused: problem !== "", isPrinted: problem.includes("git ls-remote") }).toEqual({
      source,
      isRefused: true,
      isPrinted: isPlain,
    });
  }
});
