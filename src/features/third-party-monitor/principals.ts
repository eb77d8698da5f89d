import { type AccountsFile, place } from "../../accounts/file";
import { error, type Finding, type Path, warning } from "../../accounts/problem";
import { repeated } from "../../accounts/rules";
import type { ThirdPartyMonitorInput } from "../../accounts/schema";
import { parseRoleArn } from "../../aws/arns";

/** An account id, or the ARN of a role or user, and where the file names it. */
export interface NamedPrincipal {
  readonly principal: string;
  readonly path: Path;
}

/** `account_id` is short for `principals` with one, and says nothing where that has the same. */
export function principalsOf(
  { account_id, principals = [] }: ThirdPartyMonitorInput,
  path: Path,
): readonly NamedPrincipal[] {
  return [
    ...(account_id === undefined || principals.includes(account_id)
      ? []
      : [{ principal: account_id, path: [...path, "account_id"] }]),
    ...principals.map((principal, index) => ({ principal, path: [...path, "principals", index] })),
  ];
}

/** The account that a principal is, or is in. */
export function accountOf(principal: string): string {
  return isArn(principal) ? parseRoleArn(principal).accountId : principal;
}

function isArn(principal: string): boolean {
  return principal.startsWith("arn:");
}

export function* principalRules(
  file: AccountsFile,
  settings: ThirdPartyMonitorInput,
  path: Path,
): Iterable<Finding> {
  const named = principalsOf(settings, path);
  const { account_id: short, principals: listed } = settings;
  if (short !== undefined && listed !== undefined) {
    const way = listed.includes(short)
      ? "principals has it already: remove account_id"
      : `add "${short}" to principals and remove account_id`;
    yield error(
      [...path, "account_id"],
      "principals",
      `account_id is short for principals with one account, and both are here; ${way}`,
      "key",
    );
  } else if (named.length === 0) {
    yield error(
      path,
      "principals",
      'principals is missing; expected who may assume the role, such as principals: ["999999999999"] with the id of the vendor\'s account',
    );
  }
  yield* repeated(
    file,
    named.map(({ principal: value, path: at }) => ({ value, path: at })),
    "principals",
    (principal, first) => `"${principal}" is there already at ${first}; expected each principal once`,
  );
  const whole = new Map(
    named.filter(({ principal }) => !isArn(principal)).map(({ principal, path: at }) => [principal, at]),
  );
  for (const { principal, path: at } of named) {
    yield* isArn(principal) ? arnRules(file, principal, at, whole) : ownAccount(file, principal, at);
  }
}

function* arnRules(
  file: AccountsFile,
  arn: string,
  path: Path,
  whole: ReadonlyMap<string, Path>,
): Iterable<Finding> {
  const { partition, accountId } = parseRoleArn(arn);
  if (file.partition !== undefined && partition !== file.partition) {
    yield error(
      path,
      "partition",
      `this ARN is in the partition ${partition}; expected ${file.partition}, the source account's`,
    );
  }
  const account = whole.get(accountId);
  if (account !== undefined) {
    yield error(
      path,
      "principals",
      `the whole account ${accountId} is trusted at ${place(file, account)}, so this ARN adds nothing; remove the account, to trust only what is named by its ARN, or remove this ARN`,
    );
  }
}

function* ownAccount(file: AccountsFile, accountId: string, path: Path): Iterable<Finding> {
  if (isOwnAccount(file, accountId)) {
    yield warning(
      path,
      "third-party-monitors",
      "this is one of your own accounts, not a vendor's; check the id in the vendor's console",
    );
  }
}

/** Whether the account is one of the file's. */
export function isOwnAccount(file: AccountsFile, accountId: string): boolean {
  const own = ownAccounts.get(file) ?? accountsIn(file);
  ownAccounts.set(file, own);
  return own.has(accountId);
}

/** Looked up for each monitor of each account. */
const ownAccounts = new WeakMap<AccountsFile, ReadonlySet<string>>();

function accountsIn({ source, entries }: AccountsFile): ReadonlySet<string> {
  const listed = entries.map(({ input }) => input.account_id);
  return new Set(source === undefined ? listed : [source.account_id, ...listed]);
}
