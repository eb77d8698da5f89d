import { error, type Finding } from "../accounts/problem";
import type { Change } from "./change";

/** Given states that prove nothing: what they seem to show may not be so. */
export function* foreignStates({ evidence }: Change): Iterable<Finding> {
  for (const problem of evidence.problems()) {
    yield error(["accounts"], "state", problem, "key");
  }
}
