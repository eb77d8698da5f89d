import { type DocumentResult, parseDocument } from "../accounts/document";
import { DEFAULT_NAME, stackName } from "../accounts/names";
import { otherAccountsFiles } from "../accounts/other-files";
import { error, type Finding, warning } from "../accounts/problem";
import type { SourceText } from "../accounts/source-text";
import { valueAt } from "../accounts/values";
import { counted } from "../accounts/wording";
import type { Feature } from "../features/feature";
import type { Identity } from "../features/identity";
import { isSameRole } from "./callers";
import type { AccessModel } from "./model";
import { readAccess } from "./read";
import type { AccessRule } from "./rules";

/** Another file of the repository. */
export interface OtherFile {
  readonly file: SourceText;
  readonly parsed: DocumentResult;
  /** undefined where the file has errors. */
  readonly access: AccessModel | undefined;
}

/** A deployment of another file of the repository. */
interface Other extends OtherFile {
  readonly access: AccessModel;
}

/**
 * What two accounts files of one repository may not share: a stack's name, and so a state; a PMM EC2 role that one of
 * them makes, and so owns; an account; a secret. A file that has errors may be applied already: its stacks count, as
 * far as they can be read, and nothing else of it. The account ids in `refused` are left out: `check --base` refuses
 * the change that shares them.
 */
export function otherDeployments(
  path: string,
  features: readonly Feature[],
  refused: ReadonlySet<string> = new Set(),
): AccessRule {
  return function* (access) {
    for (const file of otherAccountsFiles(path)) {
      const other = readOther(file, features);
      yield* sharedStacks(access, other);
      if (isDeployment(other)) {
        yield* ownedRoles(access, other);
        yield* sharedAccounts(access, other, refused);
        yield* sharedSecrets(access, other);
      }
    }
  };
}

export function readOther(file: SourceText, features: readonly Feature[]): OtherFile {
  let parsed: DocumentResult = { problems: [] };
  try {
    parsed = parseDocument(file);
    return { file, parsed, access: readAccess(file, features, { parsed }).access };
  } catch {
    // Whatever another file holds is told where that file is checked.
    return { file, parsed, access: undefined };
  }
}

function isDeployment(other: OtherFile): other is Other {
  return other.access !== undefined;
}

function* sharedStacks({ deployment, stacks }: AccessModel, other: OtherFile): Iterable<Finding> {
  const theirs = isDeployment(other)
    ? { name: other.access.deployment.name, stacks: other.access.stacks.map(({ name }) => name) }
    : stacksAsWritten(other);
  const taken = new Set(theirs?.stacks);
  const shared = stacks.find(({ name }) => taken.has(name));
  if (theirs !== undefined && shared !== undefined) {
    yield error(
      ["name"],
      "name-taken",
      `the stack ${shared.name} of this deployment, ${deployment.name}, is also a stack of ${theirs.name} in ${cited(other, ["name"])}: both would use the same state, and each apply would destroy what the other made; rename the one that is not applied yet`,
    );
  }
}

/** The name and the stacks of a file that has errors; undefined where it does not say them. */
function stacksAsWritten({ file, parsed }: OtherFile): { name: string; stacks: string[] } | undefined {
  const plain = parsed.document?.plain;
  const written = valueAt(plain, ["name"]);
  const accounts = valueAt(plain, ["accounts"]);
  const name = written === undefined && file.suggestedName === undefined ? DEFAULT_NAME : written;
  if (typeof name !== "string" || !Array.isArray(accounts) || valueAt(plain, ["source"]) === undefined) {
    return undefined;
  }
  const groupedBy = valueAt(plain, ["stacks"]) === "per_account" ? "name" : "group";
  const groups = accounts
    .map((account) => valueAt(account, [groupedBy]))
    .filter((group) => typeof group === "string");
  return { name, stacks: [stackName(name), ...groups.map((group) => stackName(name, group))] };
}

/** What is on a role that is made here is all that may be on it. */
function* ownedRoles({ callers }: AccessModel, other: Other): Iterable<Finding> {
  for (const { role: own } of callers) {
    const theirs = other.access.callers.find(
      ({ role }) => isSameRole(role, own) && [role, own].some(({ origin }) => origin === "made"),
    )?.role;
    const [asked] = own.askedBy;
    if (theirs !== undefined && asked !== undefined && [own, theirs].every(isWritten)) {
      const [here, there] = [own, theirs].map(({ origin }) => (origin === "made" ? "made" : "used"));
      yield error(
        asked.path,
        "name-taken",
        `the role "${own.name}" in account ${own.accountId} is ${here} by this file and ${there} by ${cited(other, theirs.askedBy[0]?.path ?? [])}: a deployment that makes a role (create_pmm_ec2_role) removes every policy of others from it; make the role outside both, or use two roles`,
      );
      return;
    }
  }
}

function isWritten({ origin, policies }: Identity): boolean {
  return origin === "made" || policies.length > 0;
}

function* sharedAccounts(
  { deployment }: AccessModel,
  other: Other,
  refused: ReadonlySet<string>,
): Iterable<Finding> {
  const ids = ({ accounts }: AccessModel["deployment"]): string[] =>
    accounts.filter(({ lifecycle }) => lifecycle === "active").map(({ accountId }) => accountId);
  const theirs = new Set(ids(other.access.deployment));
  const shared = ids(deployment).filter((id) => theirs.has(id) && !refused.has(id));
  if (shared.length > 0) {
    yield warning(
      ["accounts"],
      "account-shared",
      `${counted(shared.length, "account")} of this file, ${shared[0]} first, ${shared.length === 1 ? "is" : "are"} also in ${other.file.name}; the roles have fixed names, so two deployments that monitor one account undo each other's changes: keep each account in one file`,
      "key",
    );
  }
}

/** Accounts of one name have secrets of one name. Of one account in both files, that is told already. */
function* sharedSecrets({ identities }: AccessModel, other: Other): Iterable<Finding> {
  const nameOf = ({ keys }: Identity): string =>
    keys === undefined
      ? ""
      : `"${keys.secret.name}" in account ${keys.secret.accountId}, ${keys.secret.region}`;
  const theirs = new Map(
    other.access.identities.filter(({ keys }) => keys !== undefined).map((user) => [nameOf(user), user]),
  );
  for (const user of identities.filter(({ keys }) => keys !== undefined)) {
    const [name, asked] = [nameOf(user), user.askedBy[0]];
    const their = theirs.get(name);
    if (their !== undefined && their.accountId !== user.accountId && asked !== undefined) {
      yield error(
        asked.path,
        "name-taken",
        `the secret ${name} is also made by ${cited(other, their.askedBy[0]?.path ?? [])}, for an account of the same name; rename the account that is not applied yet`,
      );
    }
  }
}

/** "envs/staging.yaml:12:5". */
function cited({ file, parsed }: OtherFile, path: Finding["path"]): string {
  const { line, column } = parsed.document?.locate(path, "value") ?? { line: 1, column: 1 };
  return `${file.name}:${line}:${column}`;
}
