import type { GivenStates } from "../report/given-states";
import type { KeyAge, KeyAges } from "./due";
import type { KeyedUser } from "./keyed-users";

/** The ages of keys by the given states, which say nothing of their use. */
export class AgesInStates implements KeyAges {
  private readonly stacks: ReadonlySet<string>;

  constructor(private readonly states: GivenStates) {
    this.stacks = new Set(states.stacks);
  }

  ageOf({ account, generation, secret }: KeyedUser): KeyAge {
    if (!this.stacks.has(account.stack)) {
      return { unknown: "no-state" };
    }
    const keys = secret && this.states.keysOf(secret);
    const newest = keys?.managed.find((key) => key.generation === generation);
    if (newest === undefined) {
      return { unknown: "not-applied" };
    }
    return newest.age_days === null || newest.made_on === null
      ? { unknown: "no-date" }
      : { ageDays: newest.age_days, madeOn: newest.made_on };
  }

  previousUse(): undefined {
    return undefined;
  }

  useNotAsked(): undefined {
    return undefined;
  }

  isUntagged(): boolean {
    return false;
  }

  /** A key that Terraform does not manage, as of the last time that it looked. */
  hasOtherKey({ secret }: KeyedUser): boolean {
    const keys = secret && this.states.keysOf(secret);
    return keys != null && keys.unmanaged.length > 0;
  }
}
