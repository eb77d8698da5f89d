import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFolder } from "./make-folder";

/** Another process holds the lock, and goes on holding it. */
export class Locked extends Error {
  constructor(
    /** Its process id. */
    readonly pid: number,
    /** Whether it runs here: on this machine, and in the same container. */
    readonly isHere: boolean,
    /** The file that says so. */
    readonly file: string,
  ) {
    super(`process ${pid} holds the lock`);
  }
}

export interface LockOptions {
  /** How long to wait for another process, in milliseconds. */
  readonly wait: number;
  /** When a process that cannot be asked whether it lives counts as dead: so long without a sign, in milliseconds. */
  readonly silence: number;
}

const OPTIONS: LockOptions = { wait: 45_000, silence: 30_000 };
const BEAT_MS = 1_000;

/**
 * Runs an action while no other process runs one with the same folder.
 *
 * A process asks by a file whose name says who it is, so that it is never half written; then it looks for the files
 * of others. If one of them is alive, it takes its own file back and asks again later. So two never hold the lock at
 * once, and what a dead process leaves stops nobody: its file has a name of its own, and anybody may remove it. No
 * signal handler is needed, and none is installed: it would make an interrupt wait for the action to end.
 *
 * `beat` shows processes elsewhere that this one is alive; a long action calls it now and then.
 * Throws Locked after `wait`. What the file system refuses is thrown as it is.
 */
export async function withLock<Result>(
  folder: string,
  action: (beat: () => void) => Result,
  { wait, silence }: LockOptions = OPTIONS,
): Promise<Result> {
  const own = join(folder, nameOf({ ...SELF, started: startOf(process.pid)?.started ?? UNKNOWN }));
  const deadline = Date.now() + wait;
  for (;;) {
    const rival = ask(folder, own, silence);
    if (rival === undefined) {
      break;
    }
    rmSync(own, { force: true });
    if (Date.now() > deadline) {
      throw rival;
    }
    await sleep(20 + Math.random() * 80);
  }
  try {
    return action(heart(own));
  } finally {
    rmSync(own, { force: true });
  }
}

/** Puts the own file there and looks for others. The folder is made, also again if one that gave up removes it. */
function ask(folder: string, own: string, silence: number): Locked | undefined {
  for (;;) {
    makeFolder(folder);
    try {
      writeFileSync(own, "", { flag: "wx" });
      return firstRival(folder, own, silence);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ENOENT") {
        throw cause;
      }
    }
  }
}

function heart(own: string): () => void {
  let last = Date.now();
  return () => {
    if (Date.now() - last > BEAT_MS) {
      last = Date.now();
      // Written, not only touched: the time is then that of the file system, which others compare with.
      writeFileSync(own, ".", { flag: "r+" });
    }
  };
}

/** Who asks for the lock, or holds it. */
interface Owner {
  /** Which machine and, in a container, which space of process ids. */
  readonly host: string;
  readonly pid: number;
  /** When the process started, in the clock ticks of its machine: a later process may get the same id. */
  readonly started: string;
}

const UNKNOWN = "0";
const SELF = { host: hostId(), pid: process.pid };
const NAME = /^lock-([0-9a-f]{16})-(\d+)-(\d+)-[0-9a-f]{8}$/;

function nameOf({ host, pid, started }: Owner): string {
  return `lock-${host}-${pid}-${started}-${randomBytes(4).toString("hex")}`;
}

/** The first other process that is alive, as far as can be told. Removes the files of those that are not. */
function firstRival(folder: string, own: string, silence: number): Locked | undefined {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const [, host, pid, started] = NAME.exec(name) ?? [];
    if (file === own || host === undefined || pid === undefined || started === undefined) {
      continue;
    }
    const life = lifeOf({ host, pid: Number(pid), started });
    if (life === "dead" || (life === "unknown" && isSilent(file, own, silence))) {
      rmSync(file, { force: true });
    } else {
      return new Locked(Number(pid), host === SELF.host, file);
    }
  }
  return undefined;
}

function lifeOf({ host, pid, started }: Owner): "alive" | "dead" | "unknown" {
  if (host !== SELF.host) {
    return "unknown";
  }
  try {
    process.kill(pid, 0);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ESRCH") {
      return "dead";
    }
  }
  const now = startOf(pid);
  if (started === UNKNOWN || now === undefined) {
    return "unknown";
  }
  return now.started === started && !now.hasEnded ? "alive" : "dead";
}

/** Compares the two files' times, which the same file system has set. A file that is gone is no sign of life. */
function isSilent(file: string, own: string, silence: number): boolean {
  try {
    return statSync(own).mtimeMs - statSync(file).mtimeMs > silence;
  } catch {
    return true;
  }
}

/** When a process started, where the system says: proc_pid_stat(5), field 22; field 3 is Z or X once it has ended. */
function startOf(pid: number): { started: string; hasEnded: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // Field 2, the command, is in brackets and may hold any character.
    const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const started = fields[18];
    return started === undefined || !/^\d+$/.test(started)
      ? undefined
      : { started, hasEnded: state === "Z" || state === "X" };
  } catch {
    return undefined;
  }
}

/** On Linux this boot and this space of process ids, which each container has for itself; elsewhere the host's name. */
function hostId(): string {
  return createHash("sha256").update(hostParts().join("\n")).digest("hex").slice(0, 16);
}

function hostParts(): string[] {
  try {
    return [readFileSync("/proc/sys/kernel/random/boot_id", "utf8"), readlinkSync("/proc/self/ns/pid")];
  } catch {
    return [hostname()];
  }
}
