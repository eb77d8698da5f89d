import type { Line } from "../accounts/lines";
import { shownFile } from "../accounts/lines";
import type { SourceText } from "../accounts/source-text";
import { allOf, counted, firstOfMany } from "../accounts/wording";
import type { Runbook } from "../changes/runbook";
import { isOfPmm, type KeyedUser } from "../rotation/keyed-users";
import type { RotationPlan } from "../rotation/plan";
import type { Step } from "../rotation/steps";

/** The branch that a change is merged into, in the commands to type. */
const MERGED_INTO = "origin/main";

/** The plan that is read and applied. */
const PLAN = "pmm-iam.tfplan";

/** As many stacks as are worth a command each. */
const MOST_STACKS = 10;
const MOST_NAMED = 10;

/** What the file says now, a line for each value. */
export function rotatedLines({ name }: SourceText, { rotated, document }: RotationPlan): Line[] {
  return rotated.flatMap(({ user, values }) =>
    Object.entries(values).map(([key, value]) => {
      const { line } = document.locate([...user.path, key], "value");
      return `${shownFile(name)}:${line}: ${nameOf(user)}: ${key}: ${value}`;
    }),
  );
}

/** What to type next, and what people do before the step after. */
export function nextLines(step: Step, { rotated }: RotationPlan, runbook: Runbook): Line[] {
  const users = rotated.map(({ user }) => user);
  const stacks = [...new Set(users.map(({ account }) => account.stack))].sort();
  const listed = stacks.slice(0, MOST_STACKS);
  return [
    "Next, have the change reviewed:",
    `  ${runbook.check(MERGED_INTO)}`,
    `Once it is merged, plan and apply ${stacks.length === 1 ? "its stack" : "each stack"}:`,
    `  ${runbook.synth()}`,
    ...listed.flatMap((stack) => [
      ...["init", `plan -out=${PLAN}`, `apply ${PLAN}`].map(
        (command) => `  ${runbook.terraform({ stack }, command)}`,
      ),
      `  ${runbook.removePlan(stack, PLAN)}`,
    ]),
    ...(stacks.length > listed.length ? [`  and so on for ${stacks.length - listed.length} more`] : []),
    ...afterwards(step, users, runbook),
  ];
}

function afterwards(step: Step, users: readonly KeyedUser[], runbook: Runbook): Line[] {
  if (step === "revoke") {
    return ["With the apply the old key is deleted, and the rotation is finished."];
  }
  const secrets = users.flatMap(({ secret }) => secret ?? []);
  const where = [...new Set(secrets.map(({ accountId, region }) => `${accountId}, ${region}`))];
  return [
    step === "raise"
      ? `Then give each consumer the new key. It is in ${counted(secrets.length, "secret")} in ${allOf(where)}: ${firstOfMany(
          secrets.map(({ name }) => name),
          MOST_NAMED,
        )}`
      : "Then see that nothing fails without the old key. If something does: previous_key: active, apply, and it works again.",
    ...(step === "raise" ? pushLines(users, runbook) : []),
    `When that is done, ${step === "raise" ? "switch the old key off" : "delete the old key"}:`,
    ...commandsFor(step === "raise" ? "finish" : "revoke", users, runbook).map((command) => `  ${command}`),
  ];
}

/** How PMM gets its keys without a person. */
function pushLines(users: readonly KeyedUser[], runbook: Runbook): Line[] {
  const names = users.filter(isOfPmm).map(({ account }) => account.name);
  return names.length === 0
    ? []
    : [
        "PMM gets it by this, with PMM_URL and PMM_TOKEN set:",
        `  ${runbook.rotate([...names, "--push-pmm"])}`,
      ];
}

/** One command for the users of each kind; which kind is said where an account has several. */
export function commandsFor(
  step: "finish" | "revoke",
  users: readonly KeyedUser[],
  runbook: Runbook,
): string[] {
  const byKey = new Map<string, KeyedUser[]>();
  for (const user of users) {
    byKey.set(user.key, [...(byKey.get(user.key) ?? []), user]);
  }
  return [...byKey].map(([key, ofKey]) => {
    const isClear = ofKey.every(
      ({ account }) => account.users.filter(({ retiring }) => !retiring).length === 1,
    );
    const names = ofKey.map(({ account }) => account.name);
    return runbook.rotate([...names, `--${step}`, ...(isClear ? [] : ["--user", key])]);
  });
}

/** What lines call a user: `PMMAWSIntegrationUser in billing-prod`. */
export function nameOf({ account, user }: KeyedUser): string {
  return `${user.setting.userName} in ${account.name}`;
}
