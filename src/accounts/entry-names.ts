import { ENTRY_NAME } from "../aws/formats";
import { ACCOUNT_NAME } from "../aws/limits";
import { valueAt } from "./values";

/** Names for accounts, groups, monitors and modules, made from what people call them elsewhere. */

/** Letters that Unicode does not decompose into a letter of ASCII and a mark. */
const SPELT_OUT: ReadonlyMap<string, string> = new Map([
  ["ß", "ss"],
  ["ẞ", "SS"],
  ["æ", "ae"],
  ["Æ", "AE"],
  ["œ", "oe"],
  ["Œ", "OE"],
  ["ø", "o"],
  ["Ø", "O"],
  ["đ", "d"],
  ["Đ", "D"],
  ["ð", "d"],
  ["Ð", "D"],
  ["ł", "l"],
  ["Ł", "L"],
  ["þ", "th"],
  ["Þ", "TH"],
  ["ı", "i"],
]);

/** Without accents and ligatures; letters of other alphabets stay. */
function inLatin(text: string): string {
  return text
    .replace(/[^\p{ASCII}]/gu, (letter) => SPELT_OUT.get(letter) ?? letter)
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}]/gu, "");
}

/** Lower-case words of a-z and 0-9 with a dash between them: `Log Archive` is log-archive, `OrdersProd` orders-prod. */
export function dashed(text: string): string {
  return inLatin(text)
    .replace(/(?<=\p{L}\p{Ll})(?=\p{Lu}\p{L})|(?<=\p{Lu}|\d)(?=\p{Lu}\p{Ll}{2})/gu, "-")
    .replace(/['’`]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

/** The nearest name that an entry may have; undefined where the text has no letter of a-z and no digit. */
export function nearName(text: string): string | undefined {
  // Dropped inside a word, a letter that only looks like one of a-z would leave a hole that nobody sees.
  if (/[A-Za-z](?![A-Za-z])\p{L}|(?![A-Za-z])\p{L}[A-Za-z]/u.test(inLatin(text))) {
    return undefined;
  }
  const name = dashed(text);
  if (name === "") {
    return undefined;
  }
  return cutAt(/^\d/.test(name) ? `a${name}` : name, ACCOUNT_NAME);
}

function cutAt(name: string, length: number): string {
  return name.slice(0, length).replace(/-+$/, "");
}

/** A name that an entry of a list may have. */
export interface FreeName {
  readonly name: string;
  /** Where `name` is the nearest with a number: the nearest, and the index of the entry that it belongs to. */
  readonly taken?: { readonly name: string; readonly index: number };
}

const known = new WeakMap<readonly unknown[], ReadonlyMap<number, FreeName>>();

/**
 * For each entry of a list whose `name` is not one, or is an earlier entry's: a name that no other entry has, or is
 * told to take. The list does not change after.
 */
export function freeNames(list: readonly unknown[]): ReadonlyMap<number, FreeName> {
  const names = known.get(list) ?? findFreeNames(list);
  known.set(list, names);
  return names;
}

function findFreeNames(list: readonly unknown[]): ReadonlyMap<number, FreeName> {
  const owners = new Map<string, number>();
  const others: { index: number; near: string }[] = [];
  for (const [index, entry] of list.entries()) {
    const text = nameIn(entry);
    if (text === undefined) {
      continue;
    }
    const isName = ENTRY_NAME.pattern.test(text);
    if (isName && !owners.has(text)) {
      owners.set(text, index);
      continue;
    }
    const near = isName ? text : nearName(text);
    if (near !== undefined) {
      others.push({ index, near });
    }
  }
  const next = new Map<string, number>();
  return new Map(others.map(({ index, near }) => [index, freeName(index, near, owners, next)]));
}

/** An entry's name, or what AWS Organizations calls it. */
function nameIn(entry: unknown): string | undefined {
  const name = valueAt(entry, ["name"]) ?? valueAt(entry, ["Name"]);
  return typeof name === "string" ? name : undefined;
}

/** The nearest name, or the nearest with the first number that is free. It is the entry's then. */
function freeName(
  index: number,
  near: string,
  owners: Map<string, number>,
  next: Map<string, number>,
): FreeName {
  const owner = owners.get(near);
  if (owner === undefined) {
    owners.set(near, index);
    return { name: near };
  }
  for (let number = next.get(near) ?? 2; ; number += 1) {
    const ending = `-${number}`;
    const name = `${cutAt(near, ACCOUNT_NAME - ending.length)}${ending}`;
    if (!owners.has(name)) {
      owners.set(name, index);
      next.set(near, number + 1);
      return { name, taken: { name: near, index: owner } };
    }
  }
}
