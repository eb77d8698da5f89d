import type { AccessModel } from "../access/model";
import type { Identity } from "../features/identity";
import type { Where } from "./row";
import type { Subject } from "./subjects";

export type WhereIs = (subject: Pick<Subject, "kind" | "identity">) => Where;

/** Says of what access is to where it is, by the accounts' names in the files. */
export function placesIn(models: readonly AccessModel[]): WhereIs {
  const names = new Map(
    models.flatMap(({ deployment }) =>
      deployment.accounts.map(({ accountId, name }) => [accountId, name] as const),
    ),
  );
  return ({ kind, identity }) => {
    const { accountId, arn, keys } = identity;
    const name = names.get(accountId);
    const account = name === undefined ? {} : { account: name };
    return kind === "read_key" && keys !== undefined
      ? { ...account, account_id: accountId, region: keys.secret.region, target: keys.secret.name }
      : { ...account, account_id: accountId, target: arn };
  };
}

/** Every identity of some models, by ARN. */
export function identitiesIn(models: readonly AccessModel[]): ReadonlyMap<string, Identity> {
  return new Map(
    models.flatMap(({ identities }) => identities.map((identity) => [identity.arn, identity] as const)),
  );
}
