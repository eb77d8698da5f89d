import type { AccessRule } from "../access/rules";
import { error, type Finding } from "../accounts/problem";
import { KeptLocks, keptName, LOCKS_FOLDER } from "./kept-locks";
import type { LockProblem } from "./lock-file";

/** What is wrong with the lock files that are kept for the stacks of an accounts file. */
export function keptLockRule(accountsPath: string): AccessRule {
  return function* ({ stacks }) {
    const kept = new KeptLocks(accountsPath);
    const ofFolder = kept.problem();
    if (ofFolder !== undefined) {
      yield found(LOCKS_FOLDER, ofFolder);
      return;
    }
    for (const { name } of kept.isThere() ? stacks : []) {
      const lock = kept.read(name);
      if (lock !== undefined && "problem" in lock) {
        const wayOn =
          "remove the file, then run npx pmm-iam synth, terraform init -upgrade in the stack's folder and npx pmm-iam lock";
        yield found(keptName(name), { ...lock.problem, message: `${lock.problem.message}; ${wayOn}` });
      }
    }
  };
}

function found(file: string, { line, column, message }: LockProblem): Finding {
  return { ...error([], "provider-lock", message), elsewhere: { file, line, column } };
}
