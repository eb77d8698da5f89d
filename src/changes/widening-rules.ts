import type { AccessModel } from "../access/model";
import type { Path } from "../accounts/problem";
import { valueAt } from "../accounts/values";
import { MONITOR_DENY_POLICY } from "../aws/names";
import { type Condition, onlyPassedAlong, type PolicyDocument } from "../aws/policies";
import type { Row } from "../diff/row";
import { placesIn } from "../diff/where";
import type { Identity } from "../features/identity";
import { namedPrincipals } from "../policy/named-principals";
import { statementsOf } from "../policy/statements";
import type { Sides, Widened } from "./widened";

/** What a row of diff widens that nobody means by accident, and where the file does it. */
export type WideningJudge = (row: Row, sides: Sides) => readonly Widened[];

/** Somebody outside the file's accounts may assume a role of ours, and no organization limits that. */
export const outsidePrincipal: WideningJudge = (row, sides) => {
  const { who, where } = row;
  const identity = outsideRole(row, sides);
  if (identity === undefined || isThirdParty(identity) || ofOrganization(row.condition)) {
    return [];
  }
  const { after, before } = sides;
  const was = sides.earlier(identity);
  const isKnown =
    was === undefined
      ? before.some((model) => namesForAll(model, who.id))
      : trustedBy(was).some(({ id, condition }) => id === who.id && !ofOrganization(condition));
  if (isKnown) {
    return [];
  }
  const account = after.deployment.accounts.find(({ accountId }) => accountId === where.account_id);
  const lists = [...(account === undefined ? [] : [account.path]), ["source"]];
  const path = lists
    .map((owner) => sides.placeIn([...owner, "additional_principals"], (item) => item === who.id))
    .find((place) => place !== undefined);
  return [{ rule: "outside-principal-added", path: path ?? askedAt(identity), row, where }];
};

/** A monitor's role that was there lets one more in. Whom a new monitor lets in is what its entry is for. */
export const monitorPrincipal: WideningJudge = (row, sides) => {
  const { who, where } = row;
  const identity = outsideRole(row, sides);
  if (identity === undefined || !isThirdParty(identity)) {
    return [];
  }
  const was = sides.earlier(identity);
  if (was === undefined || trustedBy(was).some(({ id }) => id === who.id)) {
    return [];
  }
  const monitor = askedAt(identity);
  const path = sides.placeIn([...monitor, "principals"], (item) => item === who.id);
  return [{ rule: "monitor-principal-added", path: path ?? [...monitor, "account_id"], row, where }];
};

/** The role that a principal outside the file may assume by a row; undefined where the row is about another thing. */
function outsideRole(row: Row, sides: Sides): Identity | undefined {
  const { kind, id } = row.who;
  const accountId = kind === "account" ? id : id.split(":")[4];
  const isOutside =
    (kind === "account" || kind === "role" || kind === "user") && !sides.isOwn(accountId ?? "");
  // Passing session tags, by itself, is no access.
  const isAccess = onlyPassedAlong(row.actions) === undefined;
  return isOutside && isAccess ? sides.identityOf(row) : undefined;
}

/** Whether a file let a role assume every monitoring role, from wherever it is. */
function namesForAll({ deployment: { source } }: AccessModel, arn: string): boolean {
  return source.organizationId === undefined && source.additionalPrincipals.includes(arn);
}

function ofOrganization(condition: Condition): boolean {
  return Object.values(condition).some((keys) => "aws:PrincipalOrgID" in keys);
}

/** Whom a role's trust lets in, by ARN or account id, and under which condition. */
function trustedBy({ trust }: Identity): { readonly id: string; readonly condition: Condition }[] {
  return statementsIn(trust).flatMap((statement) => {
    const { arns, condition } = namedPrincipals(statement);
    const { Principal: principal } = statement;
    const account = principal !== undefined && "AWS" in principal ? principal.AWS.split(":")[4] : undefined;
    return (arns ?? [account ?? ""]).map((id) => ({ id, condition }));
  });
}

function statementsIn(document: PolicyDocument | undefined) {
  return document === undefined ? [] : statementsOf([document], "Allow");
}

/** One more reader of a user's key. Of a new user, a reader that read no key before. */
export const reader: WideningJudge = (row, sides) => {
  const { who, where } = row;
  const identity = sides.identityOf(row);
  const was = identity && sides.earlier(identity);
  const known =
    was?.keys === undefined
      ? sides.before.flatMap(({ deployment }) => deployment.secrets.readers)
      : statementsIn(was.keys.secret.policy).flatMap((statement) => namedPrincipals(statement).arns ?? []);
  if (known.includes(who.id)) {
    return [];
  }
  const { pmmRoleArn } = sides.after.deployment.source;
  const list = ["secrets", "readers"];
  const isMeant = (item: unknown) => item === who.id || (item === "pmm_ec2_role" && who.id === pmmRoleArn);
  return [{ rule: "reader-added", path: sides.placeIn(list, isMeant) ?? list, row, where }];
};

/** A key works from more addresses or VPCs than before. */
export const openedKey: WideningJudge = (row, sides) => {
  const { where, condition } = row;
  const identity = sides.identityOf(row);
  if (identity === undefined) {
    return [];
  }
  const user = askedAt(identity);
  const [from] = Object.values(condition).flatMap((keys) => Object.values(keys).flat());
  const path = ["allowed_source_ips", "allowed_source_vpcs"]
    .map((key) => sides.placeIn([...user, key], (item) => item === from))
    .find((place) => place !== undefined);
  const place = path === undefined ? { path: user, on: "key" as const } : { path };
  return [{ rule: "key-addresses-opened", ...place, row, where }];
};

/** Teleport connects to a database as every user. */
export const everyDatabaseUser: WideningJudge = (row, sides) => {
  const account = sides.after.deployment.accounts.find(({ accountId }) => accountId === row.where.account_id);
  if (account === undefined || !row.actions.includes("rds-db:connect")) {
    return [];
  }
  const list = [...account.path, "teleport", "databases"];
  return row.resources.flatMap((resource): Widened[] => {
    const [, region, id] = /^arn:[^:]+:rds-db:([^:]+):\d+:dbuser:([^/]+)\/\*$/.exec(resource) ?? [];
    if (id === undefined) {
      return [];
    }
    const isEveryone = (database: unknown): boolean =>
      valueAt(database, ["resource_id"]) === id && valueAt(database, ["db_users", 0]) === "*";
    const isThere = (database: unknown): boolean =>
      (valueAt(database, ["region"]) ?? account.region) === region;
    const database =
      sides.placeIn(list, (item) => isEveryone(item) && isThere(item)) ?? sides.placeIn(list, isEveryone);
    const path: Path = [...(database ?? list), "db_users"];
    return [{ rule: "db-users-opened", path, row: { ...row, resources: [resource] }, where: row.where }];
  });
};

/**
 * The vendors' roles whose Deny on reading data and secrets went, or that are new without it. A Deny that kept nothing
 * shut is meant too: what the role's policies of AWS allow grows.
 */
export function* dataDenies(sides: Sides): Iterable<Widened> {
  const whereIs = placesIn([...sides.before, sides.after]);
  for (const identity of sides.after.identities.filter((made) => isThirdParty(made) && !deniesData(made))) {
    const was = sides.earlier(identity);
    const monitor = askedAt(identity);
    if (was === undefined ? !isOffForAll(sides, monitor) : deniesData(was)) {
      const where = whereIs({ kind: "permission", identity });
      yield { rule: "data-deny-off", path: [...monitor, "deny_data_access"], where };
    }
  }
}

/** Whether an entry of `defaults` was without the Deny before: a new account takes it as it is. */
function isOffForAll(sides: Sides, monitor: Path): boolean {
  const name = sides.valueAt([...monitor, "name"]);
  return (
    monitor[0] === "defaults" &&
    sides.before.some(({ deployment }) =>
      deployment.inherited.third_party_monitors.some(
        (entry) => entry.name === name && !entry.deny_data_access,
      ),
    )
  );
}

function deniesData({ policies }: Identity): boolean {
  return policies.some(({ name }) => name === MONITOR_DENY_POLICY);
}

function isThirdParty({ boundedAs }: Identity): boolean {
  return boundedAs === "third_party";
}

/** The part of the file that asks for an identity. */
function askedAt({ askedBy: [asked] }: Identity): Path {
  return asked?.path ?? ["accounts"];
}
