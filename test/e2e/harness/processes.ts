import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";

/** A program that runs beside the tests and said, in its first line, how to reach it. */
export interface Service {
  readonly pid: number;
  /** The JSON of its first line. */
  readonly said: Readonly<Record<string, unknown>>;
  /** What it wrote to standard error so far. */
  errors(): string;
  /** One line on how it ended, where it did so without being told to. */
  died(): string | undefined;
  stop(): Promise<void>;
}

/** How a command ended. */
export interface Ended {
  /** The exit code; 128 and the signal's number where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string>>;
}

const children = new Set<ChildProcess>();
const folders = new Set<string>();

/** Removes the folder when the tests end, however they end. */
export function removeAtExit(folder: string): void {
  folders.add(folder);
}

/** Removes a folder now. */
export function removed(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

process.once("exit", () => {
  for (const child of children) kill(child);
  for (const folder of [...folders]) removed(folder);
});
for (const [signal, number] of [
  ["SIGINT", 2],
  ["SIGTERM", 15],
  ["SIGHUP", 1],
] as const) {
  // A default handler would end the process without its exit handlers.
  process.once(signal, () => process.exit(128 + number));
}

function started({ command, args, cwd, env }: Command): ChildProcess {
  // A group of its own, so that what the command started ends with it.
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  children.add(child);
  child.once("exit", () => children.delete(child));
  child.stdin?.on("error", () => {});
  return child;
}

/** Ends a child and everything in its group. */
function kill(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}

/** Starts a program that prints one line of JSON once it is ready, and serves until its input closes. */
export function serve(name: string, command: Command, seconds = 180): Promise<Service> {
  const child = started(command);
  let stopped = false;
  let died: string | undefined;
  const gone = new Promise<void>((resolve) => {
    child.once("close", (code, signal) => {
      if (!stopped) died = `${name} has ended by itself (${signal ?? `exit code ${code}`})`;
      resolve();
    });
  });
  let output = "";
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-100_000);
  });
  return new Promise((resolve, reject) => {
    // Once settled, a promise ignores what comes later: the end of the program, which `gone` tells.
    const fail = (reason: string) => {
      clearTimeout(timer);
      kill(child);
      reject(new Error(`${name}: ${reason}`));
    };
    const timer = setTimeout(() => fail(`not ready after ${seconds} s`), seconds * 1000);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(lastLine(errors) ?? `ended with exit code ${code}`));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      if (output.includes("\n")) return;
      output += text;
      if (!output.includes("\n")) return;
      clearTimeout(timer);
      const said = JSON.parse(output.slice(0, output.indexOf("\n"))) as Record<string, unknown>;
      const stop = async () => {
        stopped = true;
        kill(child);
        await gone;
      };
      resolve({
        pid: child.pid ?? 0,
        said,
        errors: () => errors,
        died: () => died,
        stop,
      });
    });
  });
}

/** A running command. */
export interface Running {
  readonly ended: Promise<Ended>;
  /** Ends it as a power cut would: at once, with all that it started. */
  kill(): void;
}

/** Starts a command and collects what it says. */
export function run(command: Command, seconds = 1_800): Running {
  const child = started(command);
  child.stdin?.end();
  const output: [string, string] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output[0] += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    output[1] += text;
  });
  const timer = setTimeout(() => kill(child), seconds * 1000);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? (signal === null ? 1 : 137), stdout: output[0], stderr: output[1] });
    });
  });
  return { ended, kill: () => kill(child) };
}

function lastLine(text: string): string | undefined {
  return text.trim().split("\n").at(-1) || undefined;
}
