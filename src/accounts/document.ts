import {
  type Alias,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  type ParsedNode,
  parseDocument as parseYaml,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import type { Path, Position, Problem } from "./problem";
import type { SourceText } from "./text";

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

/** An alias may be used this often before it is taken for an attempt to exhaust the memory. */
const MOST_ALIASES = 100_000;

/** Parses YAML 1.2 (with merge keys) and keeps the positions. */
export function parseDocument(source: SourceText): DocumentResult {
  const lines = source.text.split("\n").map((line) => line.replace(/\r$/, ""));
  const counter = new LineCounter();
  const problems: Problem[] = [];
  const report = (offset: number, message: string, rule: string): void => {
    const { line, col } = counter.linePos(Math.min(offset, source.text.length));
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
  let yaml: ReturnType<typeof parseYaml<ParsedNode>>;
  try {
    yaml = parseYaml(source.text, {
      lineCounter: counter,
      merge: true,
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: false,
    });
  } catch (cause) {
    if (!(cause instanceof RangeError)) {
      throw cause;
    }
    report(0, "the file is nested too deeply; expected a handful of levels", "yaml");
    return { problems };
  }
  for (const fault of [...yaml.errors, ...yaml.warnings]) {
    report(fault.pos[0], syntaxMessage(fault), "yaml");
  }
  if (problems.length > 0) {
    return { problems };
  }
  const nodes = new NodeIndex(report, (offset) => counter.linePos(offset));
  nodes.visit(yaml.contents);
  if (nodes.brokenAliases > 0) {
    return { problems };
  }
  let plain: unknown;
  try {
    plain = yaml.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (cause) {
    if (!(cause instanceof ReferenceError || cause instanceof RangeError || cause instanceof TypeError)) {
      throw cause;
    }
    report(0, `the aliases of this file cannot be resolved (${cause.message}); write them out`, "yaml");
    return { problems };
  }
  return {
    problems,
    document: {
      plain,
      locate: (path, on) => {
        const { line, col } = counter.linePos(nodes.offset(yaml.contents, path, on));
        return { line: Math.max(line, 1), column: Math.max(col, 1) };
      },
      written: (path) => {
        const node = nodes.find(yaml.contents, path).node;
        return isScalar(node) ? (node.source ?? undefined) : undefined;
      },
      line: (line) => lines[line - 1] ?? "",
    },
  };
}

const SYNTAX_ADVICE: Partial<Record<YAMLError["code"], string>> = {
  MULTIPLE_DOCS: "found a second document; expected one: take the --- away or split the file",
  TAB_AS_INDENT: "found a tab in the indentation; YAML expects spaces: replace it by two spaces",
  NON_STRING_KEY: "found a key that is not text; expected a name, in quotes if it looks like a number",
  TAG_RESOLVE_FAILED: "found a YAML tag that means nothing here; take the !tag away",
};

function syntaxMessage(fault: YAMLError): string {
  const advice = SYNTAX_ADVICE[fault.code];
  return advice ?? `this is not YAML: ${fault.message.replace(/\s+/g, " ").replace(/\.$/, "")}`;
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
  brokenAliases = 0;
  private readonly anchors = new Map<string, Node>();
  private readonly targets = new Map<Alias, Node>();

  constructor(
    private readonly report: (offset: number, message: string, rule: string) => void,
    private readonly position: (offset: number) => { line: number; col: number },
  ) {}

  /** One pass in document order: an alias means the last anchor of its name before it. */
  visit(node: unknown): void {
    if (!isNode(node)) {
      return;
    }
    if (isAlias(node)) {
      this.visitAlias(node);
      return;
    }
    if (node.anchor !== undefined) {
      this.anchors.set(node.anchor, node);
    }
    if (isMap(node)) {
      this.visitMap(node);
    } else if (isSeq(node)) {
      for (const item of node.items) {
        this.visit(item);
      }
    }
  }

  find(root: unknown, path: Path): Found {
    let found: Found = { node: isNode(root) ? root : undefined, complete: true };
    for (const step of path) {
      const parent = this.resolve(found.node);
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

  private visitAlias(alias: Alias): void {
    const target = this.anchors.get(alias.source);
    if (target === undefined) {
      this.brokenAliases += 1;
      this.report(
        alias.range?.[0] ?? 0,
        `found the alias *${alias.source}; expected an anchor &${alias.source} before it`,
        "yaml",
      );
    } else {
      this.targets.set(alias, target);
    }
  }

  private visitMap(map: YAMLMap): void {
    const first = new Map<string, Node>();
    for (const { key, value } of map.items) {
      if (isScalar(key) && typeof key.value === "string") {
        const earlier = first.get(key.value);
        if (earlier === undefined) {
          first.set(key.value, key);
        } else {
          const { line, col } = this.position(earlier.range?.[0] ?? 0);
          this.report(
            key.range?.[0] ?? 0,
            `the key "${key.value}" is there twice; it stands first at ${line}:${col}: keep one of the two`,
            "duplicate-key",
          );
        }
      }
      this.visit(key);
      this.visit(value);
    }
  }

  private resolve(node: Node | undefined): Node | undefined {
    return isAlias(node) ? this.targets.get(node) : node;
  }

  private pair(map: YAMLMap, name: string): Pair | undefined {
    const merged: Pair[] = [];
    for (const pair of map.items) {
      const key = isScalar(pair.key) ? pair.key.value : undefined;
      if (key === name) {
        return pair;
      }
      if (isScalar(pair.key) && pair.key.source === "<<") {
        merged.push(pair);
      }
    }
    for (const { value } of merged) {
      const source = this.resolve(isNode(value) ? value : undefined);
      for (const candidate of isSeq(source) ? source.items : [source]) {
        const node = this.resolve(isNode(candidate) ? candidate : undefined);
        const found = isMap(node) ? this.pair(node, name) : undefined;
        if (isPair(found)) {
          return found;
        }
      }
    }
    return undefined;
  }
}
