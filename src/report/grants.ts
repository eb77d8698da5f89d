import type { Principal } from "../access/edges";
import { type Condition, onlyPassedAlong } from "../aws/policies";
import type { Change, Row } from "../diff/row";
import { statementsIn } from "./documents";
import type { GrantKind } from "./kinds";
import type {
  AccessReport,
  ReportAccount,
  ReportDocument,
  ReportIdentity,
  ReportModule,
  ReportPolicy,
} from "./report";

/** One grant: who may do what, where, why, and what bounds it. A row of the CSV. */
export interface Grant {
  readonly account: string;
  readonly account_id: string;
  readonly stack: string;
  readonly grant_kind: GrantKind;
  /** `permission` is what an identity may do; `module` is a team's own, whose grants are not known here. */
  readonly access: "assume" | "read_key" | "use_key" | "permission" | "module";
  readonly effect: "Allow" | "Deny";
  /** An ARN, an account id, a service, or `holder of the key`. */
  readonly who: string;
  /** The ARN of the role or user, or a secret's name. */
  readonly target: string;
  readonly actions: readonly string[];
  /** Whether the actions are those that the grant leaves out (NotAction). */
  readonly all_actions_but: boolean;
  readonly resources: readonly string[];
  readonly all_resources_but: boolean;
  readonly condition: Condition;
  readonly reason: string;
  readonly policy: string | null;
  readonly document: string | null;
  readonly boundary: string | null;
  readonly key_generation: number | null;
  readonly previous_key: string | null;
  /** In days, of the newest generation that the state has. */
  readonly key_age_days: number | null;
  /** Since the ref that was asked for. */
  readonly changed: readonly Change[];
}

/** Every grant of a report: by account, by identity, and there who may use it before what it may do. */
export function grantsOf(report: AccessReport): Grant[] {
  const changes = new Map<string, Row[]>();
  for (const row of report.changes) {
    changes.set(row.where.target, [...(changes.get(row.where.target) ?? []), row]);
  }
  return report.accounts.flatMap((account) => [
    ...account.identities.flatMap((identity) =>
      grantsOfIdentity(account, identity, report.documents).map(
        (grant): Grant => ({
          ...grant,
          changed: changesOf(grant, changes.get(grant.target) ?? [], changes.get(identity.arn) ?? []),
        }),
      ),
    ),
    ...account.modules.map((module) => moduleGrant(account, module, report.changes)),
  ]);
}

/** What changed of one grant: rows of what it is to, and a boundary of its identity. */
function changesOf(grant: Unmarked, ofTarget: readonly Row[], ofIdentity: readonly Row[]): Change[] {
  const rows = [
    ...ofTarget.filter((row) => row.kind === grant.access && isOf(row, grant)),
    ...ofIdentity.filter(({ kind }) => kind === "boundary"),
  ];
  return [...new Set(rows.map(({ change }) => change))].sort();
}

function isOf({ kind, who, policy, actions }: Row, grant: Unmarked): boolean {
  switch (kind) {
    case "assume":
      return who.id === grant.who && onlyPassedAlong(actions) === undefined;
    case "read_key":
      return who.id === grant.who;
    case "permission":
      return policy === undefined
        ? actions.some((action) => grant.actions.includes(action))
        : policy === grant.policy;
    default:
      return true;
  }
}

function moduleGrant(account: ReportAccount, module: ReportModule, changes: readonly Row[]): Grant {
  const { name, source, version } = module;
  const rows = changes.filter(
    ({ kind, who, where }) => kind === "module" && who.id === name && where.account_id === account.account_id,
  );
  return {
    ...placeOf(account),
    ...NOTHING_MORE,
    grant_kind: "team_module",
    access: "module",
    who: `module ${name}`,
    target: version === null ? source : `${source} ${version}`,
    reason: "A module of a team's own. What it makes and grants is not known here.",
    changed: rows.map(({ change }) => change),
  };
}

function placeOf({ name, account_id, stack }: ReportAccount) {
  return { account: name, account_id, stack };
}

const NOTHING_MORE = {
  effect: "Allow",
  actions: [],
  all_actions_but: false,
  resources: [],
  all_resources_but: false,
  condition: {},
  policy: null,
  document: null,
  boundary: null,
  key_generation: null,
  previous_key: null,
  key_age_days: null,
} as const;

type Unmarked = Omit<Grant, "changed">;

function grantsOfIdentity(
  account: ReportAccount,
  identity: ReportIdentity,
  documents: AccessReport["documents"],
): Unmarked[] {
  const { grant_kind, boundary, keys, uses, policies, trust } = identity;
  const common = {
    ...placeOf(account),
    ...NOTHING_MORE,
    grant_kind,
    boundary,
    key_generation: keys?.generation ?? null,
    previous_key: keys?.previous ?? null,
    key_age_days: keys?.found?.managed[0]?.age_days ?? null,
  };
  return [
    ...uses.map(
      ({ who, may, target, condition, reason }): Unmarked => ({
        ...common,
        access: may,
        who: principalText(who),
        target,
        condition,
        reason,
        document: { assume: trust, read_key: keys?.secret_policy ?? null, use_key: null }[may],
      }),
    ),
    ...policies.flatMap((policy) =>
      permissions(policy, policy.document === null ? undefined : documents[policy.document]).map(
        (permission): Unmarked => ({ ...common, ...permission, who: identity.arn, target: identity.arn }),
      ),
    ),
  ];
}

type Permission = Pick<
  Grant,
  | "access"
  | "effect"
  | "actions"
  | "all_actions_but"
  | "resources"
  | "all_resources_but"
  | "condition"
  | "reason"
  | "policy"
  | "document"
>;

/** What one policy says: a grant for each statement and each reason in it. One of AWS's own is one grant. */
function permissions(
  { name, document, reason }: ReportPolicy,
  found: ReportDocument | undefined,
): Permission[] {
  if (found === undefined || reason !== null) {
    return [{ ...NOTHING_MORE, access: "permission", reason: reason ?? "", policy: name, document }];
  }
  return statementsIn(found.policy).flatMap((statement, index) =>
    (found.reasons[index] ?? []).map(
      (explained): Permission => ({
        access: "permission",
        effect: statement.Effect,
        actions: explained.actions,
        all_actions_but: statement.NotAction !== undefined,
        resources: [statement.Resource ?? statement.NotResource ?? []].flat(),
        all_resources_but: statement.NotResource !== undefined,
        condition: statement.Condition ?? {},
        reason: explained.reason,
        policy: name,
        document,
      }),
    ),
  );
}

function principalText(who: Principal): string {
  switch (who.kind) {
    case "role":
    case "user":
      return who.arn;
    case "account":
      return who.accountId;
    case "service":
      return who.name;
    case "key_holder":
      return "holder of the key";
  }
}
