import { lstatSync, readFileSync, statSync } from "node:fs";
import { DEFAULT_FILE } from "./names";
import type { Position, Problem } from "./problem";
import { reasonOf } from "./system-refusals";

/** The text of a file, with the name that messages call it by. */
export interface SourceText {
  /** The path as the user would type it. */
  readonly name: string;
  /** Where it is; relative paths in the file start from its folder. */
  readonly path: string;
  readonly text: string;
  /**
   * A name to suggest, where the file has to say its deployment's: it is not accounts.yaml at the root of its
   * repository. Left out: the file may take the default.
   */
  readonly suggestedName?: string;
}

/** 2,000 accounts with every feature are about 2 MB. */
export const LARGEST_FILE_BYTES = 8 * 1024 * 1024;

/** Reads a UTF-8 text file, or says why it cannot be one. A byte order mark is not part of the text. */
export function readSourceText(path: string, name: string): SourceText | Problem {
  const refuse = (message: string, at = { line: 1, column: 1 }): Problem => ({
    severity: "error",
    file: name,
    ...at,
    message,
    rule: "file",
  });
  let bytes: Buffer;
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) {
      return refuse("this is a folder; expected a YAML file: name the file itself in ACCOUNTS_FILE");
    }
    if (!stats.isFile()) {
      return refuse("this is not a regular file; expected a YAML file");
    }
    if (stats.size > LARGEST_FILE_BYTES) {
      return refuse(
        `the file has ${stats.size} bytes; expected at most ${LARGEST_FILE_BYTES}: is it the right file?`,
      );
    }
    bytes = readFileSync(path);
  } catch (cause) {
    return refuse(unreadable(path, name, cause));
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { name, path, text };
  } catch {
    return refuse("found bytes that are not UTF-8 text; save the file as UTF-8", firstMisread(bytes));
  }
}

/** Where the first bytes are that are not UTF-8. */
export function firstMisread(bytes: Buffer): Position {
  const lossy = new TextDecoder("utf-8").decode(bytes);
  const lines = lossy.slice(0, lossy.indexOf("\ufffd")).split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

function unreadable(path: string, name: string, cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT" && isLink(path)) {
    return "this is a symbolic link that leads to no file; make it lead to one, or set ACCOUNTS_FILE to another path";
  }
  if (code === "ENOENT" || code === "ENOTDIR") {
    return name.replace(/^(?:\.\.\/)+/, "") === DEFAULT_FILE
      ? "there is no such file; run npx pmm-iam init, which writes one, or set ACCOUNTS_FILE to the path of yours"
      : "there is no such file; write one (README.md shows the shortest) or set ACCOUNTS_FILE to its path";
  }
  return `the file cannot be read: ${reasonOf(code)}`;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
