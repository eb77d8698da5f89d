/**
 * When two policy documents mean the same, as github.com/hashicorp/awspolicyequivalence
 * decides it for the provider: the order of statements and of lists, one string
 * for a list of one, and an account id for its root's ARN make no difference.
 */
export function equivalent(left: string, right: string): boolean {
  const [one, other] = [meaning(left), meaning(right)];
  return one !== undefined && one === other;
}

/** The document as the provider keeps and sends it: no white space, keys sorted. What is no JSON stays as it is. */
export function normalized(document: string): string {
  const parsed = parse(document);
  return parsed === undefined ? document : escaped(JSON.stringify(sorted(parsed)));
}

/** As Go's encoder writes it, which the provider sends policies through. */
function escaped(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Whether the text is a JSON object, which the provider asks of every policy before it calls AWS. */
export function isDocument(text: string): boolean {
  const parsed = parse(text);
  return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
}

/** Lists whose order, and whose brackets around one item, mean nothing. */
const SETS = new Set(["Action", "NotAction", "Resource", "NotResource"]);

function meaning(document: string): string | undefined {
  const parsed = parse(document);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
  const statements = list((parsed as Record<string, unknown>)["Statement"])
    .map(statementMeaning)
    .sort();
  return JSON.stringify(sorted({ ...parsed, Statement: statements }));
}

function statementMeaning(statement: unknown): string {
  if (typeof statement !== "object" || statement === null) return JSON.stringify(statement);
  const canonical = Object.entries(statement).map(([key, value]) => {
    if (SETS.has(key)) return [key, set(value)];
    if (key === "Principal" || key === "NotPrincipal") return [key, principals(value)];
    if (key === "Condition") return [key, conditions(value)];
    return [key, value];
  });
  return JSON.stringify(sorted(Object.fromEntries(canonical)));
}

function principals(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const root = (item: string) => item.replace(/^arn:[^:]+:iam::(\d{12}):root$/, "$1");
  return Object.fromEntries(
    Object.entries(value).map(([kind, names]) => [kind, set(names).map(root).sort()]),
  );
}

function conditions(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const tests = (test: unknown) =>
    Object.fromEntries(Object.entries(test as object).map(([key, values]) => [key, set(values)]));
  return Object.fromEntries(Object.entries(value).map(([operator, test]) => [operator, tests(test)]));
}

function set(value: unknown): string[] {
  return list(value).map(String).sort();
}

function list(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
