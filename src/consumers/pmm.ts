import type { AccessModel } from "../access/model";
import type { Account, Deployment } from "../accounts/model";
import { stackName } from "../accounts/names";
import { AURORA_USER, MONITORING_ROLE } from "../aws/names";
import type { Partition } from "../aws/partitions";
import type { Consumer } from "../features/consumer";
import type { ModuleCall } from "../features/feature";
import type { Identity } from "../features/identity";
import { codeSpan } from "../summary/markdown";
import { activeAccounts } from "./active-accounts";
import { addingSteps, apiSteps } from "./pmm-steps";

/** How PMM reads the databases of an account. */
export type PmmAccess =
  /** By the access key of the user. */
  | { readonly by: "key"; readonly user: Identity; readonly secret: PmmSecret }
  /** By the role of its own instance. */
  | { readonly by: "instance" }
  /** By the monitoring role, which it assumes. */
  | { readonly by: "role"; readonly arn: string }
  /** Not at all: the account asks for no user. */
  | { readonly by: "nothing" };

/** Where a key is. */
export interface PmmSecret {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
}

/** An account as its page says it. */
export interface PmmAccount {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly stack: string;
  readonly partition: Partition;
  /** The role that Grafana reads CloudWatch by. */
  readonly monitoringRole: string | undefined;
  readonly access: PmmAccess;
}

/** The page of PMM's own account, where accounts.yaml lists no account for it. No account has a name like it. */
const OWN_ACCOUNT = "own_account";

/** How PMM's databases are added, a page for each account. */
export const pmm: Consumer<AccessModel> = {
  readme: [
    {
      path: "pmm/<account>.md",
      use: "For the person who adds the account's databases to PMM: what to have before, where the key is, and what to click or call, engine by engine.",
    },
  ],

  files(access) {
    const { deployment } = access;
    const { source, partition } = deployment;
    const accounts = activeAccounts(access).map(
      ({ account, calls, made }): PmmAccount => ({
        name: account.name,
        accountId: account.accountId,
        region: account.region,
        stack: account.stack,
        partition,
        monitoringRole: made.find(({ name }) => name === MONITORING_ROLE)?.arn,
        access: isOwn(account, deployment) ? { by: "instance" } : accessOf(calls, made),
      }),
    );
    const isListed = accounts.some(({ accountId }) => accountId === source.accountId);
    const own: PmmAccount[] =
      source.monitorOwnAccount && !isListed
        ? [
            {
              name: OWN_ACCOUNT,
              accountId: source.accountId,
              region: source.region,
              stack: stackName(deployment.name),
              partition,
              monitoringRole: undefined,
              access: { by: "instance" },
            },
          ]
        : [];
    return new Map([...own, ...accounts].map((account) => [`pmm/${account.name}.md`, pageOf(account)]));
  },
};

function isOwn({ isSource }: Account, { source }: Deployment): boolean {
  return isSource && source.monitorOwnAccount;
}

/** What is handed to PMM says it: a user with a key, or the monitoring role. */
function accessOf(calls: readonly ModuleCall[], made: readonly Identity[]): PmmAccess {
  const user = made.find(({ kind, name }) => kind === "user" && name === AURORA_USER);
  if (user?.keys !== undefined) {
    return { by: "key", user, secret: user.keys.secret };
  }
  const [role] = calls
    .flatMap(({ handsOn = [] }) => handsOn)
    .filter(({ to, key: [key] }) => to === "PMM" && key === "monitoring_role");
  return role?.facts["arn"] === undefined
    ? { by: "nothing" }
    : { by: "role", arn: String(role.facts["arn"].value) };
}

function pageOf(account: PmmAccount): string {
  const { name, access } = account;
  const lines = [
    `# PMM: ${name}`,
    "",
    "Written by pmm-iam from accounts.yaml. No key is in this file.",
    "",
    "| What | Value |",
    "|---|---|",
    ...factRows(account).map(([what, value]) => `| ${what} | ${value} |`),
    "",
    ...(access.by === "nothing" ? WITHOUT_A_KEY : [...addingSteps(account), ...apiSteps(account)]),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function factRows({ accountId, region, stack, monitoringRole, access }: PmmAccount): [string, string][] {
  return [
    ["AWS account", codeSpan(accountId)],
    ["stack", codeSpan(stack)],
    ["region in accounts.yaml", codeSpan(region)],
    ...(monitoringRole === undefined
      ? []
      : [["role for Grafana's CloudWatch", codeSpan(monitoringRole)] as [string, string]]),
    ...accessRows(access),
  ];
}

function accessRows(access: PmmAccess): [string, string][] {
  switch (access.by) {
    case "nothing":
      return [["PMM reads RDS by", "nothing: the account has no key for PMM"]];
    case "role":
      return [["PMM reads RDS by", `the role ${codeSpan(access.arn)}, without a key`]];
    case "instance":
      return [
        ["PMM reads RDS by", "the role of its own EC2 instance (`monitor_own_account`), without a key"],
      ];
    case "key": {
      const { user, secret } = access;
      return [
        ["PMM reads RDS by", `a key of the user ${codeSpan(user.arn)}`],
        ["the key is in the secret", codeSpan(secret.name)],
        ["the secret is in", `account ${codeSpan(secret.accountId)}, region ${codeSpan(secret.region)}`],
        ["generation of the key", String(user.keys?.generation)],
        ["the key works from", sourcesOf(user)],
      ];
    }
  }
}

function sourcesOf({ keys }: Identity): string {
  const { ips = [], vpcs = [] } = keys?.allowedSources ?? {};
  return ips.length === 0 && vpcs.length === 0
    ? "every address"
    : `${[...ips, ...vpcs].map((from) => codeSpan(from)).join(", ")} alone: PMM's instance has to call AWS from one of them`;
}

const WITHOUT_A_KEY = [
  "PMM cannot find the account's databases, nor read their CloudWatch metrics and Enhanced Monitoring: no PMM release that we know of can assume a role for RDS, and the account has no user with a key.",
  "",
  "- If PMM is to read them, write `aurora: true` at the account in accounts.yaml and apply. This page then says what to do.",
  "- PMM can read a database without AWS: Inventory, Add Service, MySQL or PostgreSQL, with its endpoint and a user of the database.",
  "- Grafana reads CloudWatch by the role above: `grafana/datasources.yaml` beside this folder.",
];
