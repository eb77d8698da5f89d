import { shellWord } from "../accounts/shell";
import { cut } from "../accounts/wording";
import { type HeldKey, heldKey } from "../aws/key-secret";
import type { AccessKey, Reason } from "../aws-calls";
import { InputError } from "../changes/input-error";
import { heldKeyAddress, type KeySecret } from "../features/identity";
import { type KeyedUser, whose } from "../rotation/keyed-users";

/** An access key with its secret, which goes to PMM in the body of a request and nowhere else. */
export interface NewKey {
  readonly id: string;
  readonly secret: string;
}

/** A user's keys as AWS has them. */
export interface UserKeys {
  readonly user: KeyedUser;
  /** The newest, from the secret. */
  readonly newest: NewKey;
  /** The ids of the keys before it, of this user alone. */
  readonly previousIds: ReadonlySet<string>;
  /** What could not be read and was done without. */
  readonly notes: readonly string[];
}

/** Where keys are read from: AWS. */
export interface KeySource {
  secretText(secret: KeySecret, stage: "AWSCURRENT" | "AWSPREVIOUS"): Promise<string>;
  /** The access keys of a user in an account. */
  accessKeys(accountId: string, userName: string): Promise<readonly AccessKey[]>;
  reasonOf(cause: unknown): Reason;
}

/**
 * The newest key of a user and the ids of those before it. Throws an InputError where the secret cannot be read, or does
 * not hold the key that accounts.yaml says.
 *
 * Which keys came before is for IAM to say: the secret's previous version is of the same generation where a key was
 * made again, and AWS removes it in time. Where IAM is not readable, it does if it is of the generation before.
 */
export async function userKeys(user: KeyedUser, source: KeySource): Promise<UserKeys> {
  const secret = secretOf(user);
  const held = await newestKey(user, secret, source);
  const before = await previousVersion(user, secret, source);
  const { id } = held;
  const newest = { id, secret: held.secret };
  let listed: readonly AccessKey[];
  try {
    listed = await source.accessKeys(user.account.accountId ?? "", user.user.setting.userName);
  } catch (cause) {
    const { text } = source.reasonOf(cause);
    if (before?.generation !== user.generation - 1) {
      throw refused(
        `the access keys of ${whose(user)} cannot be listed, so that it is not known which key is the previous one: ${text}; expected credentials that may assume the account's admin_role_name, as Terraform does`,
      );
    }
    const note = `the access keys of ${whose(user)} cannot be listed, so the previous key is the one of the secret's previous version: ${text}`;
    return { user, newest, previousIds: new Set([before.id]), notes: [note] };
  }
  refuseDeadKey(
    user,
    secret,
    listed.find((key) => key.id === id),
  );
  const ids = [...listed.map((key) => key.id), ...(before === undefined ? [] : [before.id])];
  return { user, newest, previousIds: new Set(ids.filter((other) => other !== id)), notes: [] };
}

function secretOf(user: KeyedUser): KeySecret {
  if (user.secret === undefined) {
    throw refused(`${whose(user)} has no secret; expected a user that stays`);
  }
  return user.secret;
}

async function newestKey(user: KeyedUser, secret: KeySecret, source: KeySource): Promise<HeldKey> {
  let text: string;
  try {
    text = await source.secretText(secret, "AWSCURRENT");
  } catch (cause) {
    if (cause instanceof InputError) {
      throw cause;
    }
    throw refused(unreadable(user, secret, source.reasonOf(cause)));
  }
  const held = heldKey(text);
  if (held === undefined) {
    throw refused(
      `${called(secret)} does not hold a key as Terraform writes it; expected JSON with access_key_id, secret_access_key, account_id and generation: ${writeAgain(user, secret)}`,
    );
  }
  const { accountId, generation } = held;
  if (accountId !== user.account.accountId) {
    throw refused(
      `${called(secret)} holds a key of account ${cut(accountId)}, and accounts.yaml says that ${user.account.name} is ${user.account.accountId}; expected its own key: ${writeAgain(user, secret)}`,
    );
  }
  if (generation < user.generation) {
    throw refused(
      `${called(secret)} holds the key of generation ${generation}, and accounts.yaml says ${user.generation}, which is not applied yet; plan and apply the stack ${user.account.stack} first`,
    );
  }
  if (generation > user.generation) {
    throw refused(
      `${called(secret)} holds the key of generation ${generation}, and accounts.yaml says ${user.generation}, so this file is older than what was applied; expected the file that was applied: git pull`,
    );
  }
  return held;
}

/** A plan does not show what a secret holds, so an apply alone leaves it as it is. */
function writeAgain({ account }: KeyedUser, secret: KeySecret): string {
  return `plan and apply the stack ${account.stack} with -replace=${shellWord(heldKeyAddress(secret))}, which writes it again`;
}

function unreadable({ account }: KeyedUser, secret: KeySecret, { kind, text }: Reason): string {
  switch (kind) {
    case "absent":
      return `${called(secret)} is not there; expected it to be made already: plan and apply the stack ${account.stack} first, and use credentials of that AWS account`;
    case "credentials":
    case "key":
      return `${called(secret)} cannot be read, because there are no AWS credentials here that work: ${text}; expected those of account ${secret.accountId}: AWS_PROFILE, aws sso login, or the instance's role`;
    case "denied":
      return `${called(secret)} cannot be read: ${text}; expected the credentials of a role that may: one of secrets.readers, or the one that Terraform works with in account ${secret.accountId}`;
    default:
      return `${called(secret)} cannot be read: ${text}; run this again`;
  }
}

/** The version before, if it holds another key of the same account. */
async function previousVersion(
  { account }: KeyedUser,
  secret: KeySecret,
  source: KeySource,
): Promise<HeldKey | undefined> {
  try {
    const held = heldKey(await source.secretText(secret, "AWSPREVIOUS"));
    return held?.accountId === account.accountId ? held : undefined;
  } catch {
    return undefined;
  }
}

function refuseDeadKey(user: KeyedUser, secret: KeySecret, key: AccessKey | undefined): void {
  if (key === undefined) {
    throw refused(
      `${called(secret)} holds a key that ${whose(user)} does not have, so PMM could not use it; plan and apply the stack ${user.account.stack}, which makes the key again`,
    );
  }
  if (!key.isActive) {
    throw refused(
      `the newest key of ${whose(user)} is inactive in AWS, so PMM could not use it; plan and apply the stack ${user.account.stack}, which makes it active`,
    );
  }
}

function called({ name, accountId, region }: KeySecret): string {
  return `the secret ${name} in account ${accountId}, ${region}`;
}

function refused(message: string): InputError {
  return new InputError(message, "rotation");
}
