import { type Document, isCollection, isScalar, Lexer, visit, type YAMLError } from "yaml";

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

export const TOO_DEEP = "the file is nested too deeply; expected a handful of levels: is it the right file?";

export const UNKNOWN_TAG = "found a YAML tag that means nothing here; take the !tag away";

/** What makes a text unfit for the parser, which would accept it or exhaust the stack over it. */
export function textFault(text: string): Fault | undefined {
  return unprintable(text) ?? tooDeep(text);
}

/** What the parser refuses, in words that say what to type, where the fault begins. By place. */
export function syntaxFaults(yaml: Document): Fault[] {
  const faults = [...yaml.errors, ...yaml.warnings].map(
    (fault): Fault => ({
      offset: /Missing closing|^Flow /.test(fault.message)
        ? (openedAt(yaml, fault.pos[0]) ?? fault.pos[0])
        : fault.pos[0],
      message: syntaxMessage(fault),
      rule: "yaml",
    }),
  );
  if (faults.length === 0 && yaml.directives?.yaml.version === "1.1") {
    faults.push({
      offset: 0,
      message: "found %YAML 1.1; expected YAML 1.2: take the line away",
      rule: "yaml",
    });
  }
  const sorted = faults.sort((a, b) => a.offset - b.offset);
  // Behind a quote or a bracket that is never closed, nothing is what it seems.
  const unclosed = sorted.findIndex(({ message }) => message.includes("never closed"));
  return unclosed < 0 ? sorted : sorted.slice(0, unclosed + 1);
}

/** YAML 1.2 allows no control characters but tab and line ends (section 5.1); the parser accepts them. */
function unprintable(text: string): Fault | undefined {
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
        : `found the control character U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}; YAML allows none: take it away`;
  return { offset: found.index, message: advice, rule: "yaml" };
}

/** The lexer's tokens that stand for no character of the text: a document's start, a flow's end, a scalar. */
const LEXER_MARKS = new Set(["\u0002", "\u0018", "\u001f"]);

/** Where brackets or dashes nest beyond any use, before the parser recurses into them. */
function tooDeep(text: string): Fault | undefined {
  if (!mayBeDeep(text)) {
    return undefined;
  }
  let offset = 0;
  let flow = 0;
  let dashes = 0;
  for (const token of new Lexer().lex(text)) {
    flow += token === "[" || token === "{" ? 1 : token === "]" || token === "}" ? -1 : 0;
    dashes = token === "-" || token === "?" ? dashes + 1 : token.trim() === "" ? dashes : 0;
    if (flow > MOST_LEVELS || dashes > MOST_LEVELS) {
      return { offset, message: TOO_DEEP, rule: "yaml" };
    }
    offset += LEXER_MARKS.has(token) ? 0 : token.length;
  }
  return undefined;
}

/** A quick look, enough for files of a sane depth: it counts brackets in strings and comments too. */
function mayBeDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === "[" || bracket === "{" ? depth + 1 : Math.max(depth - 1, 0);
    if (depth > MOST_LEVELS) {
      return true;
    }
  }
  return /(?:[-?][ \t]+){50}/.test(text);
}

/** The start of the innermost quote or bracket that reaches up to an offset. */
function openedAt(yaml: Document, offset: number): number | undefined {
  let opened: number | undefined;
  visit(yaml, {
    Node: (_, node) => {
      const quoted = isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE");
      const [start, end] = node.range ?? [offset, offset];
      if ((quoted || (isCollection(node) && node.flow === true)) && start < offset && offset <= end) {
        opened = start;
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
  MULTIPLE_DOCS: "found a second document; expected one: take the --- away or split the file",
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
  [/^Maximum call stack/, TOO_DEEP],
];

function syntaxMessage({ code, message }: YAMLError): string {
  const start = /^Plain value cannot start with .*character (\S)$/.exec(message)?.[1];
  if (start !== undefined) {
    return `a value cannot start with ${start}; put it in quotes`;
  }
  const known = SYNTAX_MESSAGES.find(([pattern]) => pattern.test(message))?.[1] ?? SYNTAX_ADVICE[code];
  return known ?? `this is not YAML: ${message.replace(/\s+/g, " ").replace(/\.$/, "")}`;
}
