import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  type ParsedNode,
  parseDocument as parseYaml,
  visit,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import type { Path, Position, Problem } from "./problem";
import type { SourceText } from "./source-text";

/** A parsed file: its plain data, and the way back from a path in the data to a place in the text. */
export interface ParsedDocument {
  /** Plain data: aliases and merge keys resolved. */
  readonly plain: unknown;
  /** Where the key or the value at a path stands; the nearest thing above it where the path leads nowhere. */
  locate(path: Path, on: "key" | "value"): Position;
  /** A scalar as it is written in the file, without quotes: `012345678901` where the data has a number. */
  written(path: Path): string | undefined;
  line(line: number): string;
}

export interface DocumentResult {
  /** undefined where the text is not YAML that can be read further. */
  readonly document?: ParsedDocument;
  readonly problems: readonly Problem[];
}

/** accounts.yaml needs eight levels; far more would exhaust the parser's stack. */
const MOST_LEVELS = 50;

/** Values that aliases may stand for, counted as if they were written out. More exhausts the memory. */
const MOST_ALIASED_VALUES = 2_000_000;

/** Parses YAML 1.2 (with merge keys) and keeps the positions. */
export function parseDocument(source: SourceText): DocumentResult {
  const { text } = source;
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const counter = lineCounter(text);
  const problems: Problem[] = [];
  const report = (offset: number, message: string, rule: string): void => {
    const { line, col } = counter.linePos(Math.min(offset, text.length));
    problems.push({
      severity: "error",
      file: source.name,
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      message,
      rule,
      sourceLine: lines[line - 1] ?? "",
    });
  };
  for (const { offset, message } of unprintable(text) ?? tooDeep(text) ?? []) {
    report(offset, message, "yaml");
    return { problems };
  }
  let yaml: ReturnType<typeof parseYaml<ParsedNode>>;
  try {
    yaml = parseYaml(text, {
      merge: true,
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: false,
    });
  } catch (cause) {
    if (!(cause instanceof RangeError)) {
      throw cause;
    }
    report(0, TOO_DEEP, "yaml");
    return { problems };
  }
  for (const fault of syntaxFaults(yaml)) {
    report(fault.offset, fault.message, "yaml");
  }
  if (problems.length > 0) {
    // A fault makes the parser stumble over the rest of its line, which is no news.
    return { problems: problems.filter((problem, index) => problem.line !== problems[index - 1]?.line) };
  }
  const nodes = new NodeIndex(report, (offset) => counter.linePos(offset));
  nodes.visit(yaml.contents);
  if (nodes.unreadable) {
    return { problems };
  }
  return {
    problems,
    document: {
      plain: nodes.plain(yaml.contents),
      locate: (path, on) => {
        const { line, col } = counter.linePos(nodes.offset(yaml.contents, path, on));
        return { line: Math.max(line, 1), column: Math.max(col, 1) };
      },
      written: (path) => {
        const node = nodes.target(nodes.find(yaml.contents, path).node);
        return isScalar(node) ? (node.source ?? undefined) : undefined;
      },
      line: (line) => lines[line - 1] ?? "",
    },
  };
}

interface Fault {
  readonly offset: number;
  readonly message: string;
}

const TOO_DEEP = "the file is nested too deeply; expected a handful of levels: is it the right file?";

/** The lexer's tokens that stand for no character of the text: a document's start, a flow's end, a scalar. */
const LEXER_MARKS = new Set(["\u0002", "\u0018", "\u001f"]);

/** Of the whole text: the parser's own count misses lines inside tokens that it stumbles over. */
function lineCounter(text: string): LineCounter {
  const counter = new LineCounter();
  counter.addNewLine(0);
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    counter.addNewLine(at + 1);
  }
  return counter;
}

/** YAML has no control characters but tab and line ends; the parser would take them. */
function unprintable(text: string): Fault[] | undefined {
  const found = /(?!\t|\n|\r\n|\u0085)\p{Cc}|[\ufffe\uffff]/u.exec(text);
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
  return [{ offset: found.index, message: advice }];
}

/** Where brackets or dashes nest beyond any use, before the parser recurses into them. */
function tooDeep(text: string): Fault[] | undefined {
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
      return [{ offset, message: TOO_DEEP }];
    }
    offset += LEXER_MARKS.has(token) ? 0 : token.length;
  }
  return undefined;
}

/** A quick look that no file of a sane depth draws out: counts brackets in strings and comments too. */
function mayBeDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > MOST_LEVELS) {
        return true;
      }
    } else if ((code === 0x5d || code === 0x7d) && depth > 0) {
      depth -= 1;
    }
  }
  return /(?:[-?][ \t]+){50}/.test(text);
}

/** What the parser refuses, in words that say what to type, where the fault begins. */
function syntaxFaults(yaml: Document): Fault[] {
  const faults = [...yaml.errors, ...yaml.warnings].map((fault) => ({
    offset: /Missing closing|^Flow /.test(fault.message)
      ? (openedAt(yaml, fault.pos[0]) ?? fault.pos[0])
      : fault.pos[0],
    message: syntaxMessage(fault),
  }));
  if (faults.length === 0 && yaml.directives?.yaml.version === "1.1") {
    faults.push({ offset: 0, message: "found %YAML 1.1; expected YAML 1.2: take the line away" });
  }
  const sorted = faults.sort((a, b) => a.offset - b.offset);
  // Behind a quote or a bracket that is never closed, nothing is what it seems.
  const unclosed = sorted.findIndex(({ message }) => message.includes("never closed"));
  return unclosed < 0 ? sorted : sorted.slice(0, unclosed + 1);
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

const UNKNOWN_TAG = "found a YAML tag that means nothing here; take the !tag away";

/** Tags that only say what the value is anyway. */
const KNOWN_TAGS = new Set(
  ["map", "seq", "str", "int", "float", "bool", "null"].map((name) => `tag:yaml.org,2002:${name}`),
);

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
  BAD_INDENT:
    "the indentation does not fit the lines above; indent the keys of one mapping alike, two spaces deeper than the key they belong to",
};

/** Messages of the parser that share a code with others. */
const SYNTAX_MESSAGES: readonly (readonly [RegExp, string])[] = [
  [
    /^Sequence item without|items must start at the same column/,
    "the indentation does not fit the lines above; indent the keys of one mapping alike, two spaces deeper than the key they belong to",
  ],
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

interface Found {
  /** The key of the pair that the path ends on. */
  readonly key?: Node | undefined;
  readonly node?: Node | undefined;
  /** Whether the whole path led somewhere. */
  readonly complete: boolean;
}

/** Finds nodes by path through aliases and merge keys, and reports what plain data would hide. */
class NodeIndex {
  /** Whether an alias or a merge key has no meaning, so that there is no plain data. */
  unreadable = false;
  private readonly anchors = new Map<string, Node>();
  private readonly targets = new Map<Alias, Node>();
  /** How many values an anchored node holds; undefined while it is still being visited. */
  private readonly weights = new Map<Node, number | undefined>();
  private readonly plains = new Map<Node, unknown>();
  private aliased = 0;

  constructor(
    private readonly report: (offset: number, message: string, rule: string) => void,
    private readonly position: (offset: number) => { line: number; col: number },
  ) {}

  /** One pass in document order: an alias means the last anchor of its name before it. Returns the weight. */
  visit(node: unknown): number {
    if (!isNode(node)) {
      return 0;
    }
    if (isAlias(node)) {
      return this.visitAlias(node);
    }
    if (node.anchor !== undefined) {
      this.anchors.set(node.anchor, node);
      this.weights.set(node, undefined);
    }
    if (node.tag !== undefined && !KNOWN_TAGS.has(node.tag)) {
      this.refuse(node, UNKNOWN_TAG);
    }
    let weight = 1;
    if (isMap(node)) {
      weight += this.visitMap(node);
    } else if (isSeq(node)) {
      for (const item of node.items) {
        weight += this.visit(item);
      }
    }
    if (node.anchor !== undefined) {
      this.weights.set(node, weight);
    }
    return weight;
  }

  /** Plain data; only once a visit has found nothing unreadable. An alias shares its anchor's data. */
  plain(node: unknown): unknown {
    if (!isNode(node)) {
      return null;
    }
    const target = this.target(node);
    if (isScalar(target)) {
      return target.value;
    }
    if (target === undefined) {
      return null;
    }
    let plain = this.plains.get(target);
    if (plain === undefined) {
      plain = isMap(target)
        ? this.plainMap(target)
        : isSeq(target)
          ? target.items.map((item) => this.plain(item))
          : null;
      this.plains.set(target, plain);
    }
    return plain;
  }

  find(root: unknown, path: Path): Found {
    let found: Found = { node: isNode(root) ? root : undefined, complete: true };
    for (const step of path) {
      const parent = this.target(found.node);
      const next = isMap(parent) ? this.pair(parent, String(step)) : undefined;
      if (isSeq(parent) && typeof step === "number" && isNode(parent.items[step])) {
        found = { node: parent.items[step], complete: true };
      } else if (next !== undefined) {
        found = {
          key: isNode(next.key) ? next.key : undefined,
          node: isNode(next.value) ? next.value : undefined,
          complete: true,
        };
      } else {
        return { ...found, complete: false };
      }
    }
    return found;
  }

  offset(root: unknown, path: Path, on: "key" | "value"): number {
    const { key, node, complete } = this.find(root, path);
    const preferred = on === "key" || !complete ? (key ?? node) : (node ?? key);
    return preferred?.range?.[0] ?? 0;
  }

  /** What an alias stands for. */
  target(node: Node | undefined): Node | undefined {
    return isAlias(node) ? this.targets.get(node) : node;
  }

  private visitAlias(alias: Alias): number {
    const target = this.anchors.get(alias.source);
    const weight = target === undefined ? undefined : this.weights.get(target);
    if (target === undefined || weight === undefined) {
      this.refuse(
        alias,
        target === undefined
          ? `found the alias *${alias.source}; expected an anchor &${alias.source} before it`
          : `the alias *${alias.source} stands inside what &${alias.source} names, so it would never end; expected it after that`,
      );
      return 1;
    }
    const before = this.aliased;
    this.aliased += weight;
    if (before <= MOST_ALIASED_VALUES && this.aliased > MOST_ALIASED_VALUES) {
      this.refuse(
        alias,
        `the aliases up to *${alias.source} stand for over ${MOST_ALIASED_VALUES} values; expected a few thousand: use fewer aliases of aliases`,
      );
    }
    this.targets.set(alias, target);
    return weight;
  }

  private visitMap(map: YAMLMap): number {
    const first = new Map<string, Node>();
    let weight = 0;
    for (const pair of map.items) {
      const { key, value } = pair;
      if (isScalar(key) && typeof key.value === "string") {
        const earlier = first.get(key.value);
        if (earlier === undefined) {
          first.set(key.value, key);
        } else {
          const { line, col } = this.position(earlier.range?.[0] ?? 0);
          const advice = isMerge(pair) ? "merge both with <<: [*a, *b]" : "keep one of the two";
          this.report(
            key.range?.[0] ?? 0,
            `the key "${key.value}" is there twice; it stands first at ${line}:${col}: ${advice}`,
            "duplicate-key",
          );
        }
      }
      weight += this.visit(key) + this.visit(value);
      if (isMerge(pair) && !this.unreadable && this.mergedMaps(pair) === undefined) {
        this.refuse(
          isNode(value) && value.range ? value : key,
          "<< merges mappings; expected an alias of one, such as <<: *common, or a list of aliases",
        );
      }
    }
    return weight;
  }

  private refuse(node: unknown, message: string): void {
    this.unreadable = true;
    this.report(isNode(node) ? (node.range?.[0] ?? 0) : 0, message, "yaml");
  }

  private plainMap(map: YAMLMap): object {
    const plain = {};
    const set = (key: string, value: unknown): void => {
      // Not an assignment: `__proto__` is a key like any other.
      Object.defineProperty(plain, key, { value, configurable: true, enumerable: true, writable: true });
    };
    for (const pair of map.items.filter(isMerge)) {
      for (const source of this.mergedMaps(pair) ?? []) {
        for (const [key, value] of Object.entries(this.plain(source) as object)) {
          if (!Object.hasOwn(plain, key)) {
            set(key, value);
          }
        }
      }
    }
    for (const pair of map.items) {
      if (!isMerge(pair) && isScalar(pair.key)) {
        set(String(pair.key.value), this.plain(pair.value));
      }
    }
    return plain;
  }

  /** The mappings that a merge key brings in, the strongest first; undefined where it has something else. */
  private mergedMaps({ value }: Pair): YAMLMap[] | undefined {
    const source = this.target(isNode(value) ? value : undefined);
    const maps = (isSeq(source) ? source.items : [source]).map((item) =>
      this.target(isNode(item) ? item : undefined),
    );
    return maps.every((map) => isMap(map)) ? maps : undefined;
  }

  /** A mapping's own pair, the last of its name; else the first that a merge key brings in. */
  private pair(map: YAMLMap, name: string): Pair | undefined {
    const own = map.items.findLast((pair) => !isMerge(pair) && isScalar(pair.key) && pair.key.value === name);
    if (own !== undefined) {
      return own;
    }
    for (const merge of map.items.filter(isMerge)) {
      for (const source of this.mergedMaps(merge) ?? []) {
        const found = this.pair(source, name);
        if (found !== undefined) {
          return found;
        }
      }
    }
    return undefined;
  }
}

function isMerge({ key }: Pair): boolean {
  return isScalar(key) && key.type === "PLAIN" && key.value === "<<";
}
