import {
  type Document,
  isDocument,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
} from "yaml";
import type { Path, Position, Problem } from "./problem";
import type { SourceText } from "./source-text";
import { pairsByName, resolveAliases, startOf } from "./yaml-aliases";
import { type Fault, syntaxFaults, unprintable } from "./yaml-messages";
import { parseYaml } from "./yaml-parse";

/** A parsed file: its plain data, and the way back from a path in the data to a place in the text. */
export interface ParsedDocument {
  /** Plain data: aliases and merge keys resolved. */
  readonly plain: unknown;
  /** Where the key or the value at a path is; the nearest thing above it where the path leads nowhere. */
  locate(path: Path, on: "key" | "value"): Position;
  /** A scalar as it is written in the file, without quotes: `012345678901` where the data has a number. */
  written(path: Path): string | undefined;
  /** Whether the value at a path has an anchor (`&name`), or something inside it. */
  hasAnchor(path: Path): boolean;
  /** A line of the text by its number, from 1, without its end. Empty where there is none. */
  line(line: number): string;
}

export interface DocumentResult {
  /** undefined where the text is not YAML that can be read further. */
  readonly document?: ParsedDocument;
  /** Faults of the text, and keys that are there twice. In the order in which they were found. */
  readonly problems: readonly Problem[];
}

/**
 * Parses YAML 1.2 with positions. Does not throw: what is wrong with the text is among the problems.
 *
 * - A key that a mapping has twice is a problem; the data has the last one.
 * - An alias (`*name`) stands for what the last anchor (`&name`) before it names. It may not be inside that.
 * - A merge key (`<<`, without quotes) brings the keys of a mapping, or of a list of mappings, into the mapping
 *   that it is in. The mapping's own keys win, wherever they are, so an account overrides what it merges; then
 *   the first mapping of the list wins. The values are not merged: an account's own `tags` replace merged
 *   `tags`. A mapping has one merge key at most. Source: https://yaml.org/type/merge.html.
 * - A tag may say what a value is anyway (`!!str`, `!!int`, `!!map`, ...). All other tags are problems.
 * - A file is refused that is nested deeper than 50 levels, has over 1.2 million tokens, or aliases that stand for
 *   over two million values. Up to there the time grows in proportion to the text.
 */
export function parseDocument({ name, text }: SourceText): DocumentResult {
  const lines = new Lines(text);
  const problems: Problem[] = [];
  const report = ({ offset, message, rule }: Fault): void => {
    const position = lines.position(offset);
    const sourceLine = lines.text(position.line);
    problems.push({ severity: "error", file: name, ...position, message, rule, sourceLine });
  };
  const yaml = unprintable(text) ?? parseYaml(text);
  if (!isDocument(yaml)) {
    report(yaml);
    return { problems };
  }
  syntaxFaults(yaml).forEach(report);
  if (problems.length > 0) {
    // After a fault, the parser often refuses the rest of the line too, which says nothing new.
    return { problems: problems.filter(({ line }, index) => line !== problems[index - 1]?.line) };
  }
  resolveAliases(yaml.contents, (offset) => lines.cite(offset)).forEach(report);
  return problems.some(({ rule }) => rule === "yaml")
    ? { problems }
    : { problems, document: documentOf(yaml, lines) };
}

function documentOf(yaml: Document, lines: Lines): ParsedDocument {
  const places = new Places(yaml.contents);
  return {
    plain: yaml.toJS(),
    locate: (path, on) => lines.position(places.offset(path, on)),
    written: (path) => {
      const { node } = places.find(path);
      return isScalar(node) ? (node.source ?? undefined) : undefined;
    },
    hasAnchor: (path) => hasAnchor(places.find(path).node),
    line: (line) => lines.text(line),
  };
}

function hasAnchor(node: unknown): boolean {
  let found = false;
  if (isNode(node)) {
    visit(node, {
      Node: (_, { anchor }: Node) => {
        found ||= anchor !== undefined;
        return found ? visit.BREAK : undefined;
      },
    });
  }
  return found;
}

/** The lines of a text, with the places in them. The parser's own count misses lines inside tokens that it refuses. */
export class Lines {
  private readonly counter = new LineCounter();

  constructor(private readonly all: string) {
    this.counter.addNewLine(0);
    for (let at = all.indexOf("\n"); at >= 0; at = all.indexOf("\n", at + 1)) {
      this.counter.addNewLine(at + 1);
    }
  }

  position(offset: number): Position {
    const { line, col } = this.counter.linePos(Math.min(offset, this.all.length));
    return { line, column: col };
  }

  /** "12:5": how a place is cited. */
  cite(offset: number): string {
    const { line, column } = this.position(offset);
    return `${line}:${column}`;
  }

  text(line: number): string {
    const { lineStarts } = this.counter;
    const end = (lineStarts[line] ?? this.all.length + 1) - 1;
    return this.all.slice(lineStarts[line - 1] ?? end, this.all[end - 1] === "\r" ? end - 1 : end);
  }
}

interface Place {
  /** The key of the pair that the path ends on. */
  readonly key?: unknown;
  readonly node: unknown;
}

/** Finds nodes by their path in the data. */
class Places {
  private readonly pairs = new Map<readonly Pair[], ReadonlyMap<string, Pair>>();

  constructor(private readonly root: unknown) {}

  offset(path: Path, on: "key" | "value"): number {
    const { key, node, complete } = this.find(path);
    return startOf(on === "key" || !complete ? (key ?? node) : (node ?? key));
  }

  /** As far as the path leads; `complete` where that is to its end. */
  find(path: Path): Place & { readonly complete: boolean } {
    let place: Place = { node: this.root };
    for (const step of path) {
      const next = this.next(place.node, step);
      if (next === undefined) {
        return { ...place, complete: false };
      }
      place = next;
    }
    return { ...place, complete: true };
  }

  private next(parent: unknown, step: Path[number]): Place | undefined {
    if (isMap(parent)) {
      const pair = this.pairsOf(parent).get(String(step));
      return pair && { key: pair.key, node: pair.value };
    }
    const item = isSeq(parent) && typeof step === "number" ? parent.items[step] : undefined;
    return item === undefined ? undefined : { node: item };
  }

  private pairsOf({ items }: YAMLMap): ReadonlyMap<string, Pair> {
    const pairs = this.pairs.get(items) ?? pairsByName(items);
    this.pairs.set(items, pairs);
    return pairs;
  }
}
