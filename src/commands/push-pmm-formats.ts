import type { Line } from "../accounts/lines";
import { counted, firstOfMany } from "../accounts/wording";
import type { Runbook } from "../changes/runbook";
import { FIRST_VERSION, type NamedAgent, type Pushed, type UserAgents } from "../pmm/push";
import { type KeyedUser, whose } from "../rotation/keyed-users";

/** As many as a list on the terminal can bear. */
const MOST_LISTED = 200;
const MOST_NAMED = 10;

/** What would be switched, service by service. */
export function plannedLines(users: readonly UserAgents[]): Line[] {
  return users.flatMap(({ user, switched, toSwitch }) => [
    toSwitch.length === 0
      ? switchedLine(user, switched.length, switched.length)
      : `${switchedLine(user, switched.length, switched.length + toSwitch.length)}; to be switched:`,
    ...toSwitch.slice(0, MOST_LISTED).map(({ name }) => `  ${name}`),
    ...(toSwitch.length > MOST_LISTED ? [`  and ${toSwitch.length - MOST_LISTED} more`] : []),
  ]);
}

/** What is switched now, and what follows. */
export function pushedLines(pushed: readonly Pushed[], runbook: Runbook): Line[] {
  const done = pushed.filter((one) => one.left.length === 0 && one.switched > 0).map(({ user }) => user);
  const toFinish = done.filter(({ user }) => user.previousKey === "active");
  const total = (count: (one: Pushed) => number) => pushed.reduce((sum, one) => sum + count(one), 0);
  const switched = total((one) => one.switched);
  return [
    ...pushed.map((one) => switchedLine(one.user, one.switched, one.switched + one.left.length)),
    ...(pushed.length > 1
      ? [`In all: ${switched} of ${switched + total(({ left }) => left.length)} switched`]
      : []),
    ...(toFinish.length === 0
      ? []
      : [
          "When nothing uses the previous key any more, switch it off:",
          `  ${runbook.rotate([...toFinish.map(({ account }) => account.name), "--finish", ...userWords(toFinish)])}`,
        ]),
  ];
}

/** What may still hold the previous key, a line for each reason, and what to type. */
export function leftLines(pushed: readonly Pushed[], runbook: Runbook): string[] {
  return pushed.flatMap(({ user, left }) => {
    const reasons = [...new Set(left.map(({ failure }) => failure.message))];
    return reasons.map((reason) => {
      const agents = left.filter(({ failure }) => failure.message === reason).map(({ agent }) => agent);
      const again = runbook.rotate([user.account.name, "--push-pmm"]);
      return `${counted(agents.length, "agent")} may still hold the previous key of ${whose(user)}: ${namesOf(agents)}: ${reason}; to finish: ${again}`;
    });
  });
}

/** What an error says of a PMM that cannot be given keys. */
export function tooOldMessage(pmm: string, version: string, agents: readonly NamedAgent[]): string {
  return `PMM at ${pmm} is ${version}, whose API cannot give an agent another key; expected ${FIRST_VERSION} or later: upgrade PMM and run this again, or give it the key by hand, for ${namesOf(agents)}:`;
}

/** How a person gives PMM the key, on its pages. */
export function byHandSteps(users: readonly UserAgents[]): string[] {
  return users
    .filter(({ toSwitch }) => toSwitch.length > 0)
    .flatMap(({ user, toSwitch }) => [
      `${user.account.name}: in PMM, Inventory, Services: remove ${namesOf(toSwitch)}`,
      `${user.account.name}: in PMM, Inventory, Add Service, Amazon RDS: add them again, by the same names, with the key in the secret ${user.secret?.name ?? ""}`,
    ]);
}

function switchedLine({ account }: KeyedUser, switched: number, all: number): string {
  return all === 0
    ? `${account.name}: 0 of 0 switched: no rds_exporter in PMM holds its newest key or one from before it; if PMM is to read its databases, add them with the newest key`
    : `${account.name}: ${switched} of ${all} switched`;
}

/** Whose key, where an account has several users. */
function userWords(users: readonly KeyedUser[]): string[] {
  const isClear = users.every(
    ({ account }) => account.users.filter(({ retiring }) => !retiring).length === 1,
  );
  return isClear ? [] : ["--user", users[0]?.key ?? ""];
}

function namesOf(agents: readonly NamedAgent[]): string {
  return firstOfMany(
    agents.map(({ name }) => name),
    MOST_NAMED,
  );
}
