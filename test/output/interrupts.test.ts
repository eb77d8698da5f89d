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

/** Runs synth: to its end, or up to where it reads or writes. */
function synth(stopAt?: "reads" | "writes") {
  const stopped = [join(packageRoot, "bin/register.js"), join(__dirname, "stopped-run.ts")];
  return spawn(
    process.execPath,
    [
      ...(stopAt === undefined ? [] : stopped.flatMap((file) => ["--require", file])),
      join(packageRoot, "bin/pmm-iam.js"),
      "synth",
      "--output",
      scratch.out,
    ],
    {
      env: {
        PATH: process.env["PATH"],
        ACCOUNTS_FILE: join(scratch.folder, "accounts.yaml"),
        STOP_AT: stopAt,
        STOPPED: join(scratch.folder, "stopped"),
      },
      stdio: "ignore",
    },
  );
}

test.each([
  ["SIGINT", "reads"],
  ["SIGINT", "writes"],
  ["SIGTERM", "writes"],
] as const)("%s, while it %s", async (signal, stage) => {
  const interrupted = synth(stage);
  const ended = once(interrupted, "exit");
  while (!existsSync(join(scratch.folder, "stopped"))) {
    await sleep(20);
  }
  interrupted.kill(signal);
  // To a shell this is exit status 130 or 143. With a handler the signal would wait for the run, which is stopped.
  expect(await ended).toEqual([null, signal]);
  expect(await once(synth(), "exit")).toEqual([0, null]);
  expect(readdirSync(join(scratch.out, "stacks"))).toHaveLength(21);
  expect(readdirSync(join(scratch.out, ".pmm-iam"))).toEqual(["files.json"]);
});
