import { counted } from "../accounts/wording";
import { codeSpan, fitted } from "./markdown";
import { PLAN_RULES, type PlanCounts, type PlanRule, type Refusal } from "./plan/judge";

/** A plan, and what speaks against it. */
export interface JudgedPlan {
  readonly stack: string;
  readonly counts: PlanCounts;
  readonly refusals: readonly Refusal[];
}

/** Whether something speaks against a plan that was not let pass. */
export function isRefused({ refusals }: JudgedPlan): boolean {
  return refusals.some(({ isAllowed }) => !isAllowed);
}

/** What the plans do, and why they are refused, within so many bytes. */
export function plansLines(plans: readonly JudgedPlan[], most: number): string[] {
  const stacks = fitted(plans, planItem, most * 0.3);
  const refusals = plans.flatMap((plan) => plan.refusals);
  const rules = (Object.keys(PLAN_RULES) as PlanRule[]).filter((rule) =>
    refusals.some((refusal) => refusal.rule === rule),
  );
  return [
    ...stacks.lines,
    ...(stacks.rest.length === 0 ? [] : [`- and ${counted(stacks.rest.length, "more plan")}`]),
    "",
    ...rules.flatMap((rule) => {
      const own = refusals.filter((refusal) => refusal.rule === rule);
      const { lines, rest } = fitted(own, refusalItem, (most * 0.6) / rules.length);
      return [
        `**${PLAN_RULES[rule]}**${own.every(({ isAllowed }) => isAllowed) ? `, allowed by \`--allow ${rule}\`` : ` [\`${rule}\`]`}`,
        "",
        WAYS_OUT[rule],
        "",
        ...lines,
        ...(rest.length === 0 ? [] : [`- and ${rest.length} more`]),
        "",
      ];
    }),
  ];
}

function planItem({ stack, counts, refusals }: JudgedPlan): string[] {
  const against = refusals.filter(({ isAllowed }) => !isAllowed).length;
  const verdict = against === 0 ? "" : `; ${counted(against, "reason")} against it`;
  return [`- ${codeSpan(stack)}: ${planText(counts)}${verdict}`];
}

function refusalItem({ stack, address, accounts, does }: Refusal): string[] {
  const whose = accounts.length === 0 ? "" : ` of ${accounts.map((name) => codeSpan(name)).join(" or ")}`;
  return [`- ${codeSpan(address)}${whose} in ${codeSpan(stack)}: ${codeSpan(does)}`];
}

/** What to do about a refusal. */
const WAYS_OUT: Readonly<Record<PlanRule, string>> = {
  "plan-key-in-use":
    "The key's consumers lose access with the apply. Rotate with `key_generation` one higher and `previous_key: active`, and plan without `-replace`, `-target` and `-destroy`.",
  "plan-both-keys":
    "No consumer is left with a key that works. Replace one key at a time: `key_generation` one higher.",
  "plan-destroys":
    "Its users lose access with the apply. To remove an account, set `lifecycle: retiring`; to remove its Aurora user, `aurora: {lifecycle: retiring}`. If a state was to be moved first, move it and plan again.",
  "plan-trust":
    "The role is in use, and a principal that is no longer named loses access. List them under `additional_principals` of the account, or under `principals` of the monitor, or leave the import out.",
  "plan-boundary": "Nothing limits the role or user any more. Name its boundary in `permissions_boundary`.",
  "plan-drift":
    "Somebody changed these objects by hand since the last apply, or a merged change was never applied. Nothing in this change of accounts.yaml asks for it.",
};

/** "1 to import, 2 to add, 0 to change, 1 to destroy", as Terraform says it. */
export function planText({ import: imports, add, change, destroy, forget }: PlanCounts): string {
  return [
    ...(imports === 0 ? [] : [`${imports} to import`]),
    `${add} to add`,
    `${change} to change`,
    `${destroy} to destroy`,
    ...(forget === 0 ? [] : [`${forget} to forget`]),
  ].join(", ");
}

/** Several plans as one. */
export function totalOf(plans: readonly JudgedPlan[]): PlanCounts {
  const sum = (of: keyof PlanCounts) => plans.reduce((total, { counts }) => total + counts[of], 0);
  return {
    import: sum("import"),
    add: sum("add"),
    change: sum("change"),
    destroy: sum("destroy"),
    forget: sum("forget"),
  };
}
