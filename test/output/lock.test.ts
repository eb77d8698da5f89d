import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Locked, withLock } from "../../src/output/lock";
import { packageRoot } from "../../src/project";
import { Scratch } from "./scratch";

let scratch: Scratch;
let children: ChildProcess[];

beforeEach(() => {
  scratch = new Scratch();
  children = [];
});

afterEach(() => {
  for (const child of children) {
    child.kill("SIGKILL");
  }
  scratch.remove();
});

const log = () => join(scratch.folder, "log");

function holder(times: number | "forever"): ChildProcess {
  const child = spawn(
    process.execPath,
    [
      "--require",
      join(packageRoot, "bin/register.js"),
      join(__dirname, "lock-holder.ts"),
      scratch.out,
      log(),
      `${times}`,
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  children.push(child);
  return child;
}

/** A process that has the lock and keeps it. */
async function holding(): Promise<ChildProcess> {
  const child = holder("forever");
  while (!existsSync(log())) {
    await sleep(20);
  }
  return child;
}

/** No test gets near the silence by itself, however slow its machine is. */
const IMPATIENT = { wait: 200, silence: 300_000 };
const taken = (options = IMPATIENT) => withLock(scratch.out, () => "taken", options);
/** The one file of the lock, as who asks for it or holds it has named it. */
const lockFile = () => join(scratch.out, readdirSync(scratch.out)[0] ?? "");

/** Renames the lock's file: of its parts, those that are given. */
function renamed(parts: { host?: string; pid?: number; started?: string }): void {
  const [lock, host, pid, started, ...rest] = (readdirSync(scratch.out)[0] ?? "").split("-");
  const name = [lock, parts.host ?? host, parts.pid ?? pid, parts.started ?? started, ...rest].join("-");
  renameSync(lockFile(), join(scratch.out, name));
}

test("processes at once have it one after another", async () => {
  const ended = [1, 2, 3, 4].map(() => once(holder(20), "exit"));
  expect((await Promise.all(ended)).map(([code]) => code)).toEqual([0, 0, 0, 0]);
  const lines = readFileSync(log(), "utf8").trimEnd().split("\n");
  expect(lines).toHaveLength(160);
  for (let index = 0; index < lines.length; index += 2) {
    expect(lines[index + 1]).toBe(`-${lines[index]?.slice(1)}`);
  }
  expect(readdirSync(scratch.out)).toEqual([]);
});

test("a live process keeps it, however long it says nothing", async () => {
  const { pid } = await holding();
  utimesSync(lockFile(), new Date(0), new Date(0));
  await expect(taken()).rejects.toThrow(new Locked(pid ?? 0, true, lockFile()));
  expect(readdirSync(scratch.out)).toHaveLength(1);
});

test("a killed process has it no longer, at once", async () => {
  const child = await holding();
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(readdirSync(scratch.out)).toHaveLength(1);
  expect(await taken({ ...IMPATIENT, wait: 0 })).toBe("taken");
  expect(readdirSync(scratch.out)).toEqual([]);
});

test("a killed process whose id another one has got", async () => {
  await holding();
  renamed({ started: "1" });
  expect(await taken({ ...IMPATIENT, wait: 0 })).toBe("taken");
});

test("a process that has ended, and whose parent has not asked for its exit status", async () => {
  const child = await holding();
  // Node asks at once. A shell that is stopped does not.
  const shell = spawn("sh", ["-c", "sleep 0.1 & echo $!; kill -STOP $$"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(shell);
  const [printed] = await once(shell.stdout as NodeJS.ReadableStream, "data");
  const pid = Number(String(printed).trim());
  const stat = () => readFileSync(`/proc/${pid}/stat`, "latin1").split(" ");
  while (stat()[2] !== "Z") {
    await sleep(20);
  }
  renamed({ pid, started: stat()[21] ?? "" });
  child.kill("SIGKILL");
  expect(await taken({ ...IMPATIENT, wait: 0 })).toBe("taken");
});

describe.each([
  ["a process on another machine", { host: "0".repeat(16) }],
  ["a live process of which nothing says when it started", { started: "0" }],
])("%s", (_, parts) => {
  test("keeps it while it gives signs of life, and loses it when they stop", async () => {
    await holding();
    renamed(parts);
    writeFileSync(lockFile(), ".");
    await expect(taken()).rejects.toThrow(Locked);
    utimesSync(lockFile(), new Date(), new Date(Date.now() - 400_000));
    expect(await taken()).toBe("taken");
  });
});

test("the action's error is thrown, and the lock given up", async () => {
  const failing = withLock(scratch.out, () => {
    throw new Error("it failed");
  });
  await expect(failing).rejects.toThrow("it failed");
  expect(readdirSync(scratch.out)).toEqual([]);
});

test("installs no signal handler", async () => {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];
  const count = () => signals.map((signal) => process.listenerCount(signal));
  const before = count();
  expect(await withLock(scratch.out, count)).toEqual(before);
});
