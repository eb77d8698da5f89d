import type { AccessModel } from "../access/model";
import { InputError } from "../changes/input-error";
import type { KeyedUser } from "../rotation/keyed-users";
import type { KeySource, UserKeys } from "./keys";

/** As many users at once as AWS answers without throttling. */
const AT_ONCE = 8;

/** Whom the keys are read as. */
export interface Reader {
  /** What replaces the accounts' admin_role_name, as for Terraform. */
  readonly adminRole: string | undefined;
  /** Where keys are read from; left out: AWS. */
  readonly source?: KeySource;
}

export interface ReadKeys {
  readonly keys: readonly UserKeys[];
  /** Why the keys of the others cannot be used, a line for each. */
  readonly problems: readonly string[];
}

/** The keys of users, from AWS. */
export async function readKeys(
  users: readonly KeyedUser[],
  access: AccessModel,
  { adminRole, source }: Reader,
): Promise<ReadKeys> {
  // The AWS SDK is loaded where it is needed, and nowhere else.
  const { inParallel } = await import("../aws-calls/index.ts");
  const { userKeys } = await import("./keys.ts");
  const from = source ?? (await (await import("./key-source.ts")).awsKeySource(access, adminRole));
  const outcomes = await inParallel(users, AT_ONCE, (user) => userKeys(user, from));
  const problems: string[] = [];
  const keys: UserKeys[] = [];
  for (const { result, cause } of outcomes) {
    if (result !== undefined) {
      keys.push(result);
    } else if (cause instanceof InputError) {
      problems.push(cause.message);
    } else {
      throw cause;
    }
  }
  return { keys, problems };
}
