import { matchesAction } from "../../aws/action-patterns";
import resourcePolicyActions from "../../aws/resource-policy-actions.json";
import { modulePolicy } from "../../modules/own";

/**
 * Which actions hand out access, and which of AWS's managed policies hold one. The lists are files of the module,
 * which reads them too.
 */

const MODULE = "third-party-monitor";

/** The actions that hand out access and that one of these patterns matches. */
export function handedOutBy(patterns: readonly string[]): readonly string[] {
  return actionsThatHandOutAccess().filter(matcherOf(patterns));
}

/** The actions that hand out access and that none of these patterns matches: what a NotAction leaves allowed. */
export function handedOutBesides(patterns: readonly string[]): readonly string[] {
  const matches = matcherOf(patterns);
  return actionsThatHandOutAccess().filter((action) => !matches(action));
}

/**
 * The actions that one of these patterns matches and that open a single stored thing to others, a bucket, a queue or a
 * log group, by its own policy. They hand out no identity and no key.
 */
export function openedBy(patterns: readonly string[]): readonly string[] {
  return resourcePolicyActions.filter(matcherOf(patterns));
}

/**
 * A file may hold thousands of patterns: a text without wildcard is looked up, and what stands between the wildcards
 * of a pattern rules out most actions.
 */
function matcherOf(patterns: readonly string[]): (action: string) => boolean {
  const names = new Set(patterns.map((pattern) => pattern.toLowerCase()));
  const wildcards = [...names]
    .filter((pattern) => /[*?]/.test(pattern))
    .map((pattern) => ({ pattern, parts: pattern.split(/[*?]+/) }));
  return (action) => {
    const name = action.toLowerCase();
    return (
      names.has(name) ||
      wildcards.some(
        ({ pattern, parts }) => parts.every((part) => name.includes(part)) && matchesAction(pattern, name),
      )
    );
  };
}

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
