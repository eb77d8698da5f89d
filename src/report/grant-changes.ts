import { type Condition, onlyPassedAlong, type Statement } from "../aws/policies";
import type { Change, Row } from "../diff/row";
import { findRequest } from "../policy/requests";
import { requestsOf } from "../policy/statements";
import type { Grant } from "./grants";

/** What is looked at to tell whether a change is about a grant. */
type Standing = Pick<
  Grant,
  | "account_id"
  | "access"
  | "effect"
  | "who"
  | "target"
  | "actions"
  | "all_actions_but"
  | "resources"
  | "all_resources_but"
  | "condition"
  | "policy"
>;

/** The changes since a ref: which of them are about a grant of today, and which are about none. */
export class GrantChanges {
  private readonly byTarget = new Map<string, Row[]>();
  private readonly seen = new Set<Row>();

  constructor(private readonly rows: readonly Row[]) {
    for (const row of rows) {
      const place = `${row.where.account_id} ${targetOf(row)}`;
      const known = this.byTarget.get(place) ?? [];
      known.push(row);
      this.byTarget.set(place, known);
    }
  }

  /** What changed of one grant of today. */
  of(grant: Standing): Change[] {
    const rows = (this.byTarget.get(`${grant.account_id} ${grant.target}`) ?? []).filter((row) =>
      isAbout(row, grant),
    );
    for (const row of rows) {
      this.seen.add(row);
    }
    return [...new Set(rows.map(({ change }) => change))].sort();
  }

  /** The changes that were about no grant of today so far: most are of what is no longer granted. */
  others(): Row[] {
    return this.rows.filter((row) => !this.seen.has(row));
  }
}

function targetOf({ kind, who, where }: Row): string {
  return kind === "module" ? moduleText(who.id) : where.target;
}

/** What a team's module is called, and its changes are looked up by. */
export function moduleText(name: string): string {
  return `module ${name}`;
}

/** Whether a change is about a grant of today. What is lost is about none: another grant may still have a part of it. */
function isAbout(row: Row, grant: Standing): boolean {
  const { change, kind, who, policy, actions } = row;
  if (change === "lost" || grant.effect === "Deny") {
    return false;
  }
  switch (kind) {
    case "boundary":
      return grant.access === "permission";
    case "module":
      return grant.access === "module";
    case "assume":
    case "read_key":
      return (
        kind === grant.access &&
        who.id === grant.who &&
        onlyPassedAlong(actions) === undefined &&
        (change === "narrowed" ? hasCommon(row, grant) : isSame(row.condition, grant.condition))
      );
    case "use_key":
      return kind === grant.access && isOfSources(row, grant);
    case "permission":
      return (
        kind === grant.access &&
        (policy === undefined
          ? grant.actions.length > 0 && (change === "narrowed" ? hasCommon(row, grant) : isPart(row, grant))
          : policy === grant.policy)
      );
  }
}

/** Whether it is about where a key works from: from anywhere before, or from other addresses or other VPCs. */
function isOfSources({ change, condition }: Row, grant: Standing): boolean {
  const keys = keysOf(condition);
  return isSame(keys, keysOf(grant.condition)) || (change === "narrowed" && keys.length === 0);
}

/** The operators and keys of a condition: one address more or less is a change of the list. */
function keysOf(condition: Condition): readonly (readonly string[])[] {
  return Object.entries(condition).map(([operator, keys]) => [operator, ...Object.keys(keys)]);
}

/** Whether what is gained or widened is written in the grant. */
function isPart({ actions, resources, condition }: Row, grant: Standing): boolean {
  return (
    isWritten(actions, grant.actions, grant.all_actions_but) &&
    isWritten(resources, grant.resources, grant.all_resources_but) &&
    isSame(condition, grant.condition)
  );
}

const ALL_BUT = "all but ";

function isWritten(values: readonly string[], granted: readonly string[], isAllBut: boolean): boolean {
  return values.some((value) =>
    isAllBut
      ? value.startsWith(ALL_BUT) && isWritten(valuesBut(value), granted, false)
      : granted.includes(value),
  );
}

function valuesBut(value: string): string[] {
  return value.slice(ALL_BUT.length).split(", ");
}

/** Whether the grant still has a part of what is narrowed. */
function hasCommon(row: Row, grant: Standing): boolean {
  const { actions, all_actions_but, resources, all_resources_but, condition } = grant;
  return (
    findRequest([
      ...requestsOf(statementOf(row.actions, row.resources, row.condition)),
      ...requestsOf({
        Effect: "Allow",
        ...(actions.length === 0 ? {} : { [all_actions_but ? "NotAction" : "Action"]: actions }),
        ...(resources.length === 0 ? {} : { [all_resources_but ? "NotResource" : "Resource"]: resources }),
        Condition: condition,
      }),
    ]) !== undefined
  );
}

/** What a row is about, as a statement. "All but" is of a statement that has nothing else there. */
function statementOf(
  actions: readonly string[],
  resources: readonly string[],
  condition: Condition,
): Statement {
  const [action = "", resource = ""] = [actions[0], resources[0]];
  return {
    Effect: "Allow",
    ...(action === ""
      ? {}
      : action.startsWith(ALL_BUT)
        ? { NotAction: valuesBut(action) }
        : { Action: actions }),
    ...(resource === ""
      ? {}
      : resource.startsWith(ALL_BUT)
        ? { NotResource: valuesBut(resource) }
        : { Resource: resources }),
    Condition: condition,
  };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
