import { createHash } from "node:crypto";
import type { Account, Deployment } from "../../accounts/model";
import type { Path } from "../../accounts/problem";
import { iamArn, inPath } from "../../aws/arns";
import { descriptionOf } from "../../aws/descriptions";
import {
  MANAGED_POLICIES_PER_ROLE,
  MANAGED_POLICY_CHARACTERS,
  ROLE_INLINE_CHARACTERS,
} from "../../aws/limits";
import { TELEPORT_POLICY, TELEPORT_ROLE } from "../../aws/names";
import type { Partition } from "../../aws/partitions";
import { type PolicyDocument, policySize, textSize } from "../../aws/policies";
import { modulePolicy } from "../../modules/own";
import { inlinePolicy, managedPolicy, type OwnPolicy } from "../identity";
import { type Database, regionOf } from "./database";

/** In characters: of a full managed policy, so much at its end is in the inline policy too. */
const OVERLAP = 512;

/** What each of the managed policies is for. */
const PURPOSE = `Databases and users that Teleport may connect to through the role ${TELEPORT_ROLE}, as one of up to ten policies.`;

/** The pair of a database and one of its users, by which it is sorted and numbered, and what it is in a policy. */
interface Grant {
  readonly key: string;
  readonly arn: string;
}

/** What the role may connect to, as the module writes it. `number` is of a managed policy, from 0 to 9. */
interface Packed {
  readonly inline: PolicyDocument;
  readonly managed: readonly { readonly number: number; readonly document: PolicyDocument }[];
}

/**
 * The policies of the role. All grants are in the inline policy while they fit. Then each has a number by its hash, as
 * an account has its shard, and is in the managed policy of that number, so that one grant more changes one policy.
 * What does not fit there is in the inline policy, which otherwise grants nothing. It also has the last of what fits:
 * when one grant more pushes these out, each is in a policy at every moment. The module does the same in HCL.
 */
export function connectPolicies(
  databases: readonly Database[],
  account: Account,
  deployment: Deployment,
  at: { readonly module: string; readonly path: Path },
): OwnPolicy[] {
  const { partition } = deployment;
  const { inline, managed } = packed(grantsOf(databases, account, partition), partition);
  return [
    inlinePolicy(TELEPORT_POLICY, inline, {
      address: `module.${at.module}.aws_iam_role_policy.teleport_database_access`,
      path: at.path,
      remedy: `${MANAGED_POLICIES_PER_ROLE} managed policies beside it hold the rest: use db_users ["*"] for the databases with the most users, and let Teleport's roles name the users`,
    }),
    ...managed.map(({ number, document }) => {
      const name = `${TELEPORT_POLICY}-${number}`;
      const resource = `teleport_database_access["${number}"]`;
      const arn = iamArn(partition, account.accountId, "policy", inPath(account.iamPath, name));
      return managedPolicy({ name, arn, description: descriptionOf(PURPOSE, account.stack) }, document, {
        addresses: [
          `module.${at.module}.aws_iam_policy.${resource}`,
          `module.${at.module}.aws_iam_role_policy_attachment.${resource}`,
        ],
        path: at.path,
      });
    }),
  ];
}

/** Sorted, each once. */
function grantsOf(databases: readonly Database[], account: Account, partition: Partition): Grant[] {
  const grants = new Map<string, Grant>();
  for (const database of databases) {
    const { resource_id: id } = database;
    const region = regionOf(database, account);
    for (const user of database.db_users) {
      const key = `${region}/${id}/${user}`;
      const arn = `arn:${partition}:rds-db:${region}:${account.accountId}:dbuser:${id}/${user}`;
      grants.set(key, { key, arn });
    }
  }
  return [...grants.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function packed(grants: readonly Grant[], partition: Partition): Packed {
  const whole = connectTo(grants, partition);
  if (policySize(whole) <= ROLE_INLINE_CHARACTERS) {
    return { inline: whole, managed: [] };
  }
  const room = MANAGED_POLICY_CHARACTERS - policySize(connectTo([], partition));
  const filled = byNumber(grants).map(({ number, members }) => ({ number, members: withEnds(members) }));
  const rest = filled.flatMap(({ members }) => members.filter(({ end }) => end > room - OVERLAP));
  return {
    inline:
      rest.length === 0
        ? modulePolicy("teleport-connect", "in-managed-policies", partition)
        : connectTo(rest, partition),
    managed: filled.map(({ number, members }) => ({
      number,
      document: connectTo(
        members.filter(({ end }) => end <= room),
        partition,
      ),
    })),
  };
}

/** The grants of each managed policy that has any. */
function byNumber(grants: readonly Grant[]): { number: number; members: Grant[] }[] {
  return Array.from({ length: MANAGED_POLICIES_PER_ROLE }, (_, number) => ({
    number,
    members: grants.filter(({ key }) => numberOf(key) === number),
  })).filter(({ members }) => members.length > 0);
}

function numberOf(key: string): number {
  const hash = createHash("sha256").update(key).digest("hex");
  return Number.parseInt(hash.slice(0, 8), 16) % MANAGED_POLICIES_PER_ROLE;
}

/** Each with the characters that the list has up to it, commas included. */
function withEnds(grants: readonly Grant[]): (Grant & { readonly end: number })[] {
  let end = 0;
  return grants.map((grant) => {
    end += textSize(JSON.stringify(grant.arn)) + 1;
    return { ...grant, end };
  });
}

/** The module's policy file shows the form of a resource; here it has one for each grant. */
function connectTo(grants: readonly Pick<Grant, "arn">[], partition: Partition): PolicyDocument {
  const document = modulePolicy("teleport-connect", TELEPORT_POLICY, partition);
  const Resource = grants.map(({ arn }) => arn).sort();
  return { ...document, Statement: document.Statement.map((statement) => ({ ...statement, Resource })) };
}
