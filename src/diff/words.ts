import { allOf, firstOfMany } from "../accounts/wording";
import { type Condition, onlyPassedAlong } from "../aws/policies";
import type { Where, Who } from "./row";
import type { Unsaid } from "./rows";

/** Rows that differ in nothing but their accounts, in one sentence. */
export function sentence(rows: readonly Unsaid[]): string {
  const [row] = rows;
  if (row === undefined) {
    return "";
  }
  const place = placeOf(rows.map(({ where }) => where));
  const name = nameOf(row.where.target);
  const several = rows.length > 1;
  switch (row.kind) {
    case "assume":
      return assumeText(row, `${name} ${place}`);
    case "read_key":
      return `${whoText(row.who)} may read the ${several ? "keys" : "key"} ${several ? place.replace(/^in/, "of") : row.where.target}`;
    case "use_key":
      return `the ${several ? "keys" : "key"} of ${name} ${place} ${several ? "work" : "works"} ${sourceText(row.condition)}`;
    case "permission":
      return `${name} ${place} ${permissionText(row)}`;
    case "boundary":
      return `${name} ${place} ${boundaryText(row.resources)}`;
    case "module":
      return `the module "${row.who.id}" ${row.change === "widened" ? "has changed" : "runs"} ${place}; what it makes is not known here`;
  }
}

function assumeText({ who, actions, condition }: Unsaid, role: string): string {
  const [caller, asked] = [whoText(who), conditionText(condition)];
  const passed = onlyPassedAlong(actions);
  return passed === undefined
    ? `${caller} may assume ${role}${asked}`
    : `${caller} may pass ${allOf(passed)} to ${role}${asked} (this alone does not let it assume the role)`;
}

function permissionText({ change, actions, resources, policy, condition, isDenied }: Unsaid): string {
  const what =
    policy === undefined ? `may ${listed(actions)} on ${listed(resources)}` : `has AWS's policy ${policy}`;
  const isMore = change === "gained" || change === "widened";
  const shut = isDenied ? `, which a Deny ${isMore ? "kept" : "keeps"} shut` : "";
  return `${what}${conditionText(condition)}${shut}`;
}

function boundaryText([was, is]: readonly string[]): string {
  if (is === "none") {
    return `has no boundary any more (it was ${was})`;
  }
  return was === "none" ? `has the boundary ${is}` : `has the boundary ${is} in place of ${was}`;
}

/** `role/intern of 111111111111`. */
function whoText({ kind, id }: Who): string {
  switch (kind) {
    case "account":
      return `account ${id}`;
    case "service":
      return id;
    case "anyone":
      return "anyone";
    default:
      return `${nameOf(id)} of ${id.split(":")[4]}`;
  }
}

/** `role/service/pmm-ec2-role` of an ARN; another text is its own name. */
function nameOf(target: string): string {
  return /^arn:/.test(target) ? target.split(":").slice(5).join(":") : target;
}

const MOST_NAMED = 5;

/** What access is to, in one account or several: `role/vendor-monitoring in 2 accounts (billing and orders)`. */
export function subjectText(places: readonly Where[]): string {
  return `${nameOf(places[0]?.target ?? "")} ${placeOf(places)}`;
}

function placeOf(places: readonly Where[]): string {
  // An account may have the keys of several users.
  const names = [...new Set(places.map(({ account, account_id }) => account ?? account_id))];
  return names.length === 1 ? `in ${names[0]}` : `in ${names.length} accounts (${listed(names)})`;
}

/** "a, b and c"; of many "a, b, c, d, e and 3 more". */
function listed(values: readonly string[]): string {
  return values.length <= MOST_NAMED ? allOf(values) : firstOfMany(values, MOST_NAMED);
}

function sourceText(condition: Condition): string {
  const sources = Object.values(condition).flatMap((keys) => Object.values(keys).flat());
  return sources.length === 0 ? "from anywhere" : `from ${listed(sources)}`;
}

const OPERATORS: Readonly<Record<string, string>> = {
  StringEquals: "is",
  StringLike: "is like",
  IpAddress: "is in",
  Bool: "is",
};

/** " if aws:SourceIp is in 192.0.2.0/24 and ...", or nothing. */
export function conditionText(condition: Condition): string {
  const asked = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(
      ([key, values]) => `${key} ${OPERATORS[operator] ?? operator} ${[values].flat().join(" or ")}`,
    ),
  );
  return asked.length === 0 ? "" : ` if ${asked.join(" and ")}`;
}
