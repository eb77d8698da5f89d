import { matchesAction } from "../src/aws/action-patterns";
import { actionsThatHandOutAccess } from "../src/features/third-party-monitor/handed-out-access";
import { modulePolicy } from "../src/modules/own";

/** One of AWS's own policies. `name` is with its path: `job-function/ViewOnlyAccess`. */
export interface ManagedPolicy {
  readonly name: string;
  readonly document: { readonly Version?: string; readonly Statement: Statement | readonly Statement[] };
}

interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: unknown;
}

/** The names of the policies, sorted, by what one may do with them. Each is in one of the first three lists. */
export interface Judged {
  readonly handOutAccess: readonly string[];
  readonly write: readonly string[];
  readonly read: readonly string[];
  /** As a boundary these bound nothing: who has one may give himself every right. */
  readonly boundNothing: readonly string[];
  /** As a boundary these bound little: they allow most actions that write. */
  readonly boundLittle: readonly string[];
}

/**
 * No reason to refuse a policy. A role cannot call GetSessionToken, and GetServiceBearerToken gives a token for reads
 * that the policy has to allow too.
 */
const HARMLESS = ["sts:GetSessionToken", "sts:GetServiceBearerToken"];

/** AWS's policies for those who only read: what they allow of the writes is no reason to warn of another. */
export const READERS = ["ReadOnlyAccess", "SecurityAudit", "job-function/ViewOnlyAccess"];

/** AWS counts these among the writes, and they change nothing. */
const READS = [
  "kms:Decrypt",
  "ds:AccessDSData",
  "cloudwatch:CreateOneTimeDeepLinkCode",
  "timestream:CancelQuery",
];

/** The verbs of calls that only read. */
const READING_NAME = /^[^:]+:(?:Get|List|Describe|Search|View|BatchGet)/i;

/** Which policies hand out access, write or read. `writes` are all actions that AWS counts among the writes. */
export function judged(policies: readonly ManagedPolicy[], writes: readonly string[]): Judged {
  const sorted = [...policies].sort((a, b) => (a.name < b.name ? -1 : 1));
  const denied = actionsOf(
    modulePolicy("third-party-monitor", "deny-data-access", "aws")
      .Statement.filter(({ Resource }) => Resource === "*")
      .map((statement) => ({ ...statement, Effect: "Allow" })),
    actionsThatHandOutAccess(),
  );
  const handsOut = ({ document }: ManagedPolicy) =>
    allowed(document, actionsThatHandOutAccess()).some(
      (action) => !denied.includes(action) && !HARMLESS.includes(action),
    );
  const reads = new Set([
    ...READS,
    ...writes.filter((action) => READING_NAME.test(action)),
    ...sorted
      .filter(({ name }) => READERS.includes(name))
      .flatMap(({ document }) => allowed(document, writes)),
  ]);
  const handOutAccess = sorted.filter(handsOut);
  const others = sorted.filter((policy) => !handOutAccess.includes(policy));
  const write = others.filter(({ document }) =>
    allowed(document, writes).some((action) => !reads.has(action)),
  );
  const boundNothing = sorted.filter(({ document }) => grantsRights(document));
  const boundLittle = sorted.filter(
    (policy) => !boundNothing.includes(policy) && allowed(policy.document, writes).length > writes.length / 2,
  );
  const names = (of: readonly ManagedPolicy[]) => of.map(({ name }) => name);
  return {
    handOutAccess: names(handOutAccess),
    write: names(write),
    read: names(others.filter((policy) => !write.includes(policy))),
    boundNothing: names(boundNothing),
    boundLittle: names(boundLittle),
  };
}

/** Whether it lets its holder attach a policy to any role, without a condition. */
function grantsRights({ Statement }: ManagedPolicy["document"]): boolean {
  const everywhere = [Statement]
    .flat()
    .filter(({ Resource, Condition }) => [Resource].flat().includes("*") && Condition === undefined);
  return actionsOf(everywhere, ["iam:AttachRolePolicy", "iam:PutRolePolicy"]).length > 0;
}

function allowed({ Statement }: ManagedPolicy["document"], actions: readonly string[]): string[] {
  return actionsOf([Statement].flat(), actions);
}

/** Those of the actions that the statements allow, whatever the resource and the condition. */
function actionsOf(statements: readonly Statement[], actions: readonly string[]): string[] {
  const allows = new Set<string>();
  for (const { Effect, Action, NotAction } of statements) {
    if (Effect === "Allow" && NotAction !== undefined) {
      const kept = new Set([NotAction].flat().flatMap((pattern) => matching(pattern, actions)));
      for (const action of actions.filter((each) => !kept.has(each))) {
        allows.add(action);
      }
    } else if (Effect === "Allow") {
      for (const action of [Action ?? []].flat().flatMap((pattern) => matching(pattern, actions))) {
        allows.add(action);
      }
    }
  }
  return [...allows];
}

/** The policies share most of their patterns. */
const known = new Map<readonly string[], Map<string, readonly string[]>>();

function matching(pattern: string, actions: readonly string[]): readonly string[] {
  const byPattern = known.get(actions) ?? new Map<string, readonly string[]>();
  known.set(actions, byPattern);
  const found = byPattern.get(pattern) ?? actions.filter((action) => matchesAction(pattern, action));
  byPattern.set(pattern, found);
  return found;
}
