/** Lists whose order, and whose brackets around one item, mean nothing. */
const SETS = new Set(["Action", "NotAction", "Resource", "NotResource"]);

/**
 * What a policy document means, as text that is equal for two documents exactly where they mean the same. The order
 * of statements, lists and keys makes no difference, nor do brackets around one item, nor an account id in place of
 * the ARN of its root, nor quotes around a number or a boolean; everything else does. Undefined where the text is no
 * JSON object. (The rules are those of github.com/hashicorp/awspolicyequivalence, by which the AWS provider tells
 * a changed policy.)
 */
export function meaning(document: string): string | undefined {
  const parsed = parseJson(document);
  if (!isObject(parsed)) return undefined;
  const statements = list(parsed["Statement"]).map((statement) =>
    JSON.stringify(statementMeaning(statement)),
  );
  return JSON.stringify(
    sorted({ ...parsed, Statement: statements.sort().map((statement): unknown => JSON.parse(statement)) }),
  );
}

function statementMeaning(statement: unknown): unknown {
  if (!isObject(statement)) return statement;
  const canonical = Object.entries(statement).map(([key, value]) => {
    if (SETS.has(key)) return [key, set(value)];
    if (key === "Principal" || key === "NotPrincipal") return [key, principals(value)];
    if (key === "Condition") return [key, conditions(value)];
    return [key, value];
  });
  return sorted(Object.fromEntries(canonical));
}

function principals(value: unknown): unknown {
  if (!isObject(value)) return value;
  const root = (item: string) => item.replace(/^arn:[^:]+:iam::(\d{12}):root$/, "$1");
  return Object.fromEntries(
    Object.entries(value).map(([kind, names]) => [kind, set(names).map(root).sort()]),
  );
}

function conditions(value: unknown): unknown {
  if (!isObject(value)) return value;
  const tests = (test: unknown) =>
    isObject(test)
      ? Object.fromEntries(Object.entries(test).map(([key, values]) => [key, set(values)]))
      : test;
  return Object.fromEntries(Object.entries(value).map(([operator, test]) => [operator, tests(test)]));
}

function set(value: unknown): string[] {
  return list(value).map(String).sort();
}

function list(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The value with the keys of its objects in order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/** Undefined where the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
