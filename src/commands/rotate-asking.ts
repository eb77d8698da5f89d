import { shown } from "../accounts/wording";
import { InputError } from "../changes/input-error";

/** The options that say whom `rotate` asks of the keys. */
export interface AskingOptions {
  /** A number of days, as typed. */
  readonly due?: string;
  readonly state?: readonly string[];
  /** Nobody is asked whether a key is still used. */
  readonly offline?: boolean;
  /** A time, as typed: uses of the previous key up to it were before the switch. */
  readonly usedUntil?: string;
  readonly pushPmm?: boolean;
}

/** Options that say nothing beside each other. */
export function refuseAsking({ due, state, offline, usedUntil, pushPmm }: AskingOptions): void {
  if (due === undefined && state !== undefined) {
    refuse("--state says how old keys are, for --due; expected --due beside it, or no --state");
  }
  if (due !== undefined && state === undefined && offline) {
    refuse(
      "--due needs the ages of the keys, which AWS knows; expected no --offline, or a state of each stack: --state <stack>=<file>, with what terraform show -json prints in the stack's folder",
    );
  }
  if (pushPmm && (offline || usedUntil !== undefined)) {
    refuse(
      `--push-pmm asks AWS for the new key and PMM for its agents; expected it without ${offline ? "--offline" : "--used-until"}`,
    );
  }
  if (usedUntil !== undefined && (due !== undefined || offline)) {
    refuse(
      `--used-until answers what AWS says of a previous key, and ${offline ? "--offline does not ask it" : "--due leaves previous keys alone"}; expected one of them`,
    );
  }
}

/** With seconds or without; in UTC or with the hours from it. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** The time of `--used-until`. One to come would let any use pass. */
export function usedUntilOf({ usedUntil }: AskingOptions, now: Date): Date | undefined {
  if (usedUntil === undefined) {
    return undefined;
  }
  const time = new Date(TIME.test(usedUntil) ? usedUntil : Number.NaN);
  if (Number.isNaN(time.getTime())) {
    return refuse(
      `--used-until is ${shown(usedUntil)}; expected a time with its zone, such as 2026-11-26T18:04:00Z`,
    );
  }
  return time.getTime() <= now.getTime()
    ? time
    : refuse(
        `--used-until is ${shown(usedUntil)}, which is still to come; expected the time of the last use that is known`,
      );
}

function refuse(message: string): never {
  throw new InputError(message, "rotation");
}
