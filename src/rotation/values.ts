import { isDeepStrictEqual } from "node:util";
import type { Path } from "../accounts/problem";
import { valueAt } from "../accounts/values";
import type { KeyedUser } from "./keyed-users";
import type { KeyValues } from "./steps";

/** The data of a file with other values of some settings: what an edit has to come to. */
export function withValues(
  plain: unknown,
  settings: readonly { readonly user: Pick<KeyedUser, "path">; readonly values: Partial<KeyValues> }[],
): unknown {
  return settings.reduce((data, { user, values }) => withValuesAt(data, user.path, values), plain);
}

/** A switch becomes a mapping. What is beside the path stays the same object. */
function withValuesAt(data: unknown, [step, ...rest]: Path, values: Partial<KeyValues>): unknown {
  if (step === undefined) {
    return { ...(typeof data === "object" ? data : {}), ...values };
  }
  const value = withValuesAt(valueAt(data, [step]), rest, values);
  return Array.isArray(data)
    ? data.map((item: unknown, index) => (index === step ? value : item))
    : { ...(data as Readonly<Record<string, unknown>>), [step]: value };
}

/** The first place where two values differ, as far down as both are of one kind; undefined where they are equal. */
export function firstDifference(a: unknown, b: unknown, path: Path = []): Path | undefined {
  if (isDeepStrictEqual(a, b)) {
    return undefined;
  }
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) {
    return path;
  }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const step = Array.isArray(a) ? Number(key) : key;
    const found = firstDifference(a[key], b[key], [...path, step]);
    if (found !== undefined) {
      return found;
    }
  }
  return path;
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
