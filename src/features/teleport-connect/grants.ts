import type { Account, Deployment } from "../../accounts/model";
import type { Path } from "../../accounts/problem";
import { TELEPORT_POLICY } from "../../aws/names";
import type { PolicyDocument } from "../../aws/policies";
import { modulePolicy } from "../../modules/own";
import { inlinePolicy, type OwnPolicy } from "../identity";
import { type Database, regionOf } from "./database";

/** The policies of the role: what it may connect to, as whom. */
export function connectPolicies(
  databases: readonly Database[],
  account: Account,
  deployment: Deployment,
  at: { readonly module: string; readonly path: Path },
): OwnPolicy[] {
  return [
    inlinePolicy(TELEPORT_POLICY, connectPolicy(databases, account, deployment), {
      address: `module.${at.module}.aws_iam_role_policy.teleport_database_access`,
      path: at.path,
      remedy:
        'use db_users ["*"] for the databases with the most users, and let Teleport\'s roles name the users',
    }),
  ];
}

/** The module's policy file shows the form of a resource; here it has one for each user of each database. */
function connectPolicy(
  databases: readonly Database[],
  account: Account,
  { partition }: Deployment,
): PolicyDocument {
  const document = modulePolicy("teleport-connect", TELEPORT_POLICY, partition);
  const resources = databases.flatMap((database) =>
    database.db_users.map(
      (user) =>
        `arn:${partition}:rds-db:${regionOf(database, account)}:${account.accountId}:dbuser:${database.resource_id}/${user}`,
    ),
  );
  return {
    ...document,
    Statement: document.Statement.map((statement) => ({
      ...statement,
      Resource: [...new Set(resources)].sort(),
    })),
  };
}
