import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { packageRoot } from "../../src/project";
import { accountsFile } from "../changes/judged";
import { Scratch } from "./scratch";

/** An interrupt ends the program at once, while it reads and while it writes; the next run writes the output. */

let scratch: Scratch;

beforeEach(() => {
  scratch = new Scratch();
  const entries = Array.from(
    { length: 40 },
    (_, index) => `name: a${index}, account_id: "${String(index).padStart(12, "0")}", group: g${index % 20}`,
  );
  const file = accountsFile(entries, { source: "\n  assume_policy: sharded" });
  writeFileSync(join(scratch.folder, "accounts.yaml"), file);
});

afterEach(() => scratch.remove());

function synth() {
  return spawn(process.execPath, [join(packageRoot, "bin/pmm-iam.js"), "synth", "--output", scratch.out], {
    env: { PATH: process.env["PATH"], ACCOUNTS_FILE: join(scratch.folder, "accounts.yaml") },
    stdio: "ignore",
  });
}

/** Waits until a run reads, or writes. */
async function reached(stage: "reads" | "writes"): Promise<void> {
  if (stage === "reads") {
    await sleep(250);
    return;
  }
  while (!existsSync(join(scratch.out, ".pmm-iam/staging"))) {
    await sleep(2);
  }
}

test.each([
  ["SIGINT", "reads"],
  ["SIGINT", "writes"],
  ["SIGTERM", "writes"],
] as const)("%s, while it %s", async (signal, stage) => {
  const interrupted = synth();
  await reached(stage);
  const start = Date.now();
  interrupted.kill(signal);
  // To a shell this is exit status 130 or 143.
  expect(await once(interrupted, "exit")).toEqual([null, signal]);
  expect(Date.now() - start).toBeLessThan(2_000);
  expect(await once(synth(), "exit")).toEqual([0, null]);
  expect(readdirSync(join(scratch.out, "stacks"))).toHaveLength(21);
  expect(readdirSync(join(scratch.out, ".pmm-iam"))).toEqual(["files.json"]);
});
