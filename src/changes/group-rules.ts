import { error, type Finding } from "../accounts/problem";
import { features } from "../features";
import { MAIN_STACK } from "../terraform/stack-plan";
import { type Change, isActive, type Kept, keptAccounts } from "./change";
import { moveSteps, teleportAddresses } from "./move-group";

/** Of a group that no synth has taken nothing can be there; nor should its name reach a command. */
const STACK_NAME = /^[a-z0-9-]+$/;

/** Another group is another state: Terraform would destroy in the one and make in the other. */
export function* changedGroups(change: Change): Iterable<Finding> {
  for (const kept of keptAccounts(change)) {
    const { before, after } = kept;
    const wasAStack = STACK_NAME.test(before.stack);
    if (!wasAStack || before.stack === after.stack || isMovedAlready(change, kept)) {
      continue;
    }
    const advice = isActive(kept)
      ? `put the group back, or stop the pipelines of both stacks, move the account's objects from state to state by the commands below, and merge this change; a check with --state ${before.stack}=<file> ${after.stack}=<file> then passes`
      : "put the group back until the account is gone";
    yield {
      ...error(
        [...after.path, "group"],
        "group-changed",
        `"${after.name}" goes from the stack ${before.stack} to ${after.stack}: ${before.stack} would lose the provider to destroy it with, and ${after.stack} would make what is there already; ${advice}`,
      ),
      ...(isActive(kept) ? { steps: stepsOf(change, kept) } : {}),
    };
  }
}

/** Both states are given by name, and say that the account has moved. */
function isMovedAlready({ standing }: Change, { before, after }: Kept): boolean {
  return (
    standing.isNamed(before.stack) &&
    standing.isNamed(after.stack) &&
    standing.objectsOf(before)?.length === 0 &&
    (standing.objectsOf(before, after.stack)?.length ?? 0) > 0
  );
}

function stepsOf(change: Change, { before, after }: Kept): string[] {
  const { deployment, head, ref } = change;
  const account = deployment.accounts.find(({ name }) => name === after.name);
  const calls =
    account === undefined ? [] : features.flatMap((feature) => feature.calls(account, deployment));
  const hasTeleport = deployment.teleport?.accountName === after.name;
  return moveSteps({
    from: before.stack,
    to: after.stack,
    addresses: [
      ...calls.map(({ name }) => `module.${name}`).sort(),
      ...(hasTeleport ? teleportAddresses(deployment) : []),
    ],
    fromVanishes: before.stack !== MAIN_STACK && !head.accounts.some(({ stack }) => stack === before.stack),
    isLocal: deployment.backend === undefined,
    ref,
    pathBefore: change.pathBefore,
    file: change.file,
  });
}
