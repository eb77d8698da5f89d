import { packageName } from "../project";
import { EXACT_VERSION } from "./versions";

/** Files that say which version of a package a repository uses. */
export const MANIFESTS = [
  "package.json",
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "bun.lock",
  "bun.lockb",
];

/**
 * What a file says of the program, as text to compare: what a package.json asks for, a lock file's entry. Empty where
 * it says nothing. Of a file that cannot be read as what its name says, all of it counts.
 */
export function saysOfProgram(path: string, text: string): string {
  if (!text.includes(packageName)) {
    return "";
  }
  if (!path.endsWith(".json")) {
    return path.endsWith(".lockb") ? text : linesOfProgram(text).join("\n");
  }
  const manifest = mappingOf(text);
  if (manifest === undefined) {
    return text;
  }
  const said = path.endsWith("package.json") ? requests(manifest) : lockedEntries(manifest);
  return said.length === 0 ? "" : JSON.stringify(said);
}

/** What a package.json asks for of the program: a version, a range, a place. Of several, the one that npm takes. */
export function askedFor(text: string): string | undefined {
  const manifest = mappingOf(text) ?? {};
  return SECTIONS.flatMap((section) => asked(mapping(manifest[section])))[0];
}

/** Where a package.json asks for packages, as npm prefers one to another. */
const SECTIONS = ["optionalDependencies", "dependencies", "devDependencies", "peerDependencies"];

/** Where it changes what its packages ask for. */
const OVERRIDES = ["overrides", "resolutions"];

const ALIAS = `npm:${packageName}@`;

/** By the program's own name, or by another that stands for it. */
function asked(section: Mapping): string[] {
  return Object.entries(section).flatMap(([name, value]) =>
    typeof value === "string" && (name === packageName || value.startsWith(ALIAS)) ? [value] : [],
  );
}

function requests(manifest: Mapping): unknown[] {
  const all = SECTIONS.flatMap((section) => asked(mapping(manifest[section])));
  const sources = [manifest, mapping(manifest["pnpm"])];
  const overrides = sources.flatMap((source) => OVERRIDES.flatMap((key) => mentions(source[key])));
  return [...new Set(all), ...overrides];
}

/** The entries of overrides that name the program, at any depth. */
function mentions(overrides: unknown): unknown[] {
  return Object.entries(mapping(overrides)).flatMap(([name, value]): unknown[] =>
    NAMES_PROGRAM.test(name) || (typeof value === "string" && NAMES_PROGRAM.test(value))
      ? [[name, value]]
      : mentions(value),
  );
}

/** The program's entries in a lock file of npm, with what says which code it is. */
function lockedEntries({ packages, dependencies }: Mapping): Mapping[] {
  const inFolders = Object.entries(mapping(packages)).filter(
    ([place, entry]) =>
      /(?:^|\/)node_modules\//.test(place) &&
      (`/${place}`.endsWith(`/node_modules/${packageName}`) || mapping(entry)["name"] === packageName),
  );
  // The first version of npm's lock files has no `packages`.
  const byName =
    packages === undefined
      ? Object.entries(mapping(dependencies)).filter(
          ([name, entry]) =>
            name === packageName || String(mapping(entry)["version"] ?? "").startsWith(ALIAS),
        )
      : [];
  return [...inFolders, ...byName].map(([, entry]) => {
    const { version, resolved, integrity, link } = mapping(entry);
    return { version, resolved, integrity, link };
  });
}

/** The program's name, and no other that it is a part of. */
const NAMES_PROGRAM = new RegExp(`(?<![\\w-]|@[\\w.-]+/)${packageName}(?![\\w-])`);

/** The lines of a lock file that name the program, each with what is indented below it. */
function linesOfProgram(text: string): string[] {
  let depth: number | undefined;
  return text.split("\n").flatMap((line) => {
    const indent = line.search(/\S/);
    if (depth !== undefined && indent > depth) {
      return [line.trim()];
    }
    depth = indent >= 0 && NAMES_PROGRAM.test(line) ? indent : undefined;
    return depth === undefined ? [] : [line.trim()];
  });
}

/**
 * What a file says that always means the same program: an exact version, a commit, or an entry of a lock file.
 * undefined where it names a range, or a folder, in which anything may be.
 */
export function pinIn(path: string, text: string): string | undefined {
  if (path.endsWith("package.json")) {
    const wanted = (askedFor(text) ?? "").replace(ALIAS, "");
    return EXACT_VERSION.test(wanted) || /#[0-9a-f]{40}$/.test(wanted) ? wanted : undefined;
  }
  if (path.endsWith(".json")) {
    const [locked] = lockedEntries(mappingOf(text) ?? {}).filter(({ link }) => link !== true);
    const version = locked?.["version"];
    return typeof version === "string" ? version.replace(ALIAS, "") : undefined;
  }
  const says = saysOfProgram(path, text);
  return says === "" || /(file|link|portal|workspace):/.test(says)
    ? undefined
    : (lockedIn(text) ?? "a lock file's entry");
}

/** The version in the lock file of Yarn, pnpm or Bun, which name it as `pmm-iam@...:` and below, or as `pmm-iam@0.2.0`. */
function lockedIn(text: string): string | undefined {
  const number = "(\\d+\\.\\d+\\.\\d+(?:-[\\w.-]*\\w)?)";
  const ofYarn = new RegExp(`^"?(?:[^\\n]*@npm:)?${packageName}@[^\\n]*:\\n +version:? "?${number}`, "m");
  const ofOthers = new RegExp(`(?<![\\w-])${packageName}@${number}`);
  return (ofYarn.exec(text) ?? ofOthers.exec(text))?.[1];
}

/** Whether a file is the program's own, in a repository that has both: it does not say which program runs. */
export function isOwnManifest(path: string, ...texts: readonly string[]): boolean {
  return path.endsWith(".json") && texts.some((text) => mappingOf(text)?.["name"] === packageName);
}

type Mapping = Readonly<Record<string, unknown>>;

/** undefined where the text is no JSON. */
export function mappingOf(text: string): Mapping | undefined {
  try {
    return mapping(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function mapping(value: unknown): Mapping {
  return typeof value === "object" && value !== null ? (value as Mapping) : {};
}
