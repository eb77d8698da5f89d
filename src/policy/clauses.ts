import { findAddress } from "./addresses";
import { exampleArn } from "./example-arn";
import { findText, literal, type PatternSet } from "./patterns";

/**
 * One thing that a statement asks of a request: of its action, of its resource, of who makes it, or of one of the
 * condition keys that AWS knows of it.
 */
export type Clause = TextClause | AddressClause | UnreadClause;

interface Asked {
  /** `principal`, `action`, `resource`, or a condition key in lower case: case tells no keys apart. */
  readonly of: string;
  /** A condition key as it is written. */
  readonly key?: string;
  /** Whether it asks for the opposite. */
  readonly isNegated: boolean;
}

export interface TextClause extends Asked, PatternSet {
  readonly kind: "text";
  /** Whether a request without the condition key is as asked. */
  readonly takesAbsent: boolean;
}

export interface AddressClause extends Asked {
  readonly kind: "address";
  readonly blocks: readonly string[];
  readonly takesAbsent: boolean;
}

/** A condition whose meaning is not known here: it is the same as another only where the two are written alike. */
export interface UnreadClause extends Asked {
  readonly kind: "unread";
  readonly text: string;
  /** The condition for people, such as `aws:SourceArn ArnLike arn:aws:ssm:*:222222222222:*`. */
  readonly says: string;
  /** Whether a request without the condition key is as the condition asks, negated or not. */
  readonly matchesAbsent: boolean;
  /** A value that is as the condition asks, where one is known. */
  readonly sample: string | undefined;
}

/** What a request is, of one thing: undefined is a condition key that it does not have. */
export type Value = string | undefined;

/** The clause that takes exactly what this one does not. */
export function negated(clause: Clause): Clause {
  const isNegated = !clause.isNegated;
  return clause.kind === "unread"
    ? { ...clause, isNegated }
    : { ...clause, isNegated, takesAbsent: !clause.takesAbsent };
}

/**
 * A value that clauses of one thing all take; undefined where there is none. `candidates` are tried first, and no
 * value at all before every other.
 */
export function findValue(
  clauses: readonly Clause[],
  candidates: readonly string[] = [],
): { readonly value: Value } | undefined {
  const read = clauses.filter((clause) => clause.kind !== "unread");
  const unread = clauses.filter((clause) => clause.kind === "unread");
  if (isContradiction(unread)) {
    return undefined;
  }
  if (read.every(({ takesAbsent }) => takesAbsent)) {
    const isAbsent = read.length > 0 || unread.every((clause) => isKnownToTake(clause, undefined));
    return { value: isAbsent ? undefined : sampleOf(unread) };
  }
  const addresses = read.filter((clause) => clause.kind === "address");
  const value =
    addresses.length > 0
      ? findAddress(blocksOf(addresses, false), blocksOf(addresses, true))
      : textThatAll(
          read.filter((clause) => clause.kind === "text"),
          candidates,
        );
  return value === undefined ? undefined : { value };
}

/** Whether a value is known to be as a clause asks whose meaning is not known. */
export function isKnownToTake({ isNegated, matchesAbsent, sample }: UnreadClause, value: Value): boolean {
  return value === undefined ? matchesAbsent !== isNegated : !isNegated && value === sample;
}

/** The value that is known to be as all of them ask. */
function sampleOf(clauses: readonly UnreadClause[]): Value {
  const [sample] = clauses.map((clause) => clause.sample);
  return clauses.every((clause) => isKnownToTake(clause, sample)) ? sample : undefined;
}

function textThatAll(clauses: readonly TextClause[], candidates: readonly string[]): string | undefined {
  return findText({
    all: clauses.filter(({ isNegated }) => !isNegated),
    none: clauses.filter(({ isNegated }) => isNegated),
    candidates,
  });
}

function blocksOf(clauses: readonly AddressClause[], negated: boolean): (readonly string[])[] {
  return clauses.filter(({ isNegated }) => isNegated === negated).map(({ blocks }) => blocks);
}

function isContradiction(clauses: readonly UnreadClause[]): boolean {
  return clauses.some(({ text, isNegated }) =>
    clauses.some((other) => other.text === text && other.isNegated !== isNegated),
  );
}

/** A clause of patterns that a request always has a value for. */
export function textClause(
  of: "principal" | "action" | "resource",
  patterns: readonly string[],
  isNegated = false,
): TextClause {
  return { kind: "text", of, patterns, ignoresCase: of === "action", isNegated, takesAbsent: false };
}

/** The operators whose meaning is known: what they compare, and how. (IAM User Guide, "Condition operators".) */
const TEXT_OPERATORS: Readonly<Record<string, { ignoresCase?: true; isNegated?: true; hasPatterns?: true }>> =
  {
    StringEquals: {},
    StringNotEquals: { isNegated: true },
    StringEqualsIgnoreCase: { ignoresCase: true },
    StringNotEqualsIgnoreCase: { ignoresCase: true, isNegated: true },
    StringLike: { hasPatterns: true },
    StringNotLike: { hasPatterns: true, isNegated: true },
    ArnEquals: {},
    ArnLike: {},
    ArnNotEquals: { isNegated: true },
    ArnNotLike: { isNegated: true },
    Bool: { ignoresCase: true },
  };

/** Reads one operator's comparison with one condition key. */
export function conditionClause(operator: string, key: string, given: unknown): Clause {
  const values = [given].flat().map(String);
  const of = key.toLowerCase();
  const base = operator.replace(/IfExists$/, "");
  const text = TEXT_OPERATORS[base];
  const isUnread = values.some((value) => value.includes("${"));
  // A pattern of an ARN is compared part by part, so that its `*` stops at a colon.
  const isArnPattern = base.startsWith("Arn") && values.some((value) => /[*?]/.test(value));
  if (text !== undefined && !isUnread && !isArnPattern) {
    const isNegated = text.isNegated === true;
    return {
      kind: "text",
      of,
      key,
      patterns: text.hasPatterns ? values : values.map(literal),
      ignoresCase: text.ignoresCase === true,
      isNegated,
      takesAbsent: isNegated || base !== operator,
    };
  }
  if (base === "IpAddress" || base === "NotIpAddress") {
    const isNegated = base === "NotIpAddress";
    return {
      kind: "address",
      of,
      key,
      blocks: values,
      isNegated,
      takesAbsent: isNegated || base !== operator,
    };
  }
  if (operator === "Null" && values.length === 1) {
    const isAbsent = values[0]?.toLowerCase() === "true";
    return {
      kind: "text",
      of,
      key,
      patterns: isAbsent ? [] : ["*"],
      ignoresCase: false,
      isNegated: false,
      takesAbsent: isAbsent,
    };
  }
  return {
    kind: "unread",
    of,
    key,
    isNegated: false,
    text: JSON.stringify([operator, of, [...values].sort()]),
    says: `${key} ${operator} ${values.join(" or ")}`,
    matchesAbsent: /IfExists$|^ForAllValues:|Not(?:Equals|Like)/.test(operator),
    sample: isUnread ? undefined : sampleValue(base, values),
  };
}

/** A value that an ARN's pattern takes, or one of a set of values. */
function sampleValue(operator: string, [value]: readonly string[]): string | undefined {
  if (operator === "ArnLike" || operator === "ArnEquals") {
    return value === undefined ? undefined : exampleArn(value).replaceAll("?", "x");
  }
  return /^For(?:AnyValue|AllValues):String(?:Equals|Like)$/.test(operator) && !/[*?]/.test(value ?? "*")
    ? value
    : undefined;
}
