import { GUARD } from "../accounts/names";
import { MAKE_COPIES, type Runbook, SHRED_COPIES, type StackFiles } from "./runbook";

/** The states of a deployment that go to another place. */
export interface StateMoves {
  /** The git ref that today's file is compared with. */
  readonly ref: string;
  /** Whether the deployment has another name: the guard in each state says the old one. */
  readonly isRenamed: boolean;
  /** Each stack where it was and where it is. */
  readonly stacks: readonly { readonly from: StackFiles; readonly to: StackFiles }[];
}

/**
 * The commands that take whole states to where today's file has them, to be run in the deployment's folder with the
 * pipelines stopped. The old states stay until the new stacks are applied. A state that is there already is not overwritten: Terraform
 * refuses to push another one over it.
 */
export function moveStateSteps(runbook: Runbook, { ref, isRenamed, stacks }: StateMoves): string[] {
  const copy = ({ stack }: StackFiles): string => `"$copies/${stack}.tfstate"`;
  const files = stacks.flatMap(({ from, to }) => [from, to]);
  return [
    ...(isRenamed ? [runbook.forgetOutput()] : []),
    ...runbook.synthAll(files, ref),
    ...stacks.flatMap(({ from, to }) => [
      runbook.terraform(from, "init"),
      // The folder may know the old backend, from which Terraform would want to copy the state itself.
      runbook.terraform(to, "init -reconfigure"),
    ]),
    MAKE_COPIES,
    ...stacks.flatMap(({ from, to }) => [
      `${runbook.terraform(from, "state pull")} >${copy(from)}`,
      ...(isRenamed ? [`terraform state rm -state=${copy(from)} ${GUARD} || true`] : []),
      `${runbook.terraform(to, "state push")} ${copy(from)}`,
    ]),
    ...stacks.map(({ to }) => runbook.terraform(to, "plan")),
    SHRED_COPIES,
    ...runbook.removeBefore(files),
  ];
}
