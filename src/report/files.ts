import { randomUUID } from "node:crypto";
import {
  closeSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { asRefusalOf } from "../accounts/system-refusals";
import { InputError } from "../changes/input-error";
import { csvOf, IS_CSV } from "./csv";
import { grantsOf } from "./grants";
import { IS_JSON, jsonOf } from "./json";
import { IS_PAGE, pageOf } from "./page";
import type { AccessReport } from "./report";

/** As much of a file as says whether a report wrote it. */
const HEAD_BYTES = 512;

interface ReportFile {
  readonly name: string;
  /** What a file of an earlier report begins with, whatever version wrote it. */
  readonly isEarlier: RegExp;
  readonly content: () => string;
}

/**
 * Writes a report as a page and, under the same name but for its end, as CSV and JSON. Where one of the names is
 * taken by something that no report wrote, nothing is written. Files of an earlier report are replaced. Returns the
 * names.
 */
export function writeReport(report: AccessReport, page: string): readonly string[] {
  if (page === "" || page === "-" || /\.(?:csv|json)$/i.test(page)) {
    throw new InputError(
      `--output takes the name of the page, and ${page === "" ? "it is empty" : `"${page}" is none`}; expected one that ends in .html: CSV and JSON are written beside it`,
      "output",
    );
  }
  refuseFolder(dirname(page));
  const base = page.replace(/\.html?$/i, "");
  const files: readonly ReportFile[] = [
    { name: page, isEarlier: IS_PAGE, content: () => pageOf(report) },
    { name: `${base}.csv`, isEarlier: IS_CSV, content: () => csvOf(grantsOf(report)) },
    { name: `${base}.json`, isEarlier: IS_JSON, content: () => jsonOf(report) },
  ];
  for (const file of files) {
    refuseOthers(file);
  }
  replaceFiles(files);
  return files.map(({ name }) => name);
}

/** The folder has to be there: a misspelt one would be made elsewhere. */
function refuseFolder(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) {
    throw new InputError(
      found === undefined
        ? `the folder ${folder} does not exist; create it, or choose another --output`
        : `${folder} is not a folder; choose another --output`,
      "output",
    );
  }
}

/** An earlier report may be replaced. Anything else of the same name is somebody's. */
function refuseOthers({ name, isEarlier }: ReportFile): void {
  const found = lstatSync(name, { throwIfNoEntry: false });
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
  if (!isEarlier.test(headOf(name))) {
    throw new InputError(
      `${name} is there already, and no pmm-iam report wrote it; name another file: --output <file>`,
      "output",
    );
  }
}

function headOf(name: string): string {
  const file = openSync(name, "r");
  try {
    const bytes = Buffer.alloc(HEAD_BYTES);
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

/** Under other names first, so that an interrupted run leaves no half of a file, and a full disk no new one. */
function replaceFiles(files: readonly ReportFile[]): void {
  const drafts = files.map(({ name, content }) => ({ name, content, draft: `${name}.${randomUUID()}` }));
  try {
    for (const { draft, name, content } of drafts) {
      asRefusalOf(name, () => writeFileSync(draft, content(), { flag: "wx" }));
    }
    for (const { draft, name } of drafts) {
      asRefusalOf(name, () => renameSync(draft, name));
    }
  } finally {
    for (const { draft, name } of drafts) {
      asRefusalOf(name, () => rmSync(draft, { force: true }));
    }
  }
}
