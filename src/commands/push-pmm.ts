import type { AccessModel } from "../access/model";
import { sortProblems } from "../accounts/problem";
import type { Runbook } from "../changes/runbook";
import type { PmmAddress } from "../pmm/address";
import type { KeySource } from "../pmm/keys";
import type { ChosenUsers } from "../rotation/chosen-users";
import { type KeyedUser, whose } from "../rotation/keyed-users";
import { problemOf, type ValidText } from "../rotation/plan";
import { adminRole } from "./environment";
import { byHandSteps, leftLines, plannedLines, pushedLines, tooOldMessage } from "./push-pmm-formats";
import { reportError, reportNote, reportProblems, reportResult, reportSteps } from "./report";
import { EXIT_USER } from "./run";

/** The accounts file, with what it grants. */
interface ReadFile extends ValidText {
  readonly access: AccessModel;
  readonly runbook: Runbook;
}

/**
 * Gives PMM the newest keys of users: every rds_exporter that holds a key from before it. Nothing is sent before all
 * named users are known to be right. Returns the exit code.
 *
 * @param source Where keys are read from; left out: AWS.
 */
export async function pushPmm(
  file: ReadFile,
  { users, unknown, problems }: ChosenUsers,
  address: PmmAddress,
  { dryRun = false, source }: { readonly dryRun?: boolean; readonly source?: KeySource },
): Promise<number> {
  const wrong = [...problems, ...users.flatMap((user) => noKeyBefore(file, user) ?? [])];
  if (unknown.length + wrong.length > 0) {
    unknown.forEach(reportError);
    reportProblems(sortProblems(wrong));
    return EXIT_USER;
  }
  const { readKeys } = await import("../pmm/read-keys.ts");
  const read = await readKeys(users, file.access, { adminRole: adminRole(), ...(source && { source }) });
  read.keys.flatMap(({ notes }) => notes).forEach(reportNote);
  if (read.problems.length > 0) {
    read.problems.forEach(reportError);
    return EXIT_USER;
  }
  const { PmmConnection } = await import("../pmm/connection.ts");
  const { PmmInventory } = await import("../pmm/inventory.ts");
  const { heldKeys, pushKeys } = await import("../pmm/push.ts");
  const inventory = new PmmInventory(new PmmConnection(address));
  const held = await heldKeys(inventory, read.keys);
  const toSwitch = held.users.flatMap((user) => user.toSwitch);
  if (held.tooOld !== undefined && toSwitch.length > 0) {
    reportResult(plannedLines(held.users));
    reportError(tooOldMessage(inventory.pmm, held.tooOld, toSwitch));
    reportSteps(byHandSteps(held.users));
    return EXIT_USER;
  }
  if (dryRun) {
    reportResult(plannedLines(held.users));
    return 0;
  }
  const pushed = await pushKeys(inventory, held.users);
  reportResult(pushedLines(pushed, file.runbook));
  leftLines(pushed, file.runbook).forEach(reportError);
  const left = pushed.filter((user) => user.left.length > 0);
  if (left.some((user) => user.left.some(({ failure }) => failure.kind === "unchanged"))) {
    reportSteps(byHandSteps(held.users.filter(({ user }) => left.some((other) => other.user === user))));
  }
  return left.length === 0 ? 0 : EXIT_USER;
}

function noKeyBefore(file: ValidText, user: KeyedUser): ReturnType<typeof problemOf> | undefined {
  return user.generation > 1
    ? undefined
    : problemOf(
        file,
        [...user.path, "key_generation"],
        `${whose(user)} is at key_generation 1, so PMM holds no key from before it; expected a rotation that has begun and is applied: rotate ${user.account.name}`,
      );
}
