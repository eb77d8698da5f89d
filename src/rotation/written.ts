import {
  type Alias,
  isAlias,
  isDocument,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
} from "yaml";
import type { Path } from "../accounts/problem";
import { isMerge, nameOf, startOf } from "../accounts/yaml-aliases";
import { parseYaml } from "../accounts/yaml-parse";

/** A key with its value, both written at their own place. */
export interface Written {
  readonly key: Node;
  readonly value: Node;
}

/** A value that the file does not say at its own place: an alias or a merge key brings it there. */
export interface Inherited {
  /** Of the alias or the merge key. */
  readonly offset: number;
  /** How a message names it: `the alias *keys`. */
  readonly by: string;
  /** Where the value is written that the alias names; undefined for a merge key. */
  readonly anchor?: number | undefined;
}

/** The tree of a file that no rule refuses, as it is written: aliases and merge keys are still there. */
export class WrittenFile {
  private readonly root: Node | null;
  private knownPadded: boolean | undefined;

  constructor(readonly text: string) {
    const yaml = parseYaml(text);
    if (!isDocument(yaml)) {
      throw new Error(yaml.message);
    }
    this.root = yaml.contents;
  }

  /** The key and the value at a path of the data; undefined where it leads nowhere. */
  at(path: Path): Written | Inherited | undefined {
    let [key, value]: [unknown, unknown] = [undefined, this.root];
    for (const step of path) {
      const inherited = this.inheritedAt(value, step);
      if (inherited !== undefined) {
        return inherited;
      }
      const pair = isMap(value) ? ownPair(value, String(step)) : undefined;
      [key, value] = pair
        ? [pair.key, pair.value]
        : [value, isSeq(value) ? value.items[Number(step)] : undefined];
    }
    if (isAlias(value)) {
      return this.aliased(value);
    }
    return isNode(key) && isNode(value) ? { key, value } : undefined;
  }

  /** Whether a key of a mapping comes from elsewhere, and how. */
  inheritedAt(map: unknown, key: string | number): Inherited | undefined {
    if (isAlias(map)) {
      return this.aliased(map);
    }
    const own = isMap(map) ? ownPair(map, String(key)) : undefined;
    if (own !== undefined) {
      return isAlias(own.value) ? this.aliased(own.value) : undefined;
    }
    const merge = isMap(map) ? map.items.find(isMerge) : undefined;
    return merge && { offset: startOf(merge.key), by: "a merge key (<<)" };
  }

  /** Whether the file writes `{ a: b }` and not `{a: b}`: as its first mapping in flow style does. */
  get isPadded(): boolean {
    this.knownPadded ??= this.findPadding();
    return this.knownPadded;
  }

  private findPadding(): boolean {
    let isPadded = false;
    visit(this.root, {
      Map: (_, { flow, items, range }) => {
        if (flow !== true || items.length === 0) {
          return undefined;
        }
        isPadded = this.text[(range?.[0] ?? 0) + 1] === " ";
        return visit.BREAK;
      },
    });
    return isPadded;
  }

  private aliased(alias: Alias): Inherited {
    let anchor: number | undefined;
    const end = startOf(alias);
    visit(this.root, {
      Node: (_, node) => {
        if (startOf(node) >= end) {
          return visit.BREAK;
        }
        if (!isAlias(node) && node.anchor === alias.source) {
          anchor = startOf(node);
        }
        return undefined;
      },
    });
    return { offset: end, by: `the alias *${alias.source}`, anchor };
  }
}

/** The pair of a mapping that has the key in the mapping itself. */
export function ownPair({ items }: YAMLMap, key: string): Pair | undefined {
  return items.find((pair) => isScalar(pair.key) && nameOf(pair) === key && !isMerge(pair));
}
