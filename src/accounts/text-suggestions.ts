import type { z } from "zod";
import { roleArn } from "../aws/arns";
import {
  ACCOUNT_ID,
  BOUNDARY,
  ENTRY_NAME,
  EXTERNAL_ID,
  type Format,
  ROLE_NAME,
  ROLE_NAME_WITH_PATH,
  TAG_VALUE,
} from "../aws/formats";
import { partitionOf } from "../aws/partitions";
import type { ParsedDocument } from "./document";
import { dashed, type FreeName, freeNames, nearName } from "./entry-names";
import { formatOf } from "./fields";
import { place } from "./file";
import { pastedMeaning, pastedValues, placeholder, type Surroundings } from "./pasted-values";
import type { Path } from "./problem";
import { DEFAULT_REGION } from "./rules/partition";
import { valueAt } from "./values";
import { allOf, shown } from "./wording";

/** A value that the schema refuses. */
export interface Refused {
  readonly issue: z.core.$ZodIssue;
  readonly value: unknown;
  readonly path: Path;
  readonly document: ParsedDocument;
  /** What the schema allows at the value's place. */
  allowed(): readonly z.ZodType[];
}

/** The text that was meant, or what the text is where it cannot be guessed, as the end of a message; else an empty text. */
export function textMeant(text: string, refused: Refused): string {
  const allowed = refused.allowed();
  const formats = allowed.map(formatOf).filter((format) => format !== undefined);
  if (formats.some(({ pattern }) => pattern === ENTRY_NAME.pattern)) {
    const meaning = placeholder(text);
    return meaning === undefined ? nameMeant(text, refused) : `; ${meaning}`;
  }
  const meant = pastedValues(text, formats, surroundings(refused)).find(
    ({ value }) => value !== text && allowed.some((schema) => schema.safeParse(value).success),
  );
  if (meant === undefined) {
    const meaning = pastedMeaning(text.trim()) ?? strangers(text, formats);
    return meaning === undefined ? "" : `; ${meaning}`;
  }
  return `; did you mean ${JSON.stringify(meant.value)}?${meant.note === undefined ? "" : ` (${meant.note})`}`;
}

/** Names the characters that a format which is a set of characters does not have. */
function strangers(text: string, formats: readonly Format[]): string | undefined {
  const sets = formats.filter(({ pattern }) => CHARACTER_SETS.includes(pattern));
  const unknown = [...new Set(text)].filter(
    (character) => !sets.some(({ pattern }) => pattern.test(`a${character}a`)),
  );
  if (sets.length === 0 || unknown.length === 0) {
    return undefined;
  }
  const named = unknown.slice(0, 5).map((character) => (character === " " ? "a space" : shown(character)));
  return `${allOf(named)} ${named.length === 1 ? "is" : "are"} not among them`;
}

const CHARACTER_SETS = [TAG_VALUE, EXTERNAL_ID, ROLE_NAME, ROLE_NAME_WITH_PATH, BOUNDARY].map(
  ({ pattern }) => pattern,
);

function surroundings({ path, document }: Refused): Surroundings {
  const engine = valueAt(document.plain, [...path.slice(0, -1), "engine"]);
  const source = valueAt(document.plain, ["source", "account_id"]);
  const region =
    valueAt(document.plain, ["source", "region"]) ?? valueAt(document.plain, ["defaults", "region"]);
  const partition = partitionOf(String(region ?? DEFAULT_REGION));
  const isKnown = typeof source === "string" && ACCOUNT_ID.pattern.test(source) && partition !== undefined;
  return {
    service: typeof engine === "string" ? engine.replace(/^aurora-/, "") : "https",
    rolePrefix: isKnown ? roleArn(partition, source, "") : undefined,
  };
}

/** A name for an entry that no other of its list has; for a group the nearest. */
function nameMeant(text: string, { path, value, document }: Refused): string {
  const index = path.at(-2);
  const list = valueAt(document.plain, path.slice(0, -2));
  // Of digits without quotes, the list does not know how they are written.
  const isEntry = path.at(-1) === "name" && typeof value === "string" && typeof index === "number";
  const near = nearName(text);
  const free =
    isEntry && Array.isArray(list)
      ? freeNames(list).get(index)
      : near === undefined
        ? undefined
        : { name: near };
  if (free === undefined) {
    return "";
  }
  const letter = /^\d/.test(dashed(text)) ? ", with a letter before the digit" : "";
  return `; did you mean "${free.name}"${letter}?${takenNote(free, path, document)}`;
}

function takenNote({ taken }: FreeName, path: Path, document: ParsedDocument): string {
  if (taken === undefined) {
    return "";
  }
  const at = place({ document }, [...path.slice(0, -2), taken.index, "name"]);
  return ` ("${taken.name}" is taken at ${at})`;
}
