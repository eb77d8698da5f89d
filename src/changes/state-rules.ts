import { error, type Finding } from "../accounts/problem";
import type { Change } from "./change";

/** Given states that prove nothing: what they seem to show may not be so. */
export function* foreignStates({ standing }: Change): Iterable<Finding> {
  for (const slip of standing.slips()) {
    yield error(["accounts"], "state", slip, "key");
  }
}
