import { join } from "node:path";
import { readAccess } from "../access/read";
import { parseDocument } from "../accounts/document";
import { DEFAULT_FILE } from "../accounts/names";
import type { Position } from "../accounts/problem";
import { features } from "../features";
import { accountsText } from "./accounts-text";
import { type Choices, hasPipeline, SETTING_KEYS, SETTINGS, type SettingKey } from "./settings";

/** What `check` would say of a value that was given. */
export interface Refusal {
  /** The setting whose value it is about; undefined where it is about none alone. */
  readonly key: SettingKey | undefined;
  readonly message: string;
}

/** A placeholder that accounts.yaml is left with. */
export interface PlaceLeft extends Position {
  readonly key: SettingKey;
}

/** Reads accounts.yaml as it would be written into a folder, with every rule of `check`. */
export function judged(
  choices: Choices,
  folder: string,
): { refusals: readonly Refusal[]; left: readonly PlaceLeft[] } {
  const source = { name: DEFAULT_FILE, path: join(folder, DEFAULT_FILE), text: accountsText(choices) };
  const parsed = parseDocument(source);
  const places = SETTING_KEYS.flatMap((key) => {
    const { path, inPipelines } = SETTINGS[key];
    return [path, ...(inPipelines === undefined || !hasPipeline(choices) ? [] : [inPipelines])].map(
      (place) => ({
        key,
        at: parsed.document?.locate(place, "value"),
        isGiven: choices.answers[key] !== undefined,
      }),
    );
  });
  const refusals: Refusal[] = [];
  const left: PlaceLeft[] = [];
  for (const { severity, rule, message, line, column } of readAccess(source, features, { parsed }).problems) {
    const place = places.find(({ at }) => at?.line === line && at.column === column);
    if (severity === "error" && place?.isGiven !== false) {
      refusals.push({ key: place?.key, message });
    } else if (rule === "placeholder" && place !== undefined) {
      left.push({ key: place.key, line, column });
    }
  }
  return { refusals, left };
}
