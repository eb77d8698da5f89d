import { randomUUID } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { asRefusalOf } from "../accounts/system-refusals";
import { LOCK_FILE, type LockProblem, lockProblem } from "./lock-file";

/** The folder beside accounts.yaml that keeps the reviewed lock file of each stack. */
export const LOCKS_FOLDER = "provider-locks";

/** The most bytes of a lock file: a provider with the checksums of all its platforms has less than 4 KiB. */
const MOST_BYTES = 256 * 1024;

/** A lock file that may be used, or what is wrong with it. */
export type Lock = { readonly bytes: Buffer } | { readonly problem: LockProblem };

/** Reads a lock file; undefined where there is none. No link is followed. */
export function readLock(path: string): Lock | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    return undefined;
  }
  const unread = !stats.isFile()
    ? `${stats.isSymbolicLink() ? "this is a symbolic link" : "this is no regular file"}; expected the file itself`
    : stats.size > MOST_BYTES
      ? `the file has ${stats.size} bytes; expected at most ${MOST_BYTES}: is it the right file?`
      : undefined;
  if (unread !== undefined) {
    return { problem: { line: 1, column: 1, message: unread } };
  }
  const bytes = readFileSync(path);
  const problem = lockProblem(bytes.toString("utf8"));
  return problem === undefined ? { bytes } : { problem };
}

/** What a stack's kept lock file is called, from the folder of accounts.yaml. */
export function keptName(stack: string): string {
  return `${LOCKS_FOLDER}/${stack}${LOCK_FILE}`;
}

/** The lock files that are kept beside an accounts file, one for each stack. */
export class KeptLocks {
  private readonly beside: string;

  constructor(accountsPath: string) {
    this.beside = realpathSync(dirname(accountsPath));
  }

  /** Whether anything is there by the folder's name. */
  isThere(): boolean {
    return this.stats() !== undefined;
  }

  /** What keeps the folder itself from being used; undefined where it can be, or is not there. */
  problem(): LockProblem | undefined {
    const stats = this.stats();
    if (stats === undefined || stats.isDirectory()) {
      return undefined;
    }
    const what = stats.isSymbolicLink() ? "a symbolic link" : "no folder";
    return {
      line: 1,
      column: 1,
      message: `this is ${what}; expected a folder, which holds the stacks' provider lock files`,
    };
  }

  /** The stacks that a lock file is kept for, sorted. Throws where the folder cannot be read. */
  stacks(): string[] {
    return (this.isThere() ? readdirSync(this.at(LOCKS_FOLDER)) : [])
      .filter((name) => name.endsWith(LOCK_FILE) && name !== LOCK_FILE)
      .map((name) => name.slice(0, -LOCK_FILE.length))
      .sort();
  }

  /** A stack's kept lock file; undefined where none is kept. */
  read(stack: string): Lock | undefined {
    return readLock(this.at(keptName(stack)));
  }

  /** Keeps a stack's lock file, at once as a whole. */
  write(stack: string, bytes: Buffer): void {
    mkdirSync(this.at(LOCKS_FOLDER), { recursive: true });
    const [file, draft] = [this.at(keptName(stack)), this.at(`${LOCKS_FOLDER}/${randomUUID()}`)];
    try {
      asRefusalOf(file, () => {
        writeFileSync(draft, bytes, { flag: "wx" });
        renameSync(draft, file);
      });
    } finally {
      asRefusalOf(file, () => rmSync(draft, { force: true }));
    }
  }

  remove(stack: string): void {
    rmSync(this.at(keptName(stack)), { force: true });
  }

  private stats() {
    return lstatSync(this.at(LOCKS_FOLDER), { throwIfNoEntry: false });
  }

  private at(name: string): string {
    return join(this.beside, name);
  }
}
