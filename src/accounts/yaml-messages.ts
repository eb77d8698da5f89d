import { type Document, isCollection, isScalar, visit, type YAMLError } from "yaml";

/** Something in the text that is not YAML, or YAML that cannot be read further. */
export interface Fault {
  /** In characters from the start of the text. */
  readonly offset: number;
  /** What was found, what to type. One line, no full stop. */
  readonly message: string;
  /** A file with a fault of the rule `yaml` has no data. */
  readonly rule: "yaml" | "duplicate-key";
}

/** Levels of mappings and lists, aliases written out. accounts.yaml needs eight; far more exhaust the stack. */
export const MOST_LEVELS = 50;

/** Faults of the syntax after which the rest of a text is not read: it is not YAML. */
export const MOST_FAULTS = 10_000;

export const TOO_DEEP = "the file is nested too deeply; expected a handful of levels: is it the right file?";

export const UNKNOWN_TAG =
  "found a YAML tag that means nothing here; remove the !tag and write the value itself";

/** What the parser refuses, in words that say what to type, where the fault begins. By place. */
export function syntaxFaults(yaml: Document): Fault[] {
  const refused = [...yaml.errors, ...yaml.warnings]
    .slice(0, MOST_FAULTS)
    .sort((a, b) => a.pos[0] - b.pos[0]);
  if (refused.length === 0 && yaml.directives?.yaml.version === "1.1") {
    return [{ offset: 0, message: "found %YAML 1.1; expected YAML 1.2: remove the line", rule: "yaml" }];
  }
  // Behind a quote or a bracket that is never closed, nothing is what it seems.
  const unclosed = refused.findIndex(({ message }) => /Missing closing|^Flow /.test(message));
  const faults = refused
    .slice(0, unclosed < 0 ? undefined : unclosed + 1)
    .map((error): Fault => ({ offset: error.pos[0], message: syntaxMessage(error), rule: "yaml" }));
  const last = faults[unclosed];
  if (last === undefined) {
    return faults;
  }
  const opened = openedIn(yaml).findLast(([start, end]) => start < last.offset && last.offset <= end);
  const offset = opened?.[0] ?? last.offset;
  return [...faults.slice(0, unclosed).filter((fault) => fault.offset <= offset), { ...last, offset }];
}

/** A character that makes a text unfit for the parser, which would accept it: YAML 1.2 allows no control characters but tab and line ends (section 5.1). */
export function unprintable(text: string): Fault | undefined {
  const found = /[^\P{Cc}\t\n\r\u0085]|\r(?!\n)|[\ufffe\uffff]/u.exec(text);
  if (found === null) {
    return undefined;
  }
  const [character] = found;
  const advice =
    character === "\r"
      ? "found a carriage return without a line feed; save the file with Unix or Windows line ends"
      : character === "\u0000"
        ? "found the character U+0000; expected text: save the file as UTF-8, not UTF-16"
        : `found the control character U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}; YAML allows none: remove it`;
  return { offset: found.index, message: advice, rule: "yaml" };
}

/** Quotes and brackets in the text, from start to end, each before what is inside it. */
function openedIn(yaml: Document): (readonly [start: number, end: number])[] {
  const opened: (readonly [number, number])[] = [];
  visit(yaml, {
    Node: (_, node) => {
      const quoted = isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE");
      if (node.range && (quoted || (isCollection(node) && node.flow === true))) {
        opened.push([node.range[0], node.range[1]]);
      }
    },
  });
  return opened;
}

const WRONG_INDENTATION =
  "the indentation does not fit the lines above; indent the keys of one mapping alike, two spaces deeper than the key they belong to";

const SYNTAX_ADVICE: Partial<Record<YAMLError["code"], string>> = {
  BLOCK_IN_FLOW: 'found another key; expected a comma before it, or quotes around a value that holds ": "',
  BLOCK_AS_IMPLICIT_KEY:
    'found a key inside a value; start each key on its own line, indented like its neighbours, and put a value that holds ": " in quotes',
  MULTILINE_IMPLICIT_KEY:
    "found a key that runs over several lines; indent the keys of one mapping alike, with a colon and a space after each",
  MULTIPLE_DOCS: "found a second document; expected one: remove the --- or split the file",
  TAB_AS_INDENT: "found a tab in the indentation; YAML expects spaces: replace it by two spaces",
  NON_STRING_KEY: "found a key that is not text; expected a name, such as account_id",
  TAG_RESOLVE_FAILED: UNKNOWN_TAG,
  BAD_INDENT: WRONG_INDENTATION,
};

/** Messages of the parser that share a code with others. */
const SYNTAX_MESSAGES: readonly (readonly [RegExp, string])[] = [
  [/^Sequence item without|items must start at the same column/, WRONG_INDENTATION],
  [/^Implicit map keys need to be followed by map values/, "expected a colon and a space after this key"],
  [/^Alias cannot be an empty/, 'found a * without a name; put it in quotes: "*"'],
  [/^Missing closing/, "this quote is never closed; expected the same quote at the end of the value"],
  [/^Missing , or : between/, "expected a comma between two entries, or a colon and a space after a key"],
  [
    /^Map comment with trailing|at node end$/,
    "found more text after the value; put the whole value in quotes",
  ],
  [/^Unexpected .* token$/, "found text that belongs to no key; a quote or a colon may be missing before it"],
  [/^Flow map/, "this { is never closed; expected a } before the next key"],
  [/^Flow sequence/, "this [ is never closed; expected a ] before the next key"],
  [/^Invalid escape sequence/, "this escape means nothing in double quotes; write \\\\ for a backslash"],
];

function syntaxMessage({ code, message }: YAMLError): string {
  const start = /^Plain value cannot start with .*character (\S)$/.exec(message)?.[1];
  if (start !== undefined) {
    return `a value cannot start with ${start}; put it in quotes`;
  }
  const known = SYNTAX_MESSAGES.find(([pattern]) => pattern.test(message))?.[1] ?? SYNTAX_ADVICE[code];
  return known ?? `this is not YAML: ${message.slice(0, 120).replace(/\s+/g, " ").replace(/\.$/, "")}`;
}
