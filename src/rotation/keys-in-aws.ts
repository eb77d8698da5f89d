import type { AccessModel } from "../access/model";
import type { Account } from "../accounts/model";
import { roleArn } from "../aws/arns";
import { GENERATION_TAG } from "../aws/names";
import type * as AwsCalls from "../aws-calls/index";
import type { AccessKey, AwsSession, LastUse, Outcome, Reason } from "../aws-calls/index";
import type { KeyedUser } from "./keyed-users";

/** Accounts that are asked at once. */
const AT_ONCE = 20;

/** A key as AWS has it. Its id stays in this file. */
export interface AwsKey {
  readonly isActive: boolean;
  readonly createdAt: Date;
  /** undefined: never used, as far as AWS says, or not asked. */
  readonly lastUse?: LastUse | undefined;
}

/** A user as AWS has it. */
export interface AwsUser {
  /** What was applied last, by the user's tag; undefined where the tag is not there. */
  readonly generation: number | undefined;
  /** The newest first. */
  readonly keys: readonly AwsKey[];
  /** Why the last uses of the keys are not known, where they were to be asked. */
  readonly usesNotAsked?: NotAsked;
}

/** Why a user was not asked for. */
export interface NotAsked extends Pick<Reason, "kind" | "text"> {
  /**
   * `own`: the credentials here do not work, for any account. `account`: they are those of another account. `role`: the
   * account's role cannot be assumed. `call`: what the role then asked was not answered.
   */
  readonly at: "own" | "account" | "role" | "call";
  /** The role that was to ask, by its name; undefined where the credentials here ask themselves. */
  readonly role: string | undefined;
}

/** What AWS says of a user; `user` is undefined where it is not there. */
export type AwsAnswer =
  | { readonly user: KeyedUser; readonly found: AwsUser | undefined; readonly notAsked?: undefined }
  | { readonly user: KeyedUser; readonly found?: undefined; readonly notAsked: NotAsked };

export interface Asking {
  /** Replaces each account's admin role, where it has one. */
  readonly adminRole: string | undefined;
  /** Of which users the last use of each key is asked too. */
  readonly withLastUse: (user: KeyedUser) => boolean;
  /** Called when an account is done. */
  readonly advance: () => void;
}

/**
 * Asks AWS for the keys of users, by the role that Terraform assumes in each account. It takes iam:GetUser,
 * iam:ListAccessKeys and, for the last use, iam:GetAccessKeyLastUsed. What cannot be asked of one account keeps none of
 * the others from being asked. Answers are in the order of the users.
 */
export async function keysInAws(
  users: readonly KeyedUser[],
  { deployment }: AccessModel,
  asking: Asking,
): Promise<AwsAnswer[]> {
  // The SDK is loaded where AWS is asked and nowhere else.
  const aws = await import("../aws-calls/index.ts");
  const own = aws.ownSession(deployment.source.region);
  const [caller] = await aws.inParallel([{ ...own, attempts: 2 }], 1, aws.callerIdentity);
  if (caller?.result === undefined) {
    const notAsked = { at: "own", role: undefined, ...aws.reasonOf(caller?.cause) } as const;
    return users.map((user) => ({ user, notAsked }));
  }
  const accounts = deployment.accounts.filter(({ name }) =>
    users.some(({ account }) => account.name === name),
  );
  const asked = new AccountsOfAws(aws, own, caller.result.accountId, deployment.partition, asking);
  const answers = await aws.inParallel(accounts, AT_ONCE, async (account) => {
    const ofAccount = users.filter((user) => user.account.name === account.name);
    const found = await asked.answers(account, ofAccount);
    asking.advance();
    return found;
  });
  const byUser = new Map(answers.flatMap(resultOf).map((answer) => [answer.user, answer]));
  return users.flatMap((user) => byUser.get(user) ?? []);
}

function resultOf<Item, Result>({ result, cause }: Outcome<Item, Result>): Result {
  if (result === undefined) {
    throw cause;
  }
  return result;
}

/** Who asks in an account. */
interface Asker {
  readonly session: AwsSession;
  /** undefined: the credentials here ask themselves. */
  readonly role: string | undefined;
}

class AccountsOfAws {
  /** Regions whose STS or IAM does not answer: each account more would wait as long for the same. */
  private readonly unreachable = new Map<string, NotAsked>();

  constructor(
    private readonly aws: typeof AwsCalls,
    private readonly own: AwsSession,
    private readonly ownAccount: string,
    private readonly partition: AccessModel["deployment"]["partition"],
    private readonly asking: Asking,
  ) {}

  async answers(account: Account, users: readonly KeyedUser[]): Promise<AwsAnswer[]> {
    const asker = await this.asker(account);
    return "at" in asker
      ? users.map((user) => ({ user, notAsked: asker }))
      : Promise.all(
          users.map((user) =>
            this.found(asker, user).then(
              (found) => ({ user, found }),
              (cause: unknown) => ({ user, notAsked: this.notAsked("call", asker, cause) }),
            ),
          ),
        );
  }

  private async asker({ accountId, region, adminRoleName }: Account): Promise<Asker | NotAsked> {
    const role = adminRoleName && (this.asking.adminRole ?? adminRoleName);
    const waited = this.unreachable.get(region);
    if (waited !== undefined) {
      return { ...waited, role };
    }
    if (role === undefined && accountId !== this.ownAccount) {
      const text = `the credentials here are those of ${this.ownAccount}`;
      return { at: "account", role, kind: "credentials", text };
    }
    const here = this.aws.inRegion(this.own, region);
    const asker = {
      role,
      session:
        role === undefined
          ? here
          : this.aws.assumeRole(here, { roleArn: roleArn(this.partition, accountId, role) }),
    };
    try {
      await asker.session.credentials();
      return asker;
    } catch (cause) {
      return this.notAsked("role", asker, cause);
    }
  }

  private notAsked(at: NotAsked["at"], { role, session }: Asker, cause: unknown): NotAsked {
    const notAsked = { at, role, ...this.aws.reasonOf(cause) };
    if (notAsked.kind === "unreachable") {
      this.unreachable.set(session.region, notAsked);
    }
    return notAsked;
  }

  /** undefined: there is no such user. */
  private async found(asker: Asker, user: KeyedUser): Promise<AwsUser | undefined> {
    const { userName } = user.user.setting;
    try {
      const tags = await this.aws.userTags(asker.session, userName);
      const keys = (await this.aws.accessKeys(asker.session, userName)).reverse();
      const found = { generation: generationOf(tags.get(GENERATION_TAG)), keys: keys.map(withoutId) };
      return this.asking.withLastUse(user) ? { ...found, ...(await this.lastUses(asker, keys)) } : found;
    } catch (cause) {
      if (this.aws.reasonOf(cause).kind === "absent") {
        return undefined;
      }
      throw cause;
    }
  }

  /** A role that may list keys and not ask for their last use says the rest all the same. */
  private async lastUses(asker: Asker, keys: readonly AccessKey[]): Promise<Partial<AwsUser>> {
    const { session } = asker;
    const uses = await this.aws.inParallel(keys, keys.length, ({ id }) => this.aws.lastUse(session, id));
    const failed = uses.find(({ cause }) => cause !== undefined);
    return failed === undefined
      ? { keys: uses.map(({ item, result }) => ({ ...withoutId(item), lastUse: result })) }
      : { usesNotAsked: this.notAsked("call", asker, failed.cause) };
  }
}

function withoutId({ isActive, createdAt }: AccessKey): AwsKey {
  return { isActive, createdAt };
}

function generationOf(tag: string | undefined): number | undefined {
  return tag !== undefined && /^\d{1,9}$/.test(tag) ? Number(tag) : undefined;
}
