import { posix } from "node:path";
import { beforeOf, type Change, type ChangeFinding, refused, stackFilesOf } from "./change";
import { moveStateSteps } from "./move-state";
import { stacksOf } from "./snapshot";

/** Another name or backend is another place for every state: at the new one Terraform knows of nothing. */
export function* movedStates(change: Change): Iterable<ChangeFinding> {
  const { base, head, predecessor, ref, path } = change;
  if (predecessor === undefined) {
    return;
  }
  const isRenamed = base.name !== head.name;
  const [before, now] = [posix.dirname(predecessor.path), posix.dirname(path)];
  const isElsewhere = base.backend !== head.backend || (head.backend === undefined && before !== now);
  const where = `Terraform would find no state, try to make everything again and fail half-way, and nothing would manage what exists`;
  const then = "move the states with the commands below, merge this change with --allow";
  const old = `delete the old states once the ${isRenamed ? "new stacks are applied" : "plans are empty"}: they hold keys`;
  const steps = isRenamed || isElsewhere ? stepsOf(change) : [];
  if (isRenamed) {
    yield refused(
      ["name"],
      "deployment-renamed",
      `the deployment was called ${base.name} at ${ref} and is called ${head.name}, and its stacks and their states with it: ${where}; put name: ${base.name} back, or stop the pipelines, ${then} deployment-renamed, and ${old}`,
      { steps },
    );
  }
  if (isElsewhere) {
    const what =
      base.backend === head.backend
        ? `local states are beside the accounts file, which was in ${before} at ${ref} and is in ${now}`
        : `the states were in ${placeOf(base.backend)} at ${ref} and are in ${placeOf(head.backend)} now`;
    yield refused(
      ["backend"],
      "backend-changed",
      `${what}: ${where}; put it back, or stop the pipelines, ${then} backend-changed, and ${old}`,
      { steps: isRenamed ? [] : steps },
    );
  }
}

function placeOf(backend: string | undefined): string {
  return backend ?? "files beside the accounts file";
}

function stepsOf(change: Change): string[] {
  const { base, head, predecessor, ref, runbook } = change;
  if (predecessor === undefined) {
    return [];
  }
  const filesNow = stackFilesOf(change);
  const before = beforeOf(change, predecessor);
  const stacks = [...stacksOf({ name: base.name, accounts: predecessor.snapshot?.accounts ?? [] })].sort();
  return moveStateSteps(runbook, {
    ref,
    isRenamed: base.name !== head.name,
    stacks: stacks.flatMap((stack) => {
      const to = filesNow(`${head.name}${stack.slice(base.name.length)}`);
      return to.before === undefined ? [{ from: { stack, before }, to }] : [];
    }),
  });
}
