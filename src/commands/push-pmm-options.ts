import { InputError } from "../changes/input-error";
import { PMM_USER_KEY } from "../rotation/keyed-users";
import type { RotateOptions } from "./rotate";

/** What does not go with --push-pmm. */
export function refusePush(
  /** What `--user` names. */
  key: string | undefined,
  { pushPmm, finish, revoke, due }: RotateOptions,
): void {
  const other = finish ? "--finish" : revoke ? "--revoke" : due === undefined ? undefined : "--due";
  if (pushPmm && other !== undefined) {
    throw new InputError(
      `--push-pmm gives PMM the key that is applied already, and ${other} edits the accounts file; expected one of them`,
      "rotation",
    );
  }
  if (pushPmm && key !== undefined && key !== PMM_USER_KEY) {
    throw new InputError(
      `--push-pmm is for the keys that PMM holds, those of ${PMM_USER_KEY}; expected it without --user ${key}, whose key is on servers`,
      "rotation",
    );
  }
}
