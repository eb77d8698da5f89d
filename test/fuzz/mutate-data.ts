import {
  Alias,
  Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  Pair,
  Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import { HOSTILE_NUMBERS, HOSTILE_TEXTS, HOSTILE_VALUES } from "./hostile";
import type { Random } from "./random";

/** Changes of the data of a file, which is then written in one of the ways that YAML has. */
export function mutatedData(data: unknown, others: readonly [unknown, ...unknown[]], random: Random): string {
  const document = new Document(data, { aliasDuplicateObjects: false });
  for (let left = random.below(4); left >= 0; left -= 1) {
    changeOne(document, others, random);
  }
  restyle(document, random);
  return document.toString({
    lineWidth: random.of([0, 20, 80]),
    indent: random.of([1, 2, 4]),
    verifyAliasOrder: false,
  });
}

function changeOne(document: Document, others: readonly [unknown, ...unknown[]], random: Random): void {
  const maps: YAMLMap[] = [];
  const scalars: Scalar[] = [];
  visit(document, {
    Map: (_, node) => {
      maps.push(node);
    },
    Scalar: (_, node) => {
      scalars.push(node);
    },
    Seq: (_, node) => {
      if (random.chance(0.1)) {
        node.items.push(document.createNode(random.of(HOSTILE_VALUES)), ...node.items.slice(0, 1));
      } else if (random.chance(0.05)) {
        node.items.splice(random.below(node.items.length + 1), 1);
      }
    },
  });
  const map = maps[random.below(maps.length)];
  const scalar = scalars[random.below(scalars.length)];
  if (map !== undefined && random.chance(0.6)) {
    changePairs(map, document, others, random);
  } else if (scalar !== undefined) {
    scalar.value = random.chance(0.7) ? random.of(HOSTILE_TEXTS) : random.of(HOSTILE_NUMBERS);
  }
}

function hostile(random: Random): unknown {
  return random.chance(0.7) ? random.of(HOSTILE_TEXTS) : random.of(HOSTILE_VALUES);
}

function changePairs(
  map: YAMLMap,
  document: Document,
  others: readonly [unknown, ...unknown[]],
  random: Random,
): void {
  const index = random.below(map.items.length);
  const pair = map.items[index];
  const other = map.items[random.below(map.items.length)];
  if (pair === undefined || other === undefined) {
    return;
  }
  const grafted = (): Node => document.createNode(partOf(random.of(others), random));
  const changes: readonly [() => void, ...(() => void)[]] = [
    () => map.items.splice(index, 1),
    () => map.items.push(new Pair(pair.key, pair.value)),
    () => set(pair, "key", new Scalar(misspelt(String(pair.key), random))),
    () => set(pair, "value", document.createNode(hostile(random))),
    () => set(pair, "value", grafted()),
    () => set(pair, "value", document.createNode([pair.value])),
    () => set(pair, "value", other.value),
    () => map.items.push(new Pair(new Scalar(random.of(HOSTILE_TEXTS)), grafted())),
  ];
  random.of(changes)();
}

function set(pair: Pair, part: "key" | "value", node: unknown): void {
  pair[part] = node;
}

/** Something inside a value. */
function partOf(value: unknown, random: Random): unknown {
  const parts = typeof value === "object" && value !== null ? Object.values(value) : [];
  const part: unknown = parts[random.below(parts.length)];
  return part === undefined || random.chance(0.3) ? value : partOf(part, random);
}

function misspelt(word: string, random: Random): string {
  const at = random.below(word.length);
  const changes: readonly [string, ...string[]] = [
    word.slice(0, at) + word.slice(at + 1),
    word.slice(0, at) + word.slice(at, at + 1).repeat(2) + word.slice(at + 1),
    word.replaceAll("_", "-"),
    word.toUpperCase(),
    word.replace("a", "\u0430"),
    `${word} `,
  ];
  return random.of(changes);
}

/** Flow and block, quotes, anchors and aliases, tags, merge keys. */
function restyle(document: Document, random: Random): void {
  let anchors = 0;
  visit(document, (key, node) => {
    if (!isNode(node) || key === "key") {
      return;
    }
    if ((isMap(node) || isSeq(node)) && random.chance(0.2)) {
      node.flow = true;
    }
    if (isScalar(node) && typeof node.value === "string" && random.chance(0.2)) {
      node.type = random.of(["PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE", "BLOCK_LITERAL", "BLOCK_FOLDED"]);
    }
    if (isScalar(node) && random.chance(0.01)) {
      node.tag = random.of(["!!str", "!!int", "!own", "!!binary"]);
    }
    if ("anchor" in node && random.chance(0.03)) {
      anchors += 1;
      node.anchor = `a${anchors}`;
    }
  });
  aliasSome(document, anchors, random);
}

/** An alias may name what is around it, and may stand before it. */
function aliasSome(document: Document, anchors: number, random: Random): void {
  if (anchors === 0) {
    return;
  }
  visit(document, {
    Pair: (_, pair) => {
      if (random.chance(0.05)) {
        pair.value = new Alias(`a${1 + random.below(anchors)}`);
      }
    },
  });
}
