import type { AccessModel } from "../access/model";
import type { Tags } from "../accounts/model";
import { sharedName } from "../accounts/names";
import type { Consumer } from "../features/consumer";
import { isPostgres, rdsEndpointOf } from "../features/teleport-connect/database";
import { type TeleportDatabase, teleportDatabases } from "./teleport-databases";
import { yamlList, yamlText } from "./yaml-text";

const SERVICE_FILE = "teleport/db_service.yaml";

/**
 * What Teleport needs to connect: the databases for its Database Service, and a role in Teleport for each of them.
 *
 * Sources: Teleport, `Database` in lib/config/fileconf.go, `DatabaseV3` and `RoleV6` in api/types; "AWS Cross-Account
 * Database Access" and "Database Access Configuration Reference" in its documentation.
 */
export const teleport: Consumer<AccessModel> = {
  readme: [
    {
      path: SERVICE_FILE,
      use: "For the Teleport Database Service: put it into its `teleport.yaml` as `db_service` and restart it. Its first lines name the databases that are not in it, and say why.",
    },
    {
      path: "teleport/roles/<account>-<database>.yaml",
      use: "A role in Teleport for each database, with its users. `tctl create -f <file>` makes it, of one file or of all in one; then give it to the people who may connect.",
    },
  ],

  files(access) {
    const databases = teleportDatabases(access);
    const { teleport: service, name: deployment } = access.deployment;
    if (databases.length === 0 || service === undefined) {
      return new Map();
    }
    return new Map([
      [SERVICE_FILE, serviceText(databases, service)],
      ...databases.map((one): [string, string] => [
        `teleport/roles/${one.fileName}.yaml`,
        roleText(one, sharedName(one.fileName, deployment)),
      ]),
    ]);
  },
};

interface Service {
  readonly proxyAddress: string;
  readonly externalId: string | undefined;
}

/** The block of teleport.yaml that registers the databases. */
function serviceText(databases: readonly TeleportDatabase[], { proxyAddress, externalId }: Service): string {
  const judged = databases.map((one) => ({ one, reason: reasonAgainst(one) }));
  const left = judged.flatMap(({ one, reason }) => (reason === undefined ? [] : [{ one, reason }]));
  const entries = judged.flatMap(({ one, reason }) =>
    reason === undefined ? databaseLines(one, externalId) : [],
  );
  return text([
    `# For the Teleport Database Service behind ${proxyAddress}: its teleport.yaml takes this as db_service.`,
    ...(left.length === 0 ? [] : ["#", "# What cannot be registered here:"]),
    ...left.map(({ one, reason }) => `# - ${one.settings.name} in ${one.account.name}: ${reason}`),
    "db_service:",
    "  enabled: true",
    ...(entries.length === 0 ? ["  databases: []"] : ["  databases:", ...entries]),
  ]);
}

/** Why a database cannot be registered; undefined where it can. */
function reasonAgainst({ settings }: TeleportDatabase): string | undefined {
  const { endpoint } = settings;
  if (endpoint === undefined) {
    return "resource_id is *, which is no one database; let Teleport discover them, with the same role";
  }
  // Teleport refuses its whole configuration for one such endpoint without the cluster's identifier.
  return rdsEndpointOf(settings) !== undefined && /\.cluster-custom-/i.test(endpoint)
    ? `${endpoint} is an Aurora custom endpoint, for which AWS accepts no token; give the cluster's endpoint`
    : undefined;
}

function databaseLines(one: TeleportDatabase, externalId: string | undefined): string[] {
  const { account, settings, region, roleArn } = one;
  const host = rdsEndpointOf(settings);
  const uri = settings.endpoint ?? "";
  const identifier = uri.slice(0, uri.indexOf(".")).toLowerCase();
  return [
    ...(isOfAws(uri)
      ? []
      : ["    # Not a name of AWS: a token is accepted for the endpoint that RDS gives, and no other name."]),
    `    - name: ${yamlText(settings.name)}`,
    `      protocol: ${isPostgres(settings) ? "postgres" : "mysql"}`,
    // Teleport reads RDS's endpoints in lower case only.
    `      uri: ${yamlText(host === undefined ? uri : uri.toLowerCase())}`,
    "      static_labels:",
    ...Object.entries(labelsOf(one)).map(([key, value]) => `        ${key}: ${yamlText(value)}`),
    ...tagLabels(one).map(([key, value]) => `        ${yamlText(key)}: ${yamlText(value)}`),
    "      aws:",
    `        region: ${yamlText(region)}`,
    `        account_id: ${yamlText(account.accountId)}`,
    `        assume_role_arn: ${yamlText(roleArn)}`,
    ...(externalId === undefined ? [] : [`        external_id: ${yamlText(externalId)}`]),
    ...(host?.kind === "cluster" || host?.kind === "instance"
      ? ["        rds:", `          ${host.kind}_id: ${yamlText(identifier)}`]
      : []),
  ];
}

/**
 * Whether a token for the endpoint can be of use. Source: Aurora User Guide, "Connecting to your DB cluster using IAM
 * authentication": no DNS record of one's own, and no custom endpoint.
 */
function isOfAws(endpoint: string): boolean {
  return /\.amazonaws\.(?:com(?:\.cn)?|eu):/i.test(endpoint);
}

/** Discovery gives a database of RDS the labels account-id, engine and region too. */
function labelsOf({ account, settings, region }: TeleportDatabase): Tags {
  return {
    account: account.name,
    "account-id": account.accountId,
    database: settings.name,
    engine: settings.engine,
    region,
  };
}

/** The account's tags, by which people know it. Teleport takes fewer characters in a key, and some are its own. */
function tagLabels(one: TeleportDatabase): [key: string, value: string][] {
  return Object.entries(one.account.tags).filter(
    ([key]) => /^(?!teleport\.)[a-zA-Z/.0-9_:*-]+$/.test(key) && !Object.hasOwn(labelsOf(one), key),
  );
}

/**
 * Roles are of version 7, which releases with newer versions take too: it grants what is written here and no more. The
 * first line begins a document, so that all files in one are a file as well.
 */
function roleText(one: TeleportDatabase, name: string): string {
  const { account, settings } = one;
  const labels = labelsOf(one);
  const selected = settings.endpoint === undefined ? DISCOVERED : OWN;
  const users = usable(one.users);
  const names = isPostgres(settings) ? usable([...new Set(settings.db_names ?? ["*"])].sort()) : undefined;
  const left = [
    ...users.left.map((user) => `the user ${user}`),
    ...(names?.left ?? []).map((name) => `the database ${name}`),
  ];
  return text([
    "---",
    ...left.map((what) => `# Not here, because a role of Teleport cannot name it: ${what}`),
    "kind: role",
    "version: v7",
    "metadata:",
    `  name: ${yamlText(name)}`,
    `  description: ${yamlText(`Database ${settings.name} (${settings.engine}) of account ${account.name}, ${account.accountId}`)}`,
    "spec:",
    "  allow:",
    "    db_labels:",
    ...selected.map((label) => `      ${label}: ${yamlList([labels[label] ?? ""])}`),
    ...(names === undefined ? [] : [`    db_names: ${yamlList(names.kept)}`]),
    `    db_users: ${yamlList(users.kept)}`,
  ]);
}

/** The labels that tell a database of db_service.yaml, and those that discovery gives all of an account's region. */
const OWN = ["account", "database"] as const;
const DISCOVERED = ["account-id", "engine", "region"] as const;

/**
 * In a role `{{external.name}}` is a template that a person's login fills in, and other double braces are an error.
 * Half of a pair of surrogates is no character. Source: Teleport, `NewTraitsTemplateExpression` in lib/utils/parse.
 */
function usable(names: readonly string[]): { readonly kept: string[]; readonly left: string[] } {
  const cannotBe = (name: string): boolean => /\{\{|\}\}|\p{Cs}/u.test(name);
  return {
    kept: names.filter((name) => !cannotBe(name)),
    left: names.filter(cannotBe).map(yamlText),
  };
}

function text(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
