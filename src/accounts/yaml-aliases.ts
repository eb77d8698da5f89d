import {
  type Alias,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  YAMLMap,
  YAMLSeq,
} from "yaml";
import { cut, shown } from "./wording";
import { type Fault, MOST_LEVELS, TOO_DEEP, UNKNOWN_TAG } from "./yaml-messages";

/** Values that aliases may stand for, counted as if they were written out. More exhausts the memory. */
const MOST_ALIASED_VALUES = 2_000_000;

/** Tags that only say what the value is anyway. */
const KNOWN_TAGS = new Set(
  ["map", "seq", "str", "int", "float", "bool", "null"].map((name) => `tag:yaml.org,2002:${name}`),
);

/**
 * Replaces each alias in a parsed tree by a node with the content that it names and its own position, and the
 * merge keys of a mapping by the pairs that they bring in. Returns what the parser lets pass: aliases that name
 * nothing or too much, merge keys without a mapping, tags, keys that are there twice. `cite` turns an offset into
 * "12:5".
 *
 * Takes time linear in the text and in what merge keys bring in. The library's own ways do not: to look an alias
 * up it goes through all anchors and aliases before it, and it merges what a merged mapping merges once more.
 */
export function resolveAliases(root: Node | null, cite: (offset: number) => string): readonly Fault[] {
  const resolver = new AliasResolver(cite);
  resolver.read(root, 1);
  return resolver.faults;
}

/** A mapping's pairs by key; of a key that is there twice the last one, as in the data. */
export function pairsByName(items: readonly Pair[]): Map<string, Pair> {
  return new Map(items.map((pair) => [nameOf(pair), pair]));
}

/** Where a node begins, in characters from the start of the text. */
export function startOf(node: unknown): number {
  return (isNode(node) ? node.range?.[0] : undefined) ?? 0;
}

/** What an alias may name. */
interface Anchored {
  readonly node: Node;
  /** What the node holds, with aliases written out; undefined while it is still being read. */
  size?: { readonly values: number; readonly levels: number };
}

/** One pass in document order: an alias means the last anchor of its name before it. */
class AliasResolver {
  readonly faults: Fault[] = [];
  private readable = true;
  private readonly anchors = new Map<string, Anchored>();
  /** Values read so far, with aliases written out. */
  private values = 0;
  /** Those of them that aliases stand for. */
  private aliased = 0;
  /** The deepest level read since the innermost anchor that is still open. */
  private deepest = 0;

  constructor(private readonly cite: (offset: number) => string) {}

  /** Returns what takes the node's place. The root is on level 1. */
  read(node: unknown, level: number): unknown {
    if (isAlias(node)) {
      return this.readAlias(node, level);
    }
    if (isNode(node)) {
      if (node.tag !== undefined && !KNOWN_TAGS.has(node.tag)) {
        this.refuse(node, UNKNOWN_TAG);
      }
      if (node.anchor === undefined) {
        this.readContent(node, level);
      } else {
        this.readAnchored(node, node.anchor, level);
      }
    }
    return node;
  }

  private readAnchored(node: Node, name: string, level: number): void {
    const { values, deepest } = this;
    const anchored: Anchored = { node };
    this.anchors.set(name, anchored);
    this.deepest = level;
    this.readContent(node, level);
    anchored.size = { values: this.values - values, levels: this.deepest - level };
    this.deepest = Math.max(this.deepest, deepest);
  }

  private readContent(node: Node, level: number): void {
    this.values += 1;
    if (!isCollection(node) || !this.reaches(level, node)) {
      return;
    }
    if (isMap(node)) {
      this.readPairs(node, level);
    } else {
      node.items.forEach((item, index) => {
        node.items[index] = this.read(item, level + 1);
      });
    }
  }

  private readPairs(map: YAMLMap, level: number): void {
    const first = new Map<string, Pair>();
    for (const pair of map.items) {
      const name = nameOf(pair);
      const earlier = first.get(name);
      if (earlier === undefined) {
        first.set(name, pair);
      } else {
        this.reportTwice(pair, earlier);
      }
      this.read(pair.key, level);
      if (isMerge(pair)) {
        this.readMerge(pair, level);
      } else {
        pair.value = this.read(pair.value, level + 1);
      }
    }
    if (this.readable && map.items.some(isMerge)) {
      map.items = merged(map.items);
    }
  }

  private readMerge(pair: Pair, level: number): void {
    const { key, value } = pair;
    // What is merged is on the level of the mapping that it is merged into.
    pair.value = this.read(value, isSeq(value) ? level - 1 : level);
    if (this.readable && mergedMaps(pair) === undefined) {
      this.refuse(
        isNode(value) ? value : key,
        "<< merges mappings; expected an alias of one, such as <<: *common, or a list of aliases",
      );
    }
  }

  private readAlias(alias: Alias, level: number): unknown {
    const name = cut(alias.source);
    const { node, size } = this.anchors.get(alias.source) ?? {};
    if (node === undefined || size === undefined) {
      this.refuse(
        alias,
        node === undefined
          ? `found the alias *${name}; expected an anchor &${name} before it`
          : `the alias *${name} is inside what &${name} names, so it would never end; expected it after that`,
      );
      return alias;
    }
    this.reaches(level + size.levels, alias);
    this.values += size.values;
    const before = this.aliased;
    this.aliased += size.values;
    if (before <= MOST_ALIASED_VALUES && this.aliased > MOST_ALIASED_VALUES) {
      this.refuse(
        alias,
        `the aliases up to *${name} expand to over ${MOST_ALIASED_VALUES} values; expected a few thousand: use fewer aliases of aliases`,
      );
    }
    return contentAt(alias, node);
  }

  /** Refuses the first level that is too deep; data nested further would exhaust the stack of what reads it. */
  private reaches(level: number, node: Node): boolean {
    this.deepest = Math.max(this.deepest, level);
    if (level > MOST_LEVELS && this.readable) {
      this.refuse(node, TOO_DEEP);
    }
    return level <= MOST_LEVELS;
  }

  private reportTwice(pair: Pair, earlier: Pair): void {
    const advice = isMerge(pair) ? "merge both with <<: [*a, *b]" : "keep one of the two";
    this.faults.push({
      offset: startOf(pair.key),
      message: `the key ${shown(nameOf(pair))} is there twice; it is first at ${this.cite(startOf(earlier.key))}: ${advice}`,
      rule: "duplicate-key",
    });
  }

  private refuse(node: unknown, message: string): void {
    this.readable = false;
    this.faults.push({ offset: startOf(node), message, rule: "yaml" });
  }
}

/** Whether a pair is a merge key. In quotes, << is a key like any other. */
export function isMerge({ key }: Pair): boolean {
  return isScalar(key) && key.type === "PLAIN" && key.value === "<<";
}

/** The mappings that a merge key brings in; undefined where it has something else. */
function mergedMaps({ value }: Pair): YAMLMap[] | undefined {
  const maps = isSeq(value) ? value.items : [value];
  return maps.every((map) => isMap(map)) ? maps : undefined;
}

/** A mapping's own pairs, which win, then those that its merge keys bring in: of each key the first. */
function merged(items: readonly Pair[]): Pair[] {
  const pairs = pairsByName(items.filter((pair) => !isMerge(pair)));
  for (const map of items.filter(isMerge).flatMap((merge) => mergedMaps(merge) ?? [])) {
    for (const [name, pair] of pairsByName(map.items)) {
      if (!pairs.has(name)) {
        pairs.set(name, pair);
      }
    }
  }
  return [...pairs.values()];
}

/** A key as text; the parser refuses keys that are not. */
export function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : "";
}

/** The items are shared, so that an alias costs the same however much it names. */
function contentAt({ range }: Alias, node: Node): unknown {
  return isCollection(node)
    ? Object.assign(isMap(node) ? new YAMLMap() : new YAMLSeq(), { items: node.items, range })
    : Object.assign(node.clone(), { range });
}
