import { runSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import type { Applied, Document, Policy } from "./applied";

/** One call to AWS. */
export interface Call {
  /** The ARN of the role (in a session of it) or user that calls, or a service such as ec2.amazonaws.com. */
  readonly by: string;
  readonly action: string;
  /** The ARN that AWS holds the call against; "*" where the action knows none. */
  readonly on: string;
  /** The caller's own policies grant nothing. Without it, a caller that is none of ours may do everything there. */
  readonly bare?: true;
  /** What else AWS knows of the request. Null: not the usual value either, but none. */
  readonly context?: Readonly<Record<string, string | null>>;
}

/** What a role's trust decides: AWS asks for the second where the caller's session tags are passed on. */
const ASSUMING: readonly string[] = ["sts:AssumeRole", "sts:TagSession"];

export type Outcome = "Allowed" | "ImplicitlyDenied" | "ExplicitlyDenied";

/** The documents that a call is held against. */
export interface Documents {
  readonly identity: readonly Policy[];
  readonly boundary: Policy | undefined;
  /** A role's trust, or a secret's policy. */
  readonly resource: Document | undefined;
}

/** The organization of every account that is in one. */
const ORGANIZATIONS: Readonly<Record<string, string>> = {
  "111111111111": "o-exampleorgid",
  "777777777777": "o-exampleorgid",
  "222222222222": "o-exampleorgid",
  "044444444444": "o-exampleorgid",
  "033333333333": "o-exampleorgid",
  "999999999999": "o-vendorsoforg",
  "666666666666": "o-strangersorg",
};

/** Everything on everything. */
const EVERYTHING: Policy = {
  name: "AdministratorAccess",
  document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
};

/**
 * The documents for a call as they were applied, with a boundary on what is ours. Who is none of the applied
 * identities may do everything by its own policies, and what is none of the applied roles trusts the caller: then
 * only our side decides.
 */
export function appliedDocuments(call: Call, applied: Applied, boundary: Policy | undefined): Documents {
  const resource = appliedResourcePolicy(call, applied);
  const identity = applied.identities.get(call.by);
  if (identity !== undefined) return { identity: identity.policies, boundary, resource };
  return { identity: isService(call.by) || call.bare ? [] : [EVERYTHING], boundary: undefined, resource };
}

function appliedResourcePolicy({ by, action, on }: Call, applied: Applied): Document | undefined {
  if (ASSUMING.includes(action)) {
    const role = applied.identities.get(on);
    return role === undefined ? welcome(by, action) : role.trust;
  }
  return [...applied.secrets.values()].find(({ arn }) => arn === on)?.policy;
}

/** The same call, were every door open. */
export function openDocuments({ by, action }: Call): Documents {
  return {
    identity: isService(by) ? [] : [EVERYTHING],
    boundary: undefined,
    resource: [...ASSUMING, "secretsmanager:GetSecretValue", "kms:Decrypt"].includes(action)
      ? welcome(by, action)
      : undefined,
  };
}

/** A resource's policy that lets the caller in. */
function welcome(by: string, action: string): Document {
  const Principal = isService(by) ? { Service: by } : { AWS: `arn:aws:iam::${accountOf(by)}:root` };
  const resource = ASSUMING.includes(action) ? {} : { Resource: "*" };
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal, Action: action, ...resource }] };
}

/** What AWS would answer to the call, given these documents. */
export async function evaluate(call: Call, documents: Documents): Promise<Outcome> {
  const simulation: Simulation = {
    request: {
      principal: principalOf(call.by),
      action: call.action,
      resource: { resource: call.on, accountId: accountOf(call.on) ?? accountOf(call.by) ?? "" },
      contextVariables: contextOf(call),
    },
    identityPolicies: documents.identity.map(({ name, document }) => ({ name, policy: document })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(documents.resource === undefined ? {} : { resourcePolicy: documents.resource }),
    ...(documents.boundary === undefined
      ? {}
      : {
          permissionBoundaryPolicies: [
            { name: documents.boundary.name, policy: documents.boundary.document },
          ],
        }),
  };
  const answer = await runSimulation(simulation, { simulationMode: "Strict" });
  if (answer.resultType === "error") throw new Error(JSON.stringify(answer.errors));
  const results = answer.resultType === "single" ? [answer.result] : answer.results;
  const ignored = results.flatMap(({ ignoredContextKeys = [] }) => ignoredContextKeys);
  if (ignored.length > 0) throw new Error(`${call.action} knows no ${[...new Set(ignored)].join(", ")}`);
  return answer.overallResult as Outcome;
}

function contextOf({ by, on, context = {} }: Call): Record<string, string> {
  const [account, owner] = [accountOf(by), accountOf(on) ?? accountOf(by)];
  const usual: Record<string, string | null | undefined> = isService(by)
    ? { "aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": by }
    : {
        "aws:PrincipalArn": by,
        "aws:PrincipalAccount": account,
        "aws:PrincipalOrgID": ORGANIZATIONS[account ?? ""],
        "aws:PrincipalType": by.includes(":user/") ? "User" : "AssumedRole",
      };
  const all = {
    ...usual,
    "aws:ResourceAccount": owner,
    "aws:ResourceOrgID": ORGANIZATIONS[owner ?? ""],
    ...context,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** A role calls through a session of it, whose ARN has no path. */
function principalOf(by: string): string {
  const role = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(by);
  return role === null ? by : `arn:${role[1]}:sts::${role[2]}:assumed-role/${role[3]}/session`;
}

function accountOf(arn: string): string | undefined {
  return arn.split(":")[4] || undefined;
}

function isService(by: string): boolean {
  return !by.startsWith("arn:");
}
