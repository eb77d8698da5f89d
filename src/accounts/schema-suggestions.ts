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
import { TAGS } from "../aws/limits";
import { partitionOf } from "../aws/partitions";
import type { ParsedDocument } from "./document";
import { type FreeName, freeNames, nearName } from "./entry-names";
import { EXPECTED_FLAG, EXPECTED_SWITCH, formatOf, LONGEST_TEXT } from "./fields";
import { place } from "./file";
import {
  pastedMeaning,
  pastedValues,
  placeholder,
  regionMeant,
  regionOfNearPlace,
  type Surroundings,
} from "./pasted-values";
import type { Path } from "./problem";
import { DEFAULT_REGION } from "./rules/partition";
import { valueAt } from "./values";
import { allOf, flowText, nearest, shown } from "./wording";

/** A value that the schema refuses. */
export interface Refused {
  readonly issue: z.core.$ZodIssue;
  readonly value: unknown;
  readonly path: Path;
  readonly document: ParsedDocument;
  /** What the schema allows at the value's place. */
  allowed(): readonly z.ZodType[];
}

/** What to type, as the end of a message, where what was meant is plain; else an empty text. */
export function suggestion(refused: Refused): string {
  const { issue, value } = refused;
  const accepted = (candidate: unknown): boolean =>
    refused.allowed().some((schema) => schema.safeParse(candidate).success);
  if (value === true && !issue.message.startsWith(EXPECTED_SWITCH) && accepted({})) {
    return "; {} takes all defaults";
  }
  const written = refused.document.written(refused.path) ?? "";
  if (ACCOUNT_ID.pattern.test(written) && accepted({ name: "orders-prod", account_id: written })) {
    return `: type {name: orders-prod, account_id: "${written}"}, with the account's name`;
  }
  if (Array.isArray(value)) {
    return tagsMeant(value, accepted);
  }
  if (typeof value !== "string" || value.length > LONGEST_TEXT) {
    return "";
  }
  if (issue.message.includes("a list")) {
    const list = [[value], value.split(/[\s,;]+/)].find(accepted);
    if (list !== undefined) {
      return `: type [${list.map((text) => JSON.stringify(text)).join(", ")}]`;
    }
  }
  if (issue.code === "invalid_value") {
    return wordMeant(value, issue.values.map(String));
  }
  const flag = [EXPECTED_FLAG, EXPECTED_SWITCH].some((expected) => issue.message.startsWith(expected))
    ? FLAG_WORDS.get(value.toLowerCase())
    : undefined;
  const number = issue.code === "invalid_type" && issue.expected === "number" && /^[1-9]\d*$/.test(value);
  const plain = number ? value : flag;
  if (plain !== undefined) {
    return `; did you mean ${plain}, without quotes?`;
  }
  return issue.code === "invalid_format" || issue.code === "invalid_union" ? textMeant(value, refused) : "";
}

/** What to type in place of digits without quotes, which have become a number; else an empty text. */
export function suggestionUnquoted(written: string, refused: Refused): string {
  return refused.allowed().some((schema) => schema.safeParse(written).success)
    ? `: type "${written}"`
    : textMeant(written, refused);
}

/** The text that was meant, or what the text is where it cannot be guessed. */
function textMeant(text: string, refused: Refused): string {
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

/** The mapping of tags for a list of keys and values, as AWS's command line takes it. */
function tagsMeant(list: readonly unknown[], accepted: (candidate: unknown) => boolean): string {
  const pairs = list.map((tag) => [valueAt(tag, ["Key"]), valueAt(tag, ["Value"])] as const);
  const tags = Object.fromEntries(pairs.map(([key, value]) => [String(key), value]));
  const isTags = pairs.length > 0 && pairs.length <= TAGS && pairs.every(([key]) => typeof key === "string");
  return isTags && accepted(tags) ? `: type ${flowText(tags)}` : "";
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
  const letter = /^[^a-z]*\d/i.test(text) ? ", with a letter before the digit" : "";
  return `; did you mean "${free.name}"${letter}?${takenNote(free, path, document)}`;
}

function takenNote({ taken }: FreeName, path: Path, document: ParsedDocument): string {
  if (taken === undefined) {
    return "";
  }
  const at = place({ document }, [...path.slice(0, -2), taken.index, "name"]);
  return ` ("${taken.name}" is taken at ${at})`;
}

/** The word that was meant, of those that the schema takes. */
function wordMeant(text: string, words: readonly string[]): string {
  const known = [text.trim(), regionMeant(text), WORDS.get(text.trim().toLowerCase())].find(
    (word) => word !== undefined && words.includes(word),
  );
  const near = known ?? nearest(text, words) ?? regionOfNearPlace(text);
  const meant = near !== undefined && words.includes(near) ? near : undefined;
  if (meant !== undefined) {
    return `; did you mean ${meant}?`;
  }
  const meaning = pastedMeaning(text.trim());
  return meaning === undefined ? "" : `; ${meaning}`;
}

/** Words of AWS and others for one of this file's. AWS Organizations calls a closed account suspended. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ["suspended", "closed"],
  ["pending_closure", "closed"],
  ["deleted", "closed"],
  ["removed", "retiring"],
  ["deleting", "retiring"],
  ["enabled", "active"],
  ["postgresql", "postgres"],
  ["awsssmmanagedinstancecore", "AmazonSSMManagedInstanceCore"],
]);

/** YAML 1.1 took these words for booleans, and fingers still know them. */
const FLAG_WORDS: ReadonlyMap<string, string> = new Map([
  ["yes", "true"],
  ["on", "true"],
  ["y", "true"],
  ["true", "true"],
  ["enabled", "true"],
  ["no", "false"],
  ["off", "false"],
  ["n", "false"],
  ["false", "false"],
  ["disabled", "false"],
]);
