import { distance } from "fastest-levenshtein";
import { stringify } from "yaml";
import type { Path } from "./problem";

export { allOf, counted, firstOfMany, oneOf } from "./counted";

/** How values and words are put into messages. */

/** A value as one line of YAML: `{name: orders-prod, account_id: "222222222222"}`. */
export function flowText(value: unknown): string {
  return stringify(value, {
    aliasDuplicateObjects: false,
    collectionStyle: "flow",
    flowCollectionPadding: false,
    lineWidth: 0,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  }).trimEnd();
}

/** How a value is named in a message: quoted and cut where it is text, never a whole structure. */
export function shown(value: unknown, written?: string): string {
  if (value === null || value === undefined) {
    return "empty";
  }
  if (typeof value === "string") {
    return withoutTwins(JSON.stringify(cut(value)));
  }
  if (Array.isArray(value)) {
    return "a list";
  }
  if (typeof value === "object") {
    return "a mapping";
  }
  return cut(written ?? String(value));
}

/** A text as long as a message can bear. */
export function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** `accounts[3]` and the like: how a path is called in a message. */
function labelOf(path: Path): string {
  return path.reduce<string>(
    (label, step) =>
      typeof step === "number" ? `${label}[${step}]` : `${label}${label === "" ? "" : "."}${cut(step)}`,
    "",
  );
}

/** " under accounts[3]", for what a mapping has or lacks. */
export function under(path: Path): string {
  const parent = labelOf(path.slice(0, -1));
  return parent === "" ? "" : ` under ${parent}`;
}

/** Letters and signs outside ASCII that may look like those inside: of its neighbour alphabets, wide or styled ones. */
const FOREIGN =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}\u0131\u0250-\u02af\u{1d400}-\u{1d7ff}\uff01-\uff5e]|(?! )\p{Zs}|(?!-)\p{Pd}|[\u02bc\u2018-\u201f\u2212\u2215\u2044\ua789]/gu;

/** Of them, the letters that look like an ASCII letter. */
const TWINS =
  /[\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb\u0501\u051b\u051d\u0410\u0412\u0415\u041a\u041c-\u041e\u0420-\u0423\u0425\u0405\u0406\u0408\u03bf\u03b1\u03b9\u03bd\u03c1\u03c5\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7]/gu;

/**
 * Names a look-alike by its code point where a reader would take it for a letter of ASCII: among such letters, or
 * in a text of look-alikes alone. A word that is plainly of another alphabet stays as it is.
 */
function withoutTwins(text: string): string {
  const isTakenForLatin = /[A-Za-z0-9]/.test(text) || !FOREIGN_LETTER.test(text.replace(TWINS, ""));
  return isTakenForLatin
    ? text.replace(FOREIGN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    : text;
}

const FOREIGN_LETTER = /[^\P{L}A-Za-z]/u;

/** The nearest of the known words, if it is near enough to be what was meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.every(({ length }) => word.length > 2 * length)) {
    return undefined;
  }
  const lower = word.toLowerCase().replaceAll("-", "_");
  const ranked = known
    .map((candidate) => ({
      candidate,
      far: distance(lower, candidate.toLowerCase().replaceAll("-", "_")),
    }))
    .sort((a, b) => a.far - b.far || sameStart(lower, b.candidate) - sameStart(lower, a.candidate));
  const best = ranked[0];
  if (best !== undefined && best.far <= Math.max(1, Math.floor(word.length / 3))) {
    return best.candidate;
  }
  const parts = (candidate: string): boolean => `_${candidate}_`.includes(`_${lower}_`);
  return known.find((candidate) => candidate.startsWith(`${lower}_`)) ?? known.find(parts);
}

/** How many letters two words share at their start. */
function sameStart(a: string, b: string): number {
  let count = 0;
  while (count < a.length && a[count] === b[count]) {
    count += 1;
  }
  return count;
}
