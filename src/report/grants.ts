import type { Principal } from "../access/edges";
import type { Condition } from "../aws/policies";
import type { Change, Row } from "../diff/row";
import { statementsIn } from "./documents";
import { GrantChanges, moduleText } from "./grant-changes";
import type { GrantKind } from "./kinds";
import type {
  AccessReport,
  ReportAccount,
  ReportDocument,
  ReportIdentity,
  ReportModule,
  ReportPolicy,
} from "./report";

/** One grant: who may do what, where, why, and what bounds it; or one that is lost. A row of the CSV. */
export interface Grant {
  readonly account: string;
  readonly account_id: string;
  readonly stack: string;
  /** null of what is lost with its role or user. */
  readonly grant_kind: GrantKind | null;
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

/**
 * Every grant of a report: by account, by identity, and there who may use it before what it may do. After those of an
 * account come its grants that are lost, and at the end those of accounts that are no longer there.
 */
export function grantsOf(report: AccessReport): Grant[] {
  const changes = new GrantChanges(report.changes);
  const standing = report.accounts.map((account) => [
    ...account.identities.flatMap((identity) =>
      grantsOfIdentity(account, identity, report.documents).map(
        (grant): Grant => ({ ...grant, changed: changes.of(grant) }),
      ),
    ),
    ...account.modules.map((module) => moduleGrant(account, module, changes)),
  ]);
  const others = new Map<string, Row[]>();
  for (const row of changes.others()) {
    others.set(row.where.account_id, [...(others.get(row.where.account_id) ?? []), row]);
  }
  const accounts = new Set(report.accounts.map(({ account_id }) => account_id));
  return [
    ...report.accounts.flatMap((account, index) => [
      ...(standing[index] ?? []),
      ...(others.get(account.account_id) ?? []).map((row) => changeAlone(row, report, account)),
    ]),
    ...[...others]
      .filter(([accountId]) => !accounts.has(accountId))
      .flatMap(([, rows]) => rows.map((row) => changeAlone(row, report, undefined))),
  ];
}

/** A change that is about no grant of today, as far as its row says it. */
function changeAlone(row: Row, { since }: AccessReport, account: ReportAccount | undefined): Grant {
  const { change, kind, who, where, actions, resources, policy, condition, says } = row;
  const identity = account?.identities.find(
    ({ arn, keys }) => arn === where.target || keys?.secret === where.target,
  );
  const isBoundary = kind === "boundary";
  const isLost = !isBoundary && (change === "lost" || change === "narrowed");
  return {
    ...NOTHING_MORE,
    account: account?.name ?? where.account ?? `account ${where.account_id}`,
    account_id: where.account_id,
    stack: account?.stack ?? "",
    grant_kind: kind === "module" ? "team_module" : (identity?.grant_kind ?? null),
    access: isBoundary ? "permission" : kind,
    who: kind === "module" ? moduleText(who.id) : who.kind === "key_holder" ? KEY_HOLDER : who.id,
    target: where.target,
    actions,
    resources: isBoundary ? [] : resources,
    condition,
    reason: isLost ? `No longer granted; at ${since?.ref ?? ""}: ${says}.` : `${says}.`,
    policy: policy ?? null,
    boundary: isBoundary ? (identity?.boundary ?? null) : null,
    changed: [isLost ? "lost" : change],
  };
}

function moduleGrant(account: ReportAccount, module: ReportModule, changes: GrantChanges): Grant {
  const { name, source, version } = module;
  const grant = {
    ...placeOf(account),
    ...NOTHING_MORE,
    grant_kind: "team_module",
    access: "module",
    who: moduleText(name),
    target: version === null ? source : `${source} ${version}`,
    reason: "A module of a team's own. What it makes and grants is not known here.",
  } as const;
  return { ...grant, changed: changes.of({ ...grant, target: grant.who }) };
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

const KEY_HOLDER = "holder of the key";

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
      return KEY_HOLDER;
  }
}
