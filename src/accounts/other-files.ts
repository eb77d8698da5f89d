import { isUtf8 } from "node:buffer";
import { existsSync, readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { packageName, packageRoot } from "../project";
import { placed } from "./accounts-text";
import { isEarlierVersion } from "./names";
import type { Problem } from "./problem";
import { repositoryOf } from "./repository";
import { LARGEST_FILE_BYTES, readSourceText, type SourceText } from "./source-text";
import { valueAt } from "./values";

/** As many folders are looked into, those nearest to the root first, and as many YAML and JSON files read: within half a second. */
const MOST_FOLDERS = 4_000;
const MOST_FILES = 4_000;

/** What holds copies and downloads, and no accounts file of anybody's. */
const NOT_SEARCHED = new Set([".git", ".terraform", "node_modules"]);

/** Where this program's own repository has its samples. */
const SAMPLES = /^(?:examples|test)$/;

/**
 * Whether a path below a repository's root is among this program's samples, which are applied nowhere: in the program
 * that runs, and in any other copy of its repository.
 */
export function isSample(path: string, root: string): boolean {
  const parts = relative(root, path).split(sep);
  return parts.some((name, index) => SAMPLES.test(name) && isProgram(join(root, ...parts.slice(0, index))));
}

/** Whether a folder holds this program: its package has the program's name and command. */
function isProgram(folder: string): boolean {
  if (folder === packageRoot) {
    return true;
  }
  try {
    const path = join(folder, "package.json");
    const manifest: unknown = statSync(path).isFile() ? JSON.parse(readFileSync(path, "utf8")) : undefined;
    return (
      valueAt(manifest, ["name"]) === packageName && valueAt(manifest, ["bin", packageName]) !== undefined
    );
  } catch {
    return false;
  }
}

/**
 * The other files of a repository that may be accounts files, by their path from its root, sorted; outside a
 * repository, those of the same folder. A repository inside this one has its own, and what cannot be read is left out.
 * An earlier version of a file is none, and has none beside it.
 */
export function otherAccountsFiles(path: string): SourceText[] {
  if (isEarlierVersion(basename(path))) {
    return [];
  }
  const own = statSync(path);
  const folder = realpathSync(dirname(path));
  const root = repositoryOf(folder);
  return dataFiles(root, existsSync(join(root, ".git")) ? [folder] : [])
    .filter((file) => isOther(file, own))
    .flatMap((file) => {
      const source = readSourceText(file, relative(root, file).split(sep).join("/"));
      return "severity" in source || !mayHoldAccounts(file, source.text) ? [] : [placed(source)];
    })
    .filter(({ text, suggestedName }) => suggestedName === undefined || mayHaveName(text))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Below the root, where folders are named to begin with; else of the root alone. */
function dataFiles(root: string, nearest: readonly string[]): string[] {
  const files: string[] = [];
  const inJson: string[] = [];
  const folders = new Set([root, ...nearest]);
  let left = MOST_FOLDERS;
  for (const folder of folders) {
    left -= 1;
    if (left < 0) {
      break;
    }
    const entries = entriesOf(folder);
    if (folder !== root && entries.some(({ name }) => name === ".git")) {
      continue;
    }
    for (const entry of entries) {
      if (/\.ya?ml$/i.test(entry.name) && !isEarlierVersion(entry.name)) {
        files.push(join(folder, entry.name));
      } else if (/(?<!\.tf|\.schema)\.json$/i.test(entry.name) && !isEarlierVersion(entry.name)) {
        inJson.push(join(folder, entry.name));
      } else if (nearest.length > 0 && entry.isDirectory() && isSearched(root, join(folder, entry.name))) {
        folders.add(join(folder, entry.name));
      }
    }
  }
  return [...files, ...inJson].slice(0, MOST_FILES);
}

function isSearched(root: string, folder: string): boolean {
  return !NOT_SEARCHED.has(basename(folder)) && !isSample(folder, root);
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Whether a path leads to another file: not to the one itself, by whatever name. */
function isOther(path: string, own: Stats): boolean {
  const stats = statsOf(path);
  return stats !== undefined && (stats.dev !== own.dev || stats.ino !== own.ino);
}

/** What every accounts file has. */
const KEYS = ["accounts", "source", "account_id"].map((key) => ({
  key,
  inJson: new RegExp(`(?<![\\w-])${key}["']?\\s*:`),
}));

/**
 * Looks for the keys that every accounts file has: parsing each data file of a repository would take long. In a file
 * of JSON a colon follows each: an access report has the same words elsewhere, and may have megabytes.
 */
export function mayHoldAccounts(name: string, text: string): boolean {
  const isJson = /\.json$/i.test(name);
  return KEYS.every(({ key, inJson }) => (isJson ? inJson.test(text) : text.includes(key)));
}

/** Blank lines, comments, directives and the document's mark, before what a YAML file says. */
const HEADER = /^\uFEFF?(?:[ \t]*(?:#.*|%.*|---[ \t]*(?:#.*)?)?\r?\n)*/;

/** Whether a file may hold a mapping, by its name or how it begins: to parse prose and code would take long. */
export function mayBeAccounts(path: string, text: string): boolean {
  const begin = text.replace(HEADER, "");
  const isMapping = /\.ya?ml$/i.test(path) || /^\s*(?:[{?&!]|<<|(["']?)[\w-]+\1\s*:)/.test(begin);
  return isMapping && mayHoldAccounts(path, text);
}

/** Drafts of editors and merges, prose, and what Terraform reads and writes: no accounts files, whatever they hold. */
const NO_ACCOUNTS = /^\.#|~$|\.(?:bak|hcl|md|orig|rej|swp|tf|tf\.json|tfplan|tfvars)$|\.tfstate(?:\.|$)/i;

/**
 * The other files in the folder of an accounts file that may be accounts files, by any name that ACCOUNTS_FILE takes,
 * sorted; of what cannot be read, why. accounts.yaml counts whatever it holds.
 */
export function accountsFilesBeside(path: string): (SourceText | Problem)[] {
  const own = statSync(path);
  const folder = realpathSync(dirname(path));
  const root = repositoryOf(folder);
  return entriesOf(folder)
    .map(({ name }) => name)
    .filter((name) => !NO_ACCOUNTS.test(name) && !isEarlierVersion(name))
    .map((name) => join(folder, name))
    .filter((file) => mayBeText(file, own))
    .sort()
    .flatMap((file): (SourceText | Problem)[] => {
      const source = readSourceText(file, relative(root, file).split(sep).join("/"));
      if ("severity" in source) {
        return [source];
      }
      const whole = placed(source);
      return whole.suggestedName === undefined || mayBeAccounts(asJson(file, source.text), source.text)
        ? [whole]
        : [];
    });
}

/**
 * Whether a path leads to another file that may be somebody's text: not to an image, nor to what is too large. Where
 * nobody can say, it may be; a link that leads nowhere by its name.
 */
function mayBeText(path: string, own: Stats): boolean {
  const stats = statsOf(path);
  if (stats === undefined) {
    return /\.(?:ya?ml|json)$/i.test(path);
  }
  if (!stats.isFile() || stats.size > LARGEST_FILE_BYTES || !isOther(path, own)) {
    return false;
  }
  try {
    const bytes = readFileSync(path);
    return isUtf8(bytes) || mayHoldAccounts(path, bytes.toString("latin1"));
  } catch {
    return true;
  }
}

/** undefined where a path leads to nothing, or in a circle. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** By the name of a JSON file, where a file begins as one. */
function asJson(path: string, text: string): string {
  return text.trimStart().startsWith("{") ? `${path}.json` : path;
}

/** Whether a text may say a deployment's name: it has the key elsewhere than at the start of a list's entry. */
function mayHaveName(text: string): boolean {
  return /^(?!\s*-\s+\{?\s*["']?name\b).*\bname["']?\s*:/m.test(text);
}
