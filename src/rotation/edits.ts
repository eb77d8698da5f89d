import { isMap, isScalar, type Node, Scalar, type YAMLMap } from "yaml";
import { startOf } from "../accounts/yaml-aliases";
import { DEFAULT_VALUES, type KeyValues } from "./steps";
import { type Inherited, ownPair, type Written, type WrittenFile } from "./written";

/** A part of a text that another one replaces. */
export interface Edit {
  /** In characters from the start of the text. */
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** What makes a setting say other values, and which of its keys the file then has. */
export interface SettingEdits {
  readonly edits: readonly Edit[];
  readonly values: Partial<KeyValues>;
}

/** Why a setting cannot be edited at its own place. */
export type NotEdited =
  | (Inherited & { readonly key?: keyof KeyValues })
  | { readonly offset: number; readonly by: undefined };

const KEYS = ["key_generation", "previous_key"] as const;

/**
 * The edits after which a setting says the values. Where the file has a key, its value alone changes. A key is added
 * where the default is not what is wanted; with key_generation comes previous_key, which the next step changes.
 *
 * @param said what each key of the setting is in the data; undefined where nothing says it.
 */
export function settingEdits(
  file: WrittenFile,
  setting: Written,
  wanted: KeyValues,
  said: (key: keyof KeyValues) => unknown,
): SettingEdits | NotEdited {
  const { value } = setting;
  if (!isMap(value)) {
    return isScalar(value) && value.tag === undefined
      ? { edits: [replaced(value, flowMap(wanted, file.isPadded))], values: wanted }
      : { offset: startOf(value), by: undefined };
  }
  const edits: Edit[] = [];
  const values: { -readonly [Key in keyof KeyValues]?: KeyValues[Key] } = {};
  const absent: (keyof KeyValues)[] = [];
  for (const key of KEYS) {
    const own = ownPair(value, key)?.value;
    const inherited = file.inheritedAt(value, key);
    if (own === undefined && said(key) === undefined) {
      absent.push(key);
    } else if (said(key) !== wanted[key]) {
      if (inherited !== undefined) {
        return { ...inherited, key };
      }
      if (!isScalar(own) || own.type === Scalar.BLOCK_FOLDED || own.type === Scalar.BLOCK_LITERAL) {
        return { offset: startOf(own), by: undefined };
      }
      edits.push(replaced(own, scalarText(own, wanted[key])));
      Object.assign(values, { [key]: wanted[key] });
    }
  }
  const isNew = absent.some((key) => wanted[key] !== DEFAULT_VALUES[key]);
  const added = absent.filter((key) => key === "previous_key" || isNew);
  if (isNew && added.length > 0) {
    const lines = added.map((key) => `${key}: ${wanted[key]}`);
    const generation = ownPair(value, "key_generation");
    edits.push(
      isScalar(generation?.value) && isScalar(generation?.key)
        ? addedAfter(file.text, { key: generation.key, value: generation.value }, value, lines)
        : addedFirst(file.text, { key: setting.key, value }, lines),
    );
    for (const key of added) {
      Object.assign(values, { [key]: wanted[key] });
    }
  }
  return { edits, values };
}

/** A text after edits, which do not overlap. */
export function editedText(text: string, edits: readonly Edit[]): string {
  let [result, from] = ["", 0];
  for (const { offset, length, text: inserted } of sorted(edits)) {
    result += text.slice(from, offset) + inserted;
    from = offset + length;
  }
  return result + text.slice(from);
}

export function sorted(edits: readonly Edit[]): Edit[] {
  return [...edits].sort((a, b) => a.offset - b.offset);
}

function replaced(node: Node, text: string): Edit {
  const [start, end] = node.range ?? [0, 0];
  return { offset: start, length: end - start, text };
}

/** In quotes where it was. */
function scalarText({ type }: Scalar, value: string | number): string {
  const quote = type === Scalar.QUOTE_DOUBLE ? '"' : type === Scalar.QUOTE_SINGLE ? "'" : "";
  return `${quote}${value}${quote}`;
}

function flowMap(values: KeyValues, isPadded: boolean): string {
  const pad = isPadded ? " " : "";
  return `{${pad}${KEYS.map((key) => `${key}: ${values[key]}`).join(", ")}${pad}}`;
}

/** Behind a pair: in flow style right behind its value, in block style on lines of their own. */
function addedAfter(text: string, { key, value }: Written, map: YAMLMap, lines: readonly string[]): Edit {
  const end = value.range?.[1] ?? 0;
  if (map.flow === true) {
    return { offset: end, length: 0, text: lines.map((line) => `, ${line}`).join("") };
  }
  const indent = indentOf(text, startOf(key));
  const newline = text.indexOf("\n", end);
  const lineEnd = lineEndAt(text, newline);
  return newline < 0
    ? { offset: text.length, length: 0, text: lines.map((line) => `${lineEnd}${indent}${line}`).join("") }
    : { offset: newline + 1, length: 0, text: lines.map((line) => `${indent}${line}${lineEnd}`).join("") };
}

/** Before all pairs of a mapping. */
function addedFirst(
  text: string,
  { key, value }: { readonly key: Node; readonly value: YAMLMap },
  lines: readonly string[],
): Edit {
  const first = startOf(value.items[0]?.key);
  if (value.flow === true) {
    const joined = lines.join(", ");
    const inside = startOf(value) + 1;
    return value.items.length > 0
      ? { offset: first, length: 0, text: `${joined}, ` }
      : { offset: inside, length: 0, text: text[inside] === " " ? ` ${joined}` : joined };
  }
  const indent = indentOf(text, first);
  const newline = text.indexOf("\n", key.range?.[1] ?? 0);
  const lineEnd = lineEndAt(text, newline);
  // Comments before the first pair stay with that pair.
  const isBelow = newline >= 0 && newline < first && ONLY_BLANK.test(text.slice(newline + 1, first));
  return isBelow
    ? { offset: newline + 1, length: 0, text: lines.map((line) => `${indent}${line}${lineEnd}`).join("") }
    : { offset: first, length: 0, text: lines.map((line) => `${line}${lineEnd}${indent}`).join("") };
}

/** Lines that are empty or comments, then the spaces before a value. */
const ONLY_BLANK = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)* *$/;

/** As many spaces as there are characters before a place on its line. */
function indentOf(text: string, offset: number): string {
  return " ".repeat(offset - (text.lastIndexOf("\n", offset - 1) + 1));
}

/** How a line ends; where it has no end, as the first line of the text does. */
function lineEndAt(text: string, newline: number): string {
  const at = newline < 0 ? text.indexOf("\n") : newline;
  return text[at - 1] === "\r" ? "\r\n" : "\n";
}
