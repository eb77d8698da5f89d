import { valueAt } from "../accounts/values";
import { features } from "../features";
import type { KeyedSetting } from "../features/feature";

/** A user that an account asks for. */
export interface KeyedUserSnapshot {
  readonly setting: KeyedSetting;
  /** undefined where the file has something that is no number. */
  readonly generation: number | undefined;
  /** As written; `active` where nothing is. */
  readonly previousKey: string;
  /** It is to be destroyed with the next apply, though the account stays. */
  readonly retiring: boolean;
}

/** The users that an entry asks for, read from plain data of whatever shape. */
export function keyedUsersOf(input: unknown): KeyedUserSnapshot[] {
  return features
    .flatMap(({ keyedUsers = [] }) => keyedUsers)
    .flatMap((setting) => {
      const value = valueAt(input, setting.keys);
      const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
      if (value !== true && !isMapping) {
        return [];
      }
      const generation = valueAt(value, ["key_generation"]) ?? 1;
      return [
        {
          setting,
          generation: typeof generation === "number" ? generation : undefined,
          previousKey: String(valueAt(value, ["previous_key"]) ?? "active"),
          retiring: valueAt(value, ["lifecycle"]) === "retiring",
        },
      ];
    });
}
