import { codeOf, HIDDEN, withCodes } from "./hidden-characters";

/** Where the code of a team's module comes from: told apart by what keeps it from changing unseen. */
export type ModuleSource =
  /** In the repository, so a change of it is reviewed. A relative path. */
  | { readonly kind: "local"; readonly path: string }
  /** In a registry, at one version. */
  | { readonly kind: "registry"; readonly address: string }
  /** In a git repository, at one commit. */
  | { readonly kind: "git"; readonly address: string };

/** Why a source is refused: what was found, what was expected, what to type. */
export interface Refusal {
  readonly problem: string;
}

const EXPECTED =
  "expected a path that starts with ./, a registry module (namespace/name/provider, with version) or git::https://host/path.git?ref=<40-digit commit>";

const NAME = "[0-9A-Za-z](?:[0-9A-Za-z_-]{0,62}[0-9A-Za-z])?";
const HOST = "[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?(?:\\.[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?)+";
const STEPS = "[\\w.~-]+(?:/[\\w.~-]+)*";

const REGISTRY = new RegExp(
  `^(?:(?<host>${HOST})(?::\\d+)?/)?${NAME}/${NAME}/[0-9A-Za-z]{1,64}(?<subfolder>//${STEPS})?$`,
);
const GIT = new RegExp(
  `^git::(?:https://|ssh://(?:[\\w.-]+@)?)${HOST}(?::\\d+)?/(?<path>${STEPS})(?<subfolder>//${STEPS})?\\?ref=[0-9a-f]{40}$`,
);

/** Sites whose addresses look like a registry's and are none: Terraform clones their default branch. */
const CLONED_SITES = ["github.com", "bitbucket.org"];

/**
 * Reads a module's source. Only what the file pins is let through: the code runs with the pipeline's
 * credentials, so a branch or a range of versions would let others change what those do.
 */
export function moduleSource(source: string): ModuleSource | Refusal {
  const refusal = unreadable(source) ?? unpinned(source) ?? elsewhere(source);
  if (refusal !== undefined) {
    return { problem: refusal };
  }
  if (/^\.\.?(?:\/|$)/.test(source)) {
    return { kind: "local", path: source };
  }
  const registry = REGISTRY.exec(source);
  const git = GIT.exec(source);
  const steps = [git?.groups?.["path"], (registry ?? git)?.groups?.["subfolder"]].join("/").split("/");
  if ((registry === null && git === null) || steps.includes("..") || steps.includes(".")) {
    return { problem: `${shownSource(source)} is not the source of a module; ${EXPECTED}` };
  }
  return { kind: git === null ? "registry" : "git", address: source };
}

/** What the `version` beside a source should be, and is not. */
export function versionProblem(source: ModuleSource, version: string | undefined): string | undefined {
  if (source.kind === "registry" && version === undefined) {
    return 'version is missing: without it each run takes the newest release; expected the exact one, such as "1.2.3"';
  }
  if (source.kind !== "registry" && version !== undefined) {
    const pinned = source.kind === "git" ? "the commit in ref" : "the repository itself";
    return `version is for registry modules, and this source is pinned by ${pinned}; remove it`;
  }
  return undefined;
}

/** Characters that are not seen as they are, and what no file system and no service takes. */
function unreadable(source: string): string | undefined {
  const character = HIDDEN.exec(source)?.[0];
  if (character !== undefined) {
    return `${shownSource(source)} has the character ${codeOf(character)}, which cannot be seen; remove it`;
  }
  if (source !== source.normalize("NFC")) {
    return `${shownSource(source)} has a letter and its accent as two characters, which Terraform joins to one; rename the folder, and type ${shownSource(source.normalize("NFC"))}`;
  }
  const isTooLong =
    Buffer.byteLength(source) > 1024 || source.split("/").some((step) => Buffer.byteLength(step) > 255);
  return isTooLong
    ? `${shownSource(source)} is longer than a source can be; expected at most 1024 bytes, and 255 between two /`
    : undefined;
}

/** Git addresses that may mean other code tomorrow, or that say more than where the code is. */
function unpinned(source: string): string | undefined {
  const shorthand = /^git@([\w.-]+):([\w./~-]+?)(?:\.git)?(?:\?.*)?$/.exec(source.replace(/^git::/, ""));
  if (shorthand !== null) {
    return `${shownSource(source)} pins no commit in a form that can be read; type git::ssh://git@${shorthand[1]}/${shorthand[2]}.git?ref=<40-digit commit>`;
  }
  if (/^https?:\/\/[^?]*\.git\b/.test(source)) {
    return `${shownSource(source)} is taken for an archive without git:: before it; type git::${source.replace(/^http:/, "https:").replace(/\?.*$/, "")}?ref=<40-digit commit>`;
  }
  if (!source.startsWith("git::")) {
    return undefined;
  }
  const [address = "", query] = source.slice("git::".length).split(/\?(.*)/s);
  if (address.startsWith("http://")) {
    return "git over http:// can be changed on its way; type git::https://";
  }
  if (/^https:\/\/[^/]*@/.test(address)) {
    return "the address holds a user name or password, which every plan would show; remove it and give git the credentials (git config credential.helper)";
  }
  if (!/^[\w.~:/?=&@%+-]+$/.test(source)) {
    return `${shownSource(source)} has characters that no address has; expected letters, digits and . _ ~ : / ? = @ -`;
  }
  const ref = /^ref=([^&]*)$/.exec(query ?? "")?.[1];
  if (query === undefined || ref === "") {
    return `${shownSource(source)} names no commit, so each run takes what the default branch holds; add ?ref= and the 40-digit commit${whereFrom(address, "HEAD")}`;
  }
  if (ref === undefined) {
    return `${shownSource(source)} has more after the ? than ref=<40-digit commit>; expected that alone`;
  }
  if (/^[0-9a-f]{40}$/i.test(ref)) {
    return ref === ref.toLowerCase() ? undefined : `ref is in upper case; type ref=${ref.toLowerCase()}`;
  }
  return `ref is ${JSON.stringify(ref)}, a branch, a tag or a shortened commit, which may mean other code tomorrow; type the 40-digit commit${whereFrom(address, ref)}`;
}

/** Sources that are no path, no registry and no git. */
function elsewhere(source: string): string | undefined {
  if (/^(?:\/|~|[A-Za-z]:[\\/]|file:)/.test(source)) {
    return `${shownSource(source)} is an absolute path, which leads elsewhere on another machine; expected a path in the repository that starts with ./`;
  }
  if (source.includes("\\")) {
    return `${shownSource(source)} has backslashes; type ${source.replaceAll("\\", "/").replace(/^(?!\.\.?\/)/, "./")}`;
  }
  if (/^https?:/.test(source)) {
    return `${shownSource(source)} is an archive, whose content may change; ${EXPECTED}`;
  }
  const site = CLONED_SITES.find((candidate) => source.startsWith(`${candidate}/`));
  if (site !== undefined) {
    const [, owner = "<owner>", name = "<name>"] = source.replace(/[?].*$/, "").split("/");
    return `${shownSource(source)} means the default branch of a repository there; type git::https://${site}/${owner}/${name.replace(/\.git$/, "")}.git?ref=<40-digit commit>`;
  }
  // Fewer steps than a registry's address has, and the characters of a path.
  return /^[\w.-]+(?:\/[\w.-]+)?\/?$/.test(source) && !/^\.\.?(?:\/|$)/.test(source)
    ? `${shownSource(source)} has no ./ before it, and a registry module has three parts; did you mean ./${source}?`
    : undefined;
}

/** The command that shows the commit, where the address and the name are nothing else to a shell and to git. */
function whereFrom(address: string, name: string): string {
  const repository = /^(?:https|ssh):\/\/[\w.~:@-]+(?:\/[\w.~:@-]+)*/.exec(address)?.[0];
  return repository !== undefined && /^[A-Za-z0-9][\w./-]*$/.test(name)
    ? ` (git ls-remote ${repository} ${name})`
    : "";
}

function shownSource(source: string): string {
  return withCodes(JSON.stringify(source.length > 120 ? `${source.slice(0, 117)}...` : source));
}
