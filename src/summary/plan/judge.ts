import { actionText, isChanged, isDestroyed, type Plan, type PlannedChange } from "./plan";
import type { Sides } from "./sides";
import { trustedPrincipals } from "./trust";

/** Why a plan is refused, by the names that `--allow` takes. */
export const PLAN_RULES = {
  "plan-key-in-use": "The key that a secret names is destroyed or made inactive",
  "plan-both-keys": "Both keys of a user go at once",
  "plan-destroys": "A role or user of an account that does not retire is destroyed or replaced",
  "plan-trust": "An import changes whom a role trusts",
  "plan-boundary": "A permissions boundary is dropped",
  "plan-drift": "Drift: changes that `diff` does not explain",
} as const;

export type PlanRule = keyof typeof PLAN_RULES;

/** One reason to refuse a plan. */
export interface Refusal {
  readonly rule: PlanRule;
  readonly stack: string;
  readonly address: string;
  /** The accounts whose the object may be. */
  readonly accounts: readonly string[];
  /** What the plan does to the object. */
  readonly does: string;
  /** Whether it was let pass. */
  readonly isAllowed: boolean;
}

/** Every reason to refuse a plan, by rule. `allowed`: the rules that may be broken this time. */
export function judgePlan(plan: Plan, sides: Sides, allowed: ReadonlySet<string>): Refusal[] {
  const changed = plan.changes.filter(isChanged);
  const refuse =
    (rule: PlanRule, does: (planned: PlannedChange) => string = actionText) =>
    (planned: PlannedChange): Refusal => ({
      rule,
      stack: plan.stack,
      address: planned.address,
      accounts: sides.accountsOf(planned),
      does: does(planned),
      isAllowed: allowed.has(rule),
    });
  const staying = changed.filter((planned) => !sides.leaves(planned));
  return [
    ...keysInUse(plan, staying).map(refuse("plan-key-in-use", keyText)),
    ...bothKeys(staying).map(refuse("plan-both-keys")),
    ...staying.filter((planned) => isIdentity(planned) && isDestroyed(planned)).map(refuse("plan-destroys")),
    ...changed.filter(importsOtherTrust).map(refuse("plan-trust", trustText)),
    ...changed.filter(dropsBoundary).map(refuse("plan-boundary", boundaryText)),
    ...(plan.isFirst ? [] : changed.filter((planned) => isDrift(planned, sides)).map(refuse("plan-drift"))),
  ];
}

function isIdentity({ type }: PlannedChange): boolean {
  return type === "aws_iam_role" || type === "aws_iam_user";
}

function isKey({ type }: PlannedChange): boolean {
  return type === "aws_iam_access_key";
}

/** Of keys that are destroyed or made inactive, those that a secret names; where nobody can say which, each. */
function keysInUse({ changes }: Plan, staying: readonly PlannedChange[]): PlannedChange[] {
  const named = new Map(
    changes
      .filter(({ address }) => address.endsWith("terraform_data.newest"))
      .map(({ moduleAddress, before }) => [moduleAddress, before?.input]),
  );
  return staying.filter(isKey).filter((planned) => {
    const { moduleAddress, before, after } = planned;
    const isSwitchedOff = before?.status === "Active" && after !== undefined && after.status !== "Active";
    const inUse = named.get(moduleAddress);
    return (isDestroyed(planned) || isSwitchedOff) && (inUse === undefined || inUse === before?.id);
  });
}

/** The keys of users of which two go: AWS allows no more. */
function bothKeys(staying: readonly PlannedChange[]): PlannedChange[] {
  const going = staying.filter((planned) => isKey(planned) && isDestroyed(planned));
  return going.filter(
    ({ moduleAddress }) => going.filter((other) => other.moduleAddress === moduleAddress).length > 1,
  );
}

function importsOtherTrust(planned: PlannedChange): boolean {
  const { isImport, type, before, after, unknown } = planned;
  if (!isImport || type !== "aws_iam_role") {
    return false;
  }
  const [was, is] = [before, after].map((role) => trustedPrincipals(role?.assume_role_policy ?? ""));
  const isUnknown = unknown.has("assume_role_policy") || was === undefined || is === undefined;
  return isUnknown || JSON.stringify(was) !== JSON.stringify(is);
}

function dropsBoundary(planned: PlannedChange): boolean {
  const { before, after, unknown } = planned;
  const [was, is] = [before, after].map((identity) => identity?.permissions_boundary ?? "");
  return (
    isIdentity(planned) &&
    after !== undefined &&
    was !== "" &&
    is === "" &&
    !unknown.has("permissions_boundary")
  );
}

/** What exists in the state alone follows from what it belongs to. */
function isDrift(planned: PlannedChange, sides: Sides): boolean {
  return planned.type !== "terraform_data" && !sides.isExplained(planned);
}

function keyText(planned: PlannedChange): string {
  return isDestroyed(planned) ? actionText(planned) : "made inactive";
}

function trustText({ before, after }: PlannedChange): string {
  const [was, is] = [before, after].map((role) => trustedPrincipals(role?.assume_role_policy ?? ""));
  return was === undefined || is === undefined
    ? "trusts in a way that cannot be read here"
    : `trusts ${was.join(", ") || "no one"} today, and ${is.join(", ") || "no one"} after the import`;
}

function boundaryText({ before }: PlannedChange): string {
  return `has the boundary ${before?.permissions_boundary} today, and none after the apply`;
}

/** What a plan does, counted as Terraform counts it: what is replaced is added and destroyed. */
export interface PlanCounts {
  readonly import: number;
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
  readonly forget: number;
}

export function planCounts({ changes }: Plan): PlanCounts {
  const count = (action: PlannedChange["actions"][number]) =>
    changes.filter(({ actions }) => actions.includes(action)).length;
  return {
    import: changes.filter(({ isImport }) => isImport).length,
    add: count("create"),
    change: count("update"),
    destroy: count("delete"),
    forget: count("forget"),
  };
}
