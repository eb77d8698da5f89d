import { isIP } from "node:net";
import type { JsonEntry, JsonValue } from "../../../modules/json-reader";
import { called, doubtful, meant, type Remark, wrong } from "./remark";

/** Source: IAM User Guide, "IAM JSON policy elements: Condition operators". */
const OPERATORS = [
  ...["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"],
  ...["StringLike", "StringNotLike"],
  ...["NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals"],
  ...["NumericGreaterThan", "NumericGreaterThanEquals"],
  ...["DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals"],
  ...["DateGreaterThan", "DateGreaterThanEquals"],
  ...["Bool", "BinaryEquals", "IpAddress", "NotIpAddress"],
  ...["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike", "Null"],
];

const SETS = ["ForAllValues:", "ForAnyValue:"];

const IF_EXISTS = "IfExists";

/** Every operator with what may go before and after it. */
const EVERY_OPERATOR = ["", ...SETS].flatMap((set) =>
  OPERATORS.flatMap((core) => [`${set}${core}`, ...(core === "Null" ? [] : [`${set}${core}${IF_EXISTS}`])]),
);

/** The operator without what may go before and after it. */
function coreOf(operator: string): { set: string; core: string; end: string } {
  const set = SETS.find((prefix) => operator.startsWith(prefix)) ?? "";
  const rest = operator.slice(set.length);
  const end = rest.endsWith(IF_EXISTS) ? IF_EXISTS : "";
  return { set, core: rest.slice(0, rest.length - end.length), end };
}

/** What IAM refuses in the conditions of a statement. */
export function* conditionRemarks(condition: JsonValue): Iterable<Remark> {
  if (condition.kind !== "object") {
    yield wrong(
      condition.at,
      `Condition is ${called(condition)}; expected an object such as {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}`,
    );
    return;
  }
  for (const { key, at, value } of condition.entries) {
    const { core, end } = coreOf(key);
    if (!OPERATORS.includes(core)) {
      yield wrong(at, `IAM has no such condition operator; ${meant(key, EVERY_OPERATOR, OPERATORS)}`);
    } else if (core === "Null" && end !== "") {
      yield wrong(at, "the operator Null has no IfExists; write Null");
    }
    if (value.kind === "object") {
      yield* keys(value.entries, core);
    } else {
      yield wrong(
        value.at,
        `found ${called(value)} under a condition operator; expected an object such as {"aws:RequestedRegion": "eu-west-1"}`,
      );
    }
  }
}

/** A service or an identity provider, and a name, which may have a tag's key in it. */
const KEY = /^[\w./*?-]+:\S(?:.*\S)?$/;

function* keys(entries: readonly JsonEntry[], operator: string): Iterable<Remark> {
  const names = new Map<string, string>();
  for (const { key, at, value } of entries) {
    if (!KEY.test(key)) {
      yield wrong(
        at,
        "this condition key has no service in front of it; expected one such as aws:RequestedRegion",
      );
    }
    const name = key.toLowerCase();
    // The same key in the same case is told of as every key that is there twice.
    if ((names.get(name) ?? key) !== key) {
      yield wrong(
        at,
        "this operator has the same condition key in another case, which is one key; remove one",
      );
    }
    names.set(name, key);
    if (value.kind === "list" && value.items.length === 0) {
      yield doubtful(value.at, "an empty list matches nothing; expected the values of this condition key");
    }
    for (const each of value.kind === "list" ? value.items : [value]) {
      yield* valueRemarks(each, operator);
    }
  }
}

function* valueRemarks(value: JsonValue, operator: string): Iterable<Remark> {
  if (value.kind !== "text" && value.kind !== "number" && value.kind !== "boolean") {
    yield wrong(
      value.at,
      `found ${called(value)} as the value of a condition key; expected text, a number, true, false or a list of them`,
    );
    return;
  }
  if (value.kind === "number" && String(Number(value.written)) !== value.written) {
    yield wrong(value.at, "this number would be sent to AWS in another spelling; put it in quotes");
  }
  if (operator.startsWith("Date") && !isDate(value)) {
    yield wrong(
      value.at,
      "this is not a date; expected one such as 2026-09-30T12:00:00Z, or seconds since 1970",
    );
  }
  const kind = KINDS.find(({ operators }) => operators.test(operator));
  if (kind !== undefined && value.kind === "text" && !/\$\{/.test(value.text) && !kind.isOne(value.text)) {
    yield doubtful(value.at, `this operator compares ${kind.expected}, so this value matches nothing`);
  }
}

/** What the values of some operators look like. IAM takes any text there. */
const KINDS = [
  {
    operators: /^(?:Bool|Null)$/,
    isOne: (text: string) => /^(?:true|false)$/i.test(text),
    expected: "true and false",
  },
  {
    operators: /^Numeric/,
    isOne: (text: string) => /^-?\d+(?:\.\d+)?$/.test(text),
    expected: "numbers",
  },
  {
    operators: /IpAddress$/,
    isOne: isAddressOrRange,
    expected: "IP addresses and ranges, such as 203.0.113.0/24",
  },
  {
    operators: /^Arn/,
    // A pattern may stand for several of an ARN's six parts.
    isOne: (text: string) => /^(?:\*|(?:arn|\*)(?::[^:]*){5,}|(?:arn|\*):.*\*.*)$/.test(text),
    expected: "ARNs",
  },
];

function isAddressOrRange(text: string): boolean {
  const [address = "", length, ...rest] = text.split("/");
  const most = isIP(address) === 4 ? 32 : 128;
  return isIP(address) !== 0 && rest.length === 0 && (length === undefined || isLength(length, most));
}

function isLength(text: string, most: number): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) <= most;
}

/** Source: the note of the W3C on date and time formats, which IAM follows. */
const DATE =
  /^-?(?<year>\d{1,9})(?:-(?:0?[1-9]|1[0-2])(?:-(?:0?[1-9]|[12]\d|3[01])(?:T(?:[01]?\d|2[0-3])(?::[0-5]?\d(?::[0-5]?\d(?:\.\d{1,9})?)?)?(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?)?)?$/i;

const MOST_SECONDS = 9_223_372_036_854_775_807n;

function isDate(value: JsonValue): boolean {
  if (value.kind !== "text") {
    return value.kind === "number";
  }
  const { text } = value;
  if (/^\d{1,19}$/.test(text)) {
    return BigInt(text) <= MOST_SECONDS;
  }
  const year = Number(DATE.exec(text)?.groups?.["year"] ?? Number.NaN);
  return text.startsWith("-") ? year <= 292_275_054 : year <= 292_278_993;
}
