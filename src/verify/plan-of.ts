import type { Edge } from "../access/edges";
import type { AccessModel } from "../access/model";
import type { StackAccount } from "../access/stacks";
import type { ModuleCall } from "../features/feature";
import { heldKeyAddress, type Identity } from "../features/identity";
import type { AccessBy, HostRolePlan, PlannedCheck, Reader, VerifyPlan } from "./plan";
import { READERS, SOURCE_ACCOUNT } from "./plan";

/** Everything that can be tried of a deployment's access. Accounts that retire or are closed have none. */
export function verifyPlan(access: AccessModel): VerifyPlan {
  const { deployment, stacks, callers } = access;
  const byTarget = edgesByTarget(access.edges);
  const checks = stacks.flatMap(({ accounts }) =>
    accounts.flatMap((account) => checksOf(account, byTarget, deployment.source.pmmRoleArn)),
  );
  const hostRole = (kind: "pmm" | "teleport"): HostRolePlan | undefined => {
    const role = callers.find((caller) => caller.kind === kind)?.role;
    return role && { arn: role.arn, instanceProfile: role.instanceProfile?.name, boundary: role.boundary };
  };
  return {
    deployment: deployment.name,
    partition: deployment.partition,
    source: { accountId: deployment.source.accountId, region: deployment.source.region },
    pmmRole: hostRole("pmm") ?? {
      arn: deployment.source.pmmRoleArn,
      instanceProfile: undefined,
      boundary: undefined,
    },
    teleportRole: checks.some(({ reader }) => reader === "teleport") ? hostRole("teleport") : undefined,
    checks: [...ownAccount(access), ...checks].sort(byAccount),
  };
}

function byAccount(a: PlannedCheck, b: PlannedCheck): number {
  return a.account === b.account
    ? READERS.indexOf(a.reader) - READERS.indexOf(b.reader)
    : a.account < b.account
      ? -1
      : 1;
}

/** PMM's own account, where it reads it by the role of its host. */
function ownAccount({ deployment, callers }: AccessModel): PlannedCheck[] {
  const { source, accounts } = deployment;
  const role = callers.find(({ kind }) => kind === "pmm")?.role;
  if (!source.monitorOwnAccount || role === undefined) {
    return [];
  }
  const listed = accounts.find(({ isSource, lifecycle }) => isSource && lifecycle === "active");
  return [
    {
      reader: "pmm",
      account: listed?.name ?? SOURCE_ACCOUNT,
      accountId: source.accountId,
      stack: role.stack,
      regions: [...new Set([listed?.region ?? source.region, source.region])],
      by: { kind: "host", boundary: role.boundary },
    },
  ];
}

type Edges = ReadonlyMap<string, readonly Edge[]>;

function edgesByTarget(edges: readonly Edge[]): Edges {
  const by = new Map<string, Edge[]>();
  for (const edge of edges) {
    const known = by.get(edge.target);
    if (known === undefined) {
      by.set(edge.target, [edge]);
    } else {
      known.push(edge);
    }
  }
  return by;
}

/** What each module of an account gives to whom. A module that is not here gives no access that can be tried. */
const READER_OF: Readonly<Record<string, Reader>> = {
  "aurora-integration-user": "pmm",
  "pmm-iam-target": "grafana",
  "teleport-connect": "teleport",
  "third-party-monitor": "vendor",
};

function checksOf({ account, calls }: StackAccount, edges: Edges, pmmRoleArn: string): PlannedCheck[] {
  const regions = [...new Set([account.region, ...databaseRegions(calls)])];
  return calls.flatMap((call) => {
    const reader = call.team === undefined ? READER_OF[call.module] : undefined;
    const identity = call.makes.find(({ kind, keys }) => kind === "role" || keys !== undefined);
    if (reader === undefined || identity === undefined) {
      return [];
    }
    const vendor = reader === "vendor" ? vendorOf(call) : undefined;
    const by = {
      ...accessBy(identity, edges, { pmmRoleArn, permissions: account.permissions }),
      ...(vendor === undefined ? {} : { vendor }),
    };
    const planned = {
      account: account.name,
      accountId: account.accountId,
      stack: account.stack,
      regions,
      by,
    };
    return [
      { reader, ...planned },
      ...(reader === "grafana" && isReadByPmm(call) ? [{ reader: "pmm" as const, ...planned }] : []),
    ];
  });
}

/** Where the databases are that people reach through Teleport: an `rds-db` ARN has the region. Sorted. */
function databaseRegions(calls: readonly ModuleCall[]): string[] {
  const documents = calls
    .filter(({ module, team }) => team === undefined && READER_OF[module] === "teleport")
    .flatMap(({ makes }) => makes.flatMap(({ policies }) => policies.map(({ document }) => document)));
  const arns = documents.flatMap((document) =>
    (document?.Statement ?? []).flatMap(({ Resource = [] }) => [Resource].flat()),
  );
  return arns.flatMap((arn) => /^arn:[^:]+:rds-db:([a-z0-9-]+):/.exec(arn)?.[1] ?? []).sort();
}

function accessBy(
  { arn, keys, boundary }: Identity,
  edges: Edges,
  {
    pmmRoleArn,
    permissions,
  }: { readonly pmmRoleArn: string } & Pick<Extract<AccessBy, { kind: "role" }>, "permissions">,
): AccessBy {
  if (keys !== undefined) {
    const { secret, generation, allowedSources } = keys;
    const readers = (edges.get(secret.name) ?? []).filter(({ may }) => may === "read_key");
    const isReadByPmmRole = readers.some(({ who }) => who.kind === "role" && who.arn === pmmRoleArn);
    return {
      kind: "key",
      user: arn,
      generation,
      secret: {
        name: secret.name,
        region: secret.region,
        isReadByPmmRole,
        heldKeyAddress: heldKeyAddress(secret),
      },
      allowedSources,
      boundary,
    };
  }
  const assumed = (edges.get(arn) ?? []).filter(({ may }) => may === "assume");
  const externalIds = assumed.flatMap(({ condition }) => condition["StringEquals"]?.["sts:ExternalId"] ?? []);
  return {
    kind: "role",
    role: arn,
    externalId: externalIds[0],
    trusted: assumed.flatMap(({ who }) =>
      who.kind === "account" ? [who.accountId] : "arn" in who ? [who.arn] : [],
    ),
    permissions,
    boundary,
  };
}

/** Whether PMM itself assumes the role, because the account has no key for it. */
function isReadByPmm({ handsOn = [] }: ModuleCall): boolean {
  return handsOn.some(({ to }) => to === "PMM");
}

function vendorOf({ handsOn = [] }: ModuleCall): string | undefined {
  return handsOn.map(({ key }) => key[1]).find((name) => name !== undefined);
}
