import { valueAt } from "../accounts/values";
import {
  AURORA_USER,
  auroraSecretName,
  CLOUDWATCH_AGENT_ADMIN_USER,
  CLOUDWATCH_AGENT_SERVER_USER,
  cloudwatchAgentSecretName,
} from "../aws/names";

/** A setting of an account that makes a user with rotating access keys. A test holds the list to the features. */
export interface KeyedSetting {
  /** Where it stands in the account's entry. */
  readonly keys: readonly string[];
  readonly userName: string;
  secretName(accountName: string): string;
}

export const AURORA_SETTING: KeyedSetting = {
  keys: ["aurora"],
  userName: AURORA_USER,
  secretName: auroraSecretName,
};

export const KEYED_SETTINGS: readonly KeyedSetting[] = [
  AURORA_SETTING,
  onPremises("on_premises_server_user", CLOUDWATCH_AGENT_SERVER_USER),
  onPremises("on_premises_admin_user", CLOUDWATCH_AGENT_ADMIN_USER),
];

function onPremises(key: string, userName: string): KeyedSetting {
  return {
    keys: ["cloudwatch_agent", key],
    userName,
    secretName: (accountName) => cloudwatchAgentSecretName(userName, accountName),
  };
}

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
  return KEYED_SETTINGS.flatMap((setting) => {
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
