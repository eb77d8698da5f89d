import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CORPUS } from "./corpus";

const COMMAND = join(__dirname, "..", "..", "bin", "pmm-iam.js");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pmm-iam-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** `synth` as a user runs it, on a file of the folder, into out/. */
function synth(file: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, "synth"], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], ACCOUNTS_FILE: file, CDKTF_OUTDIR: join(folder, "out") },
  });
  return { status, stdout, stderr };
}

test.each(["many-everywhere", "yaml-billion-laughs"])(
  "%s: exit code 1, the lines of the contract on stderr, and nothing else",
  (name) => {
    copyFileSync(join(CORPUS, "bad", `${name}.yaml`), join(folder, "accounts.yaml"));
    const expected = readFileSync(join(CORPUS, "bad", `${name}.txt`), "utf8");
    expect(synth("accounts.yaml")).toEqual({ status: 1, stdout: "", stderr: expected });
    expect(existsSync(join(folder, "out"))).toBe(false);
  },
);

test("a missing file is called by the name that ACCOUNTS_FILE gives it", () => {
  expect(synth("staging/accounts.yaml")).toEqual({
    status: 1,
    stdout: "",
    stderr:
      "staging/accounts.yaml:1:1: error: there is no such file; write one (README.md shows the shortest) or set ACCOUNTS_FILE to its path [file]\n",
  });
  expect(readdirSync(folder)).toEqual([]);
});

test("an output folder from before stays as it is", () => {
  copyFileSync(join(CORPUS, "bad", "duplicate-key.yaml"), join(folder, "accounts.yaml"));
  mkdirSync(join(folder, "out"));
  writeFileSync(join(folder, "out", "manifest.json"), "from before");
  const expected = readFileSync(join(CORPUS, "bad", "duplicate-key.txt"), "utf8");
  expect(synth("accounts.yaml")).toEqual({ status: 1, stdout: "", stderr: expected });
  expect(readdirSync(join(folder, "out"))).toEqual(["manifest.json"]);
  expect(readFileSync(join(folder, "out", "manifest.json"), "utf8")).toBe("from before");
});
