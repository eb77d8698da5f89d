import { ActionList } from "../../aws/actions";
import resourcePolicyActions from "../../aws/resource-policy-actions.json";
import { modulePolicy } from "../../modules/own";

/**
 * Which actions hand out access, and which of AWS's managed policies hold one. The lists are files of the module,
 * which reads them too.
 */

const MODULE = "third-party-monitor";

/** The actions that hand out access and that the pattern matches. */
export function handedOutBy(pattern: string): readonly string[] {
  handingOut ??= new ActionList(actionsThatHandOutAccess());
  return handingOut.matching(pattern);
}

let handingOut: ActionList | undefined;

/** The actions that hand out access and that none of these patterns matches: what a NotAction leaves allowed. */
export function handedOutBesides(patterns: readonly string[]): readonly string[] {
  const matched = new Set(patterns.flatMap(handedOutBy));
  return actionsThatHandOutAccess().filter((action) => !matched.has(action));
}

/**
 * The actions that the pattern matches and that open a single stored thing to others, a bucket, a queue or a log
 * group, by its own policy. They hand out no identity and no key.
 */
export function openedBy(pattern: string): readonly string[] {
  opening ??= new ActionList(resourcePolicyActions);
  return opening.matching(pattern);
}

let opening: ActionList | undefined;

let actions: readonly string[] | undefined;

/** In the order of the file: those of IAM and STS first. */
export function actionsThatHandOutAccess(): readonly string[] {
  actions ??= modulePolicy(MODULE, "hands-out-access", "aws").Statement.flatMap(({ Action }) => Action ?? []);
  return actions;
}

let policies: ReadonlySet<string> | undefined;

/** Whether the policy of AWS holds an action that hands out access. `name` is without its path; case does not count. */
export function policyHandsOutAccess(name: string): boolean {
  policies ??= new Set(
    modulePolicy(MODULE, "refused-managed-policies", "aws")
      .Statement.flatMap(({ Condition }) => Condition?.["StringLike"]?.["iam:PolicyARN"] ?? [])
      .map((pattern) => pattern.replace("*/", "").toLowerCase()),
  );
  return policies.has(name.toLowerCase());
}
