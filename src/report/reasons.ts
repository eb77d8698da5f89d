import type { Edge } from "../access/edges";
import type { BoundaryKind } from "../accounts/boundaries";
import { descriptionOf } from "../aws/descriptions";
import { MONITORING_ROLE } from "../aws/names";
import type { Statement } from "../aws/policies";
import type { Identity, IdentityPolicy } from "../features/identity";
import { ownModules } from "../modules/own";
import { type ModuleReasons, moduleReasons } from "./readme-reasons";

/** A part of a statement whose actions are granted for one reason. */
export interface Explained {
  readonly actions: readonly string[];
  readonly reason: string;
}

/** Where a policy comes from, as far as its reasons depend on it. */
export interface PolicyOrigin {
  /** The folder of the module that makes the identity; undefined for a role of the source side. */
  readonly moduleFolder: string | undefined;
  readonly identity: Identity;
  readonly policy: IdentityPolicy;
}

/** Statements that are the same wherever they are, by Sid. */
const STATEMENT_REASONS: Readonly<Record<string, string>> = {
  OnlyFromAllowedSources: "A key that leaks is of no use from anywhere else.",
  NoOtherParameters:
    "AWS's policy for Systems Manager reads every parameter of the account. This leaves the agent's own.",
  RolesAreInManagedPolicies:
    "It grants nothing that AWS does not give every caller. The roles are in the managed policies beside it.",
  GrantsAreInManagedPolicies:
    "It grants nothing that AWS does not give every caller. The grants are in the managed policies beside it.",
};

/** By the key under `source` that asks for a policy of PMM's own role: the module whose grants it repeats. */
const MODULE_OF_OWN_POLICY: Readonly<Record<string, string>> = {
  cloudwatch_agent: "cloudwatch-agent",
  monitor_own_account: "aurora-integration-user",
};

const ASSUMES =
  "AWS asks for it beside the trust of the role that is assumed: both sides have to allow the call.";

/** Of a module whose README has no row for the action: a test fails for the program's own. */
export const NO_REASON = "The README of the module gives no reason.";

const VENDORS_DOCUMENT = "The document that accounts.yaml names for this vendor asks for it.";

/** The actions of a statement by the reason for which they are there. Every action has a reason. */
export function explain(statement: Statement, origin: PolicyOrigin): Explained[] {
  const actions = [statement.Action ?? []].flat();
  const named = actions.length > 0 ? actions : [statement.NotAction ?? []].flat();
  const reasons = new Map<string, string[]>();
  for (const action of named) {
    const reason = reasonOf(action, statement, origin);
    reasons.set(reason, [...(reasons.get(reason) ?? []), action]);
  }
  return [...reasons].map(([reason, of]) => ({ reason, actions: of }));
}

function reasonOf(
  action: string,
  { Sid = "" }: Statement,
  { moduleFolder, identity, policy }: PolicyOrigin,
): string {
  const ofStatement = STATEMENT_REASONS[Sid];
  if (ofStatement !== undefined) {
    return ofStatement;
  }
  if (identity.boundedAs === "third_party") {
    return ownReasons("third-party-monitor").denials.get(Sid) ?? VENDORS_DOCUMENT;
  }
  const own = MODULE_OF_OWN_POLICY[String(policy.path[1])];
  const folder = moduleFolder ?? (own === undefined ? undefined : ownModules.folderOf(own));
  const reason = folder === undefined ? undefined : moduleReasons(folder).actions.get(action);
  return reason ?? (action.startsWith("sts:") ? ASSUMES : NO_REASON);
}

function ownReasons(module: string): ModuleReasons {
  return moduleReasons(ownModules.folderOf(module));
}

/** Why one of AWS's own policies is on a role. */
export function reasonOfAwsPolicy({ boundedAs }: Identity): string {
  return boundedAs === "third_party"
    ? "accounts.yaml names it for this vendor. AWS keeps it, and may change it."
    : "Systems Manager installs and controls the agent with it. AWS keeps it, and may change it.";
}

const ASSUME_REASONS: Readonly<Record<BoundaryKind, string>> = {
  monitoring_role: "Grafana on the PMM instance reads CloudWatch through the role.",
  aurora_user: "",
  teleport: "Teleport's database service connects as the database users that the role names.",
  cloudwatch_agent: "The CloudWatch agent of a server runs with the role.",
  third_party: "The vendor collects through the role, with the external id that it gave.",
  pmm_ec2_role: "The PMM instance runs with the role.",
};

/** Why somebody may use an identity or its key. */
export function reasonOfEdge({ may, who }: Edge, identity: Identity, pmmRoleArn: string): string {
  const { boundedAs, name, stack, description } = identity;
  if (may === "read_key") {
    return ownReasons("rotating-access-key").actions.get("secretsmanager:GetSecretValue") ?? "";
  }
  if (may === "use_key") {
    return boundedAs === "aurora_user"
      ? "PMM finds and reads the account's databases with the key."
      : "The CloudWatch agent of a server outside AWS sends with the key.";
  }
  if (boundedAs === "monitoring_role" && name !== MONITORING_ROLE && description !== undefined) {
    return description.slice(0, -descriptionOf("", stack).length);
  }
  return boundedAs === "monitoring_role" && who.kind === "role" && who.arn !== pmmRoleArn
    ? "additional_principals names the caller: it reads through the role beside PMM."
    : ASSUME_REASONS[boundedAs ?? "pmm_ec2_role"];
}
