import { posix } from "node:path";
import type { AccountsFolder } from "../../accounts/folder";
import type { Path } from "../../accounts/problem";
import type { ThirdPartyMonitorInput } from "../../accounts/schema";
import { MANAGED_POLICY_CHARACTERS, ROLE_INLINE_CHARACTERS } from "../../aws/limits";
import { MONITOR_DENY_POLICY } from "../../aws/names";
import type { Partition } from "../../aws/partitions";
import { type PolicyDocument, policySize, type Statement } from "../../aws/policies";
import { modulePolicy } from "../../modules/own";
import { readPolicyFile } from "./policy-file";

/** A policy as the file names it: one of AWS's, or a file that starts with ./ */
export interface NamedPolicy {
  readonly policy: string;
  readonly path: Path;
}

/** `policy` is short for `policies` with one, and says nothing where that has the same. */
export function policiesOf(
  { policy, policies = [] }: ThirdPartyMonitorInput,
  path: Path,
): readonly NamedPolicy[] {
  return [
    ...(policy === undefined || policies.includes(policy) ? [] : [{ policy, path: [...path, "policy"] }]),
    ...policies.map((named, index) => ({ policy: named, path: [...path, "policies", index] })),
  ];
}

export function isPolicyFile(policy: string): boolean {
  return policy.startsWith("./");
}

/** A policy file that can be used. */
export interface FilePolicy extends NamedPolicy {
  readonly document: PolicyDocument;
}

/** The files among the policies, but for those that cannot be used. */
export function filesOf(folder: AccountsFolder, policies: readonly NamedPolicy[]): readonly FilePolicy[] {
  return policies.flatMap((named) => {
    const document = isPolicyFile(named.policy)
      ? folder.once(readPolicyFile, named.policy).document
      : undefined;
    return document === undefined ? [] : [{ ...named, document }];
  });
}

/** A policy file that becomes a managed policy of the account. */
export interface ManagedFilePolicy extends FilePolicy {
  /** Its key in the module; its name in AWS is <role name>-<key>. */
  readonly key: string;
}

/** Where the files of one role go. */
export interface PlacedFiles {
  /** The files in the role's own policy, by name; their statements are one document. */
  readonly inline: { readonly document: PolicyDocument; readonly path: Path } | undefined;
  /** By key. */
  readonly managed: readonly ManagedFilePolicy[];
  /** Files that fit neither in the role's own policies nor in a managed policy. */
  readonly misfits: readonly FilePolicy[];
  /** The characters that the role's own policies hold beside the Deny. */
  readonly room: number;
}

/**
 * The characters of a role that several files leave to the Deny, whether it is there or not. Terraform writes the Deny
 * before the files: were one of them to make room for it in the same apply, AWS would refuse the Deny for its size.
 */
export const ROOM_FOR_DENY = 6_144;

/**
 * Files are in the role's own policy while they fit beside the Deny, and managed policies then. First come those that
 * no managed policy holds, then the others, both by name: the order in the file means nothing, and a file that grows or
 * shrinks moves another only where the room ends.
 */
export function placeFiles(
  files: readonly FilePolicy[],
  { deny_data_access }: Pick<ThirdPartyMonitorInput, "deny_data_access">,
  partition: Partition,
): PlacedFiles {
  const deny = modulePolicy("third-party-monitor", MONITOR_DENY_POLICY, partition);
  const room = ROLE_INLINE_CHARACTERS - (deny_data_access ? policySize(deny) : 0);
  const shared = files.length > 1 ? ROLE_INLINE_CHARACTERS - ROOM_FOR_DENY : room;
  const inline: FilePolicy[] = [];
  const managed: ManagedFilePolicy[] = [];
  const misfits: FilePolicy[] = [];
  for (const file of inOrder(files)) {
    if (fits([...inline, file], isManageable(file) ? shared : room)) {
      inline.push(file);
    } else if (isManageable(file)) {
      managed.push({ ...file, key: keyOf(file.policy) });
    } else {
      misfits.push(file);
    }
  }
  const [first] = inline;
  return {
    inline: first && { document: joined(inline), path: first.path },
    managed: managed.sort(by(({ key }) => key)),
    misfits,
    room,
  };
}

function inOrder(files: readonly FilePolicy[]): FilePolicy[] {
  const named = [...files].sort(by(({ policy }) => policy));
  return [...named.filter((file) => !isManageable(file)), ...named.filter(isManageable)];
}

function by<Item>(text: (item: Item) => string): (a: Item, b: Item) => number {
  return (a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0);
}

function isManageable({ document }: FilePolicy): boolean {
  return policySize(document) <= MANAGED_POLICY_CHARACTERS;
}

/** Documents of one version can be one: another version reads the variables in it otherwise. */
function fits(files: readonly FilePolicy[], room: number): boolean {
  const versions = new Set(files.map(({ document }) => document.Version));
  return versions.size === 1 && policySize(joined(files)) <= room;
}

/** The statements of all files in one document; a single file stays as it is. */
function joined(files: readonly FilePolicy[]): PolicyDocument {
  const [first, ...others] = files.map(({ document }) => document);
  if (first === undefined) {
    throw new Error("there is no file to join");
  }
  return others.length === 0
    ? first
    : { Version: first.Version, Statement: withUniqueSids([first, ...others].flatMap(statementsOf)) };
}

/** A policy file may have a single statement without its list. */
function statementsOf({ Statement: statements }: PolicyDocument): Statement[] {
  return [statements].flat();
}

/** IAM takes each Sid once in a document, and none says what is allowed: the later ones go. */
function withUniqueSids(statements: readonly Statement[]): Statement[] {
  const known = new Set<string>();
  return statements.map((statement) => {
    const { Sid: sid, ...rest } = statement;
    if (sid === undefined || !known.has(sid)) {
      known.add(sid ?? "");
      return statement;
    }
    return rest;
  });
}

/** The file's name without its ending, in the characters of IAM's names. */
export function keyOf(policy: string): string {
  return posix.basename(policy, ".json").replace(/[^\w+=,.@-]+/g, "-");
}
