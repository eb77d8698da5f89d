import type { JsonEntry, JsonValue } from "../../../modules/json-reader";
import { conditionRemarks } from "./condition";
import { called, meant, type Remark, textOrTexts, textsOf, unknownKeys, valuesOf, wrong } from "./remark";
import { resourceRemarks } from "./resource";

const KEYS = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];

const EFFECTS = ["Allow", "Deny"];

const PRINCIPALS = ["Principal", "NotPrincipal"];

/** What IAM refuses in one statement. `at` is where it begins. */
export function* statementRemarks(at: number, entries: readonly JsonEntry[]): Iterable<Remark> {
  yield* unknownKeys(
    entries.filter(({ key }) => !PRINCIPALS.includes(key)),
    KEYS,
    "in a statement",
  );
  for (const { key, at: place } of entries.filter((entry) => PRINCIPALS.includes(entry.key))) {
    yield wrong(place, `a role's policy has no ${key}, which is for trust and resource policies; remove it`);
  }
  yield* effects(at, valuesOf(entries, "Effect"));
  yield* eitherOf(at, entries, ["Action", "NotAction"]);
  yield* eitherOf(at, entries, ["Resource", "NotResource"]);
  for (const { key, value } of entries) {
    yield* JUDGES[key]?.(value, key) ?? [];
  }
}

type Judge = (value: JsonValue, key: string) => Iterable<Remark>;

const JUDGES: Readonly<Record<string, Judge | undefined>> = Object.assign(Object.create(null), {
  Sid: sid,
  Action: actions,
  NotAction: actions,
  Resource: resources,
  NotResource: resources,
  Condition: conditionRemarks,
} satisfies Record<string, Judge>);

function* effects(at: number, values: readonly JsonValue[]): Iterable<Remark> {
  if (values.length === 0) {
    yield wrong(at, 'Effect is missing in this statement; expected "Effect": "Allow" or "Deny"');
  }
  for (const value of values) {
    if (value.kind !== "text") {
      yield wrong(value.at, `Effect is ${called(value)}; expected "Allow" or "Deny"`);
    } else if (!EFFECTS.includes(value.text)) {
      yield wrong(value.at, `Effect is neither Allow nor Deny; ${meant(value.text, EFFECTS)}`);
    }
  }
}

/** A statement has one of the two keys, and one only. */
function* eitherOf(
  at: number,
  entries: readonly JsonEntry[],
  [key, not]: readonly [string, string],
): Iterable<Remark> {
  const found = entries.filter((entry) => entry.key === key || entry.key === not);
  const second = found.find((entry) => entry.key !== found[0]?.key);
  if (found.length === 0) {
    yield wrong(at, `${key} is missing in this statement; expected ${key}, or ${not}`);
  } else if (second !== undefined) {
    yield wrong(second.at, `this statement has both ${key} and ${not}; expected one of them`);
  }
}

/** Source: IAM JSON policy elements, "Sid". */
function* sid(value: JsonValue): Iterable<Remark> {
  if (value.kind !== "text") {
    yield wrong(value.at, `Sid is ${called(value)}; expected text`);
  } else if (!/^[A-Za-z0-9]*$/.test(value.text)) {
    yield wrong(
      value.at,
      "the Sid has characters that IAM refuses; expected letters A to Z and digits alone, such as ReadMetrics",
    );
  }
}

/** A service and an action, which may have wildcards; or `*`. The service has none. */
const ACTION = /^(?:[A-Za-z0-9-]+:[A-Za-z0-9*?-]+|\*(?::\*)?)$/;

/** Whether IAM takes a text for an action, or for a pattern of actions. */
export function isAction(text: string): boolean {
  return ACTION.test(text);
}

function* actions(value: JsonValue, key: string): Iterable<Remark> {
  yield* textOrTexts(value, key, '"cloudwatch:GetMetricData"');
  for (const { at, text } of textsOf(value)) {
    if (!isAction(text)) {
      yield wrong(at, `${actionFault(text)}; expected a service and an action, such as "rds:Describe*"`);
    }
  }
}

function actionFault(text: string): string {
  const [service = "", ...names] = text.split(":");
  if (/\s/.test(text)) {
    return "this action has white space in it";
  }
  if (names.length === 0) {
    return "this action has no service in front of it";
  }
  if (names.length > 1) {
    return "this action has more than one colon";
  }
  if (/[*?]/.test(service)) {
    return "this action has a wildcard in its service, where IAM takes none";
  }
  return "this action has characters that no action has, or lacks a part";
}

function* resources(value: JsonValue, key: string): Iterable<Remark> {
  yield* textOrTexts(value, key, '"*" or "arn:aws:s3:::a-bucket"');
  for (const text of textsOf(value)) {
    yield* resourceRemarks(text);
  }
}
