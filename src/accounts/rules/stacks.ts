import type { AccountsFile } from "../file";
import { error, type Finding } from "../problem";

/** A group is a stack, and each account has one of its own already. */
export function* groups({ stacks, entries }: AccountsFile): Iterable<Finding> {
  for (const { path, input } of stacks === "per_account" ? entries : []) {
    if (input.group !== undefined) {
      yield error(
        [...path, "group"],
        "stacks",
        "with stacks: per_account each account has a stack of its own, and no group; remove group, or set stacks: grouped",
        "key",
      );
    }
  }
}
