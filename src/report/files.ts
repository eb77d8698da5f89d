import { randomUUID } from "node:crypto";
import {
  closeSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { InputError } from "../changes/input-error";
import { CSV_HEAD, csvOf } from "./csv";
import { grantsOf } from "./grants";
import { JSON_HEAD, jsonOf } from "./json";
import { PAGE_HEAD, pageOf } from "./page";
import type { AccessReport } from "./report";

/** The three files of a report, by the name of its page: CSV and JSON have the same name but for its end. */
export function reportFiles(page: string): readonly [page: string, csv: string, json: string] {
  const base = page.replace(/\.html?$/i, "");
  return [page, `${base}.csv`, `${base}.json`];
}

/**
 * Writes a report as three files, or none of them where one of the names is taken by something that no report wrote.
 * Those of an earlier report are replaced. Returns the names.
 */
export function writeReport(report: AccessReport, page: string): readonly string[] {
  const names = reportFiles(page);
  const heads = [PAGE_HEAD, CSV_HEAD, JSON_HEAD];
  for (const [index, name] of names.entries()) {
    refuseOthers(name, heads[index] ?? "");
  }
  const contents = [pageOf(report), csvOf(grantsOf(report)), jsonOf(report)];
  for (const [index, name] of names.entries()) {
    replaceFile(name, contents[index] ?? "");
  }
  return names;
}

/** An earlier report may be replaced. Anything else of the same name is somebody's. */
function refuseOthers(name: string, head: string): void {
  const found = statsOf(name);
  if (found === undefined) {
    return;
  }
  if (!found.isFile()) {
    const what = found.isDirectory() ? "a folder" : found.isSymbolicLink() ? "a link" : "no file";
    throw new InputError(
      `${name} is ${what}; expected a new name or that of an earlier report: --output <file>`,
      "output",
    );
  }
  if (firstBytes(name, head.length) !== head) {
    throw new InputError(
      `${name} is there already, and no pmm-iam report wrote it; name another file: --output <file>`,
      "output",
    );
  }
}

function statsOf(name: string): Stats | undefined {
  return lstatSync(name, { throwIfNoEntry: false });
}

function firstBytes(name: string, length: number): string {
  const file = openSync(name, "r");
  try {
    const bytes = Buffer.alloc(length);
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, length, 0));
  } finally {
    closeSync(file);
  }
}

/** Under another name first, so that an interrupted run leaves no half of a report. */
function replaceFile(name: string, content: string): void {
  const draft = `${name}.${randomUUID()}`;
  try {
    writeFileSync(draft, content, { flag: "wx" });
    renameSync(draft, name);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw cause;
  }
}
