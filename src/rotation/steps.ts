import { type KeyedUser, whose } from "./keyed-users";

/** The steps of a rotation, in their order, each of which is reviewed and applied before the next. */
export type Step = "raise" | "finish" | "revoke";

/** What the file says of a user's keys. */
export interface KeyValues {
  readonly key_generation: number;
  readonly previous_key: "active" | "inactive" | "deleted";
}

/** Where the file says nothing. */
export const DEFAULT_VALUES: KeyValues = { key_generation: 1, previous_key: "active" };

/** Why a step cannot be taken, and the key that the message is about. */
export interface StepRefusal {
  readonly key: keyof KeyValues;
  readonly message: string;
}

/** What the file says after a step, or why the step has to wait. */
export function valuesAfter(step: Step, user: KeyedUser): KeyValues | StepRefusal {
  const key_generation = user.generation;
  if (step === "raise") {
    return { key_generation: key_generation + 1, previous_key: "active" };
  }
  if (key_generation === 1) {
    return {
      key: "key_generation",
      message: `${whose(user)} is at key_generation 1, which has no key before it; expected a rotation that has begun: rotate ${user.account.name}`,
    };
  }
  const message = refusedPrevious(step, user);
  return message === undefined
    ? { key_generation, previous_key: step === "finish" ? "inactive" : "deleted" }
    : { key: "previous_key", message };
}

/** Whether the key before the newest is there yet. A raise deletes it, also while a consumer uses it. */
export function isUnfinished({ generation, user }: KeyedUser): boolean {
  return generation > 1 && user.previousKey !== "deleted";
}

/** The step that is next where a rotation is not finished. */
export function nextStep({ user }: KeyedUser): "finish" | "revoke" {
  return user.previousKey === "active" ? "finish" : "revoke";
}

function refusedPrevious(step: "finish" | "revoke", user: KeyedUser): string | undefined {
  const { account, user: asked } = user;
  switch (`${step} ${asked.previousKey}`) {
    case "finish inactive":
      return `previous_key of ${whose(user)} is inactive already; expected active, or the step after it: rotate ${account.name} --revoke`;
    case "revoke active":
      return `previous_key of ${whose(user)} is active, and a consumer that still has the key would be cut off for good; expected inactive: rotate ${account.name} --finish, apply, and revoke it once nothing fails`;
    case "finish deleted":
    case "revoke deleted":
      return `previous_key of ${whose(user)} is deleted already, so the rotation is finished; expected ${step === "finish" ? "active" : "inactive"}`;
    default:
      return undefined;
  }
}
