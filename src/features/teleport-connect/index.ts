import { judged, NOTHING } from "../../accounts/effects";
import { list, mapping } from "../../accounts/fields";
import type { Account } from "../../accounts/model";
import { error, type Path } from "../../accounts/problem";
import { repeated } from "../../accounts/rules";
import { TELEPORT_ASSUME_POLICY, TELEPORT_ROLE } from "../../aws/names";
import { trustRoles } from "../../aws/policies";
import {
  descriptionVariables,
  type Feature,
  iamVariables,
  instanceIn,
  perDeployment,
  variables,
} from "../feature";
import { consumerFile, type Handover, outputOf } from "../handover";
import { type Identity, madeIn } from "../identity";
import { type Database, database, regionOf } from "./database";
import { connectPolicies } from "./grants";
import { databaseRules } from "./rules";

const keys = {
  teleport: mapping(
    {
      databases: list(database, "The databases that Teleport connects to in this account.").min(1, {
        error: "expected at least one database",
      }),
    },
    "Makes TeleportDatabaseAccess, which may connect to these databases as these users.",
  ).optional(),
};

/** What an account's entry has under `teleport`. */
export type TeleportKeys = typeof keys;

export const INSTANCE = { prefix: "teleport_connect", module: "teleport-connect", key: "teleport" };

const BOUNDED_AS = "teleport";

const PURPOSE = "Teleport assumes this role to connect to databases with IAM authentication.";

/** The role through which Teleport connects to databases with IAM authentication. */
export const teleportConnect: Feature<typeof keys> = {
  keys,
  effects: {
    teleport: judged("destroyed", "role-dropped"),
    "teleport.databases": judged("in place", "db-users-opened"),
    "teleport.databases[].name": NOTHING,
    "teleport.databases[].engine": NOTHING,
    "teleport.databases[].resource_id": judged("in place", "db-users-opened"),
    "teleport.databases[].region": judged("in place", "db-users-opened"),
    "teleport.databases[].endpoint": judged("in place", "db-users-opened"),
    "teleport.databases[].db_users": judged("in place", "db-users-opened"),
    "teleport.databases[].db_names": NOTHING,
  },

  boundedAs: BOUNDED_AS,
  instances: INSTANCE,

  *rules(file) {
    const databases = file.entries.flatMap(({ path, input }) =>
      (input.teleport?.databases ?? []).map((settings, index) => ({
        settings,
        path: [...path, "teleport", "databases", index] as Path,
      })),
    );
    yield* repeated(
      file,
      databases.map(({ settings, path }) => ({ value: settings.name, path: [...path, "name"] })),
      "databases",
      (name, first) =>
        `the database name "${name}" is taken at ${first}; Teleport tells databases apart by name: give each its own`,
    );
    for (const { settings, path } of databases) {
      yield* databaseRules(settings, path, file.partition);
    }
    if (
      file.teleport === undefined &&
      file.source !== undefined &&
      !Object.hasOwn(Object(file.document.plain), "teleport")
    ) {
      for (const { path } of file.entries.filter(({ input }) => input.teleport !== undefined)) {
        yield error(
          [...path, "teleport"],
          "teleport",
          "the file has no `teleport` section, which says who connects; add teleport: {role_name: ..., proxy_address: ...} at the top level",
          "key",
        );
      }
    }
  },

  calls(account, deployment) {
    const databases = databasesOf(account);
    const { teleport, source } = deployment;
    if (databases.length === 0 || teleport === undefined) {
      return [];
    }
    const { name, module } = instanceIn(account, INSTANCE);
    const path = [...account.path, "teleport"];
    const role = madeIn(account, deployment, {
      kind: "role",
      boundedAs: BOUNDED_AS,
      name: TELEPORT_ROLE,
      purpose: PURPOSE,
      address: `module.${name}.aws_iam_role.teleport_database_access`,
      trust: trustOf(deployment),
      policies: connectPolicies(databases, account, deployment, { module: name, path }),
      asked: { what: `Teleport's role in "${account.name}"`, path },
    });
    return [
      {
        name,
        module,
        usesSecrets: false,
        path,
        makes: [role],
        handsOn: [handoverOf(role, databases, { instance: name, externalId: teleport.externalId })],
        variables: variables({
          teleport_role_arn: teleport.roleArn,
          external_id: teleport.externalId,
          organization_id: source.organizationId,
          ...iamVariables(account, BOUNDED_AS),
          ...descriptionVariables(account),
          databases: databases.map((database) => ({
            resource_id: database.resource_id,
            region: regionOf(database, account),
            db_users: [...new Set(database.db_users)].sort(),
          })),
        }),
      },
    ];
  },

  roles: [
    {
      keys: ["teleport"],
      roleName: TELEPORT_ROLE,
      usedBy: "people who connect to its databases through Teleport",
    },
  ],

  assumedBy: {
    caller: "teleport",
    roleName: TELEPORT_ROLE,
    policyName: TELEPORT_ASSUME_POLICY,
    resourceName: "teleport_assume_database_roles",
  },
};

/** What Teleport's database service needs to connect through the role. */
function handoverOf(
  { arn }: Identity,
  databases: readonly Database[],
  { instance, externalId }: { readonly instance: string; readonly externalId: string | undefined },
): Handover {
  return {
    to: "Teleport",
    key: ["teleport_role"],
    facts: {
      arn: outputOf(instance, "role_arn", arn),
      ...(externalId === undefined ? {} : { external_id: { value: externalId } }),
    },
    steps: databases.map(
      ({ name }) =>
        `Register the database ${name} in Teleport, by the role ${arn}: ${consumerFile("teleport/db_service.yaml")} has its entry, or says why there is none.`,
    ),
  };
}

/** Every account's role trusts the same one. */
const trustOf = perDeployment(({ teleport, source: { organizationId } }) =>
  trustRoles({
    principals: teleport === undefined ? [] : [teleport.roleArn],
    organizationId,
    externalId: teleport?.externalId,
  }),
);

/** Sorted by name. */
export function databasesOf(account: Account<TeleportKeys>): readonly Database[] {
  return [...(account.input.teleport?.databases ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
}
