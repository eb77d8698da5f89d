import { ACCOUNT_ID } from "../aws/formats";
import { TAGS } from "../aws/limits";
import { EXPECTED_FLAG, EXPECTED_SWITCH, LONGEST_TEXT } from "./fields";
import { pastedMeaning, regionMeant, regionOfNearPlace } from "./pasted-values";
import { type Refused, textMeant } from "./text-suggestions";
import { valueAt } from "./values";
import { flowText, nearest } from "./wording";

/** What to type, as the end of a message, where what was meant is plain; else an empty text. */
export function suggestion(refused: Refused): string {
  const { issue, value } = refused;
  const structure = structureMeant(refused);
  if (structure !== "" || typeof value !== "string" || value.length > LONGEST_TEXT) {
    return structure;
  }
  switch (issue.code) {
    case "invalid_value":
      return wordMeant(value, issue.values.map(String));
    case "invalid_format":
      return textMeant(value, refused);
    case "invalid_union":
      return flagMeant(value, issue.message) || textMeant(value, refused);
    default:
      return issue.code === "invalid_type" && issue.expected === "number" && /^[1-9]\d*$/.test(value)
        ? unquoted(value)
        : flagMeant(value, issue.message);
  }
}

/** What to type in place of digits without quotes, which have become a number; else an empty text. */
export function suggestionUnquoted(written: string, refused: Refused): string {
  return accepts(refused, written) ? `: type "${written}"` : textMeant(written, refused);
}

function accepts({ allowed }: Refused, candidate: unknown): boolean {
  return allowed().some((schema) => schema.safeParse(candidate).success);
}

/** The list or the mapping that was meant. */
function structureMeant(refused: Refused): string {
  const { issue, value, path, document } = refused;
  if (value === true && !issue.message.startsWith(EXPECTED_SWITCH) && accepts(refused, {})) {
    return "; {} takes all defaults";
  }
  const id = document.written(path) ?? "";
  if (ACCOUNT_ID.pattern.test(id) && accepts(refused, { name: "orders-prod", account_id: id })) {
    return `: type {name: orders-prod, account_id: "${id}"}, with the account's name`;
  }
  if (Array.isArray(value)) {
    return tagsMeant(value, refused);
  }
  return typeof value === "string" && value.length <= LONGEST_TEXT && issue.message.includes("a list")
    ? listMeant(value, refused)
    : "";
}

/** The list of a single text, or of several in one. */
function listMeant(text: string, refused: Refused): string {
  const list = [[text], text.split(/[\s,;]+/)].find((candidate) => accepts(refused, candidate));
  return list === undefined ? "" : `: type [${list.map((entry) => JSON.stringify(entry)).join(", ")}]`;
}

/** The mapping of tags for a list of keys and values, as AWS's command line takes it. */
function tagsMeant(list: readonly unknown[], refused: Refused): string {
  const pairs = list.map((tag) => [valueAt(tag, ["Key"]), valueAt(tag, ["Value"])] as const);
  const tags = Object.fromEntries(pairs.map(([key, value]) => [String(key), value]));
  const isTags = pairs.length > 0 && pairs.length <= TAGS && pairs.every(([key]) => typeof key === "string");
  return isTags && accepts(refused, tags) ? `: type ${flowText(tags)}` : "";
}

/** The flag that was meant where one is expected. */
function flagMeant(text: string, expected: string): string {
  const isFlag = [EXPECTED_FLAG, EXPECTED_SWITCH].some((words) => expected.startsWith(words));
  const flag = isFlag ? FLAG_WORDS.get(text.toLowerCase()) : undefined;
  return flag === undefined ? "" : unquoted(flag);
}

function unquoted(word: string): string {
  return `; did you mean ${word}, without quotes?`;
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
  ["retired", "retiring"],
  ["retire", "retiring"],
  ["deleting", "retiring"],
  ["enabled", "active"],
  ["postgresql", "postgres"],
  ["pg", "postgres"],
  ["psql", "postgres"],
  // As RDS called the MySQL-compatible engine before it had another one.
  ["aurora", "aurora-mysql"],
  ["read-only", "minimal"],
  ["readonly", "minimal"],
  ["read_only", "minimal"],
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
