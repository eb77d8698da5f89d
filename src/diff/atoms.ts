import type { Condition, Statement } from "../aws/policies";
import { textClause } from "../policy/clauses";
import { namedPrincipals } from "../policy/named-principals";
import { literal } from "../policy/patterns";
import type { Requests } from "../policy/requests";
import { principalPattern, requestsOf } from "../policy/statements";

/** The smallest part of a statement: one action on one resource for one principal, under the statement's condition. */
export interface Atom {
  /** As the statement writes them; undefined where it says none. */
  readonly principal: string | undefined;
  readonly action: string | undefined;
  readonly resource: string | undefined;
  readonly condition: Condition;
  /** One of AWS's own policies that has the statement. */
  readonly policy: string | undefined;
  readonly requests: Requests;
  /** Atoms with the same text mean the same. */
  readonly text: string;
}

/** The parts of a statement that allows something. */
export function atomsOf(statement: Statement, policy?: string): Atom[] {
  const { Action, NotAction, Resource, NotResource } = statement;
  const { principals, condition } = principalsOf(statement);
  const rest = requestsOf({
    Effect: "Allow",
    ...(statement.Principal === undefined ? {} : { Principal: statement.Principal }),
    ...(NotAction === undefined ? {} : { NotAction }),
    ...(NotResource === undefined ? {} : { NotResource }),
    Condition: condition,
  });
  const actions = Action === undefined ? [undefined] : [Action].flat();
  const resources = Resource === undefined ? [undefined] : [Resource].flat();
  return principals.flatMap(({ principal, requests: by }) =>
    actions.flatMap((action) =>
      resources.map((resource): Atom => {
        const requests = [
          ...by,
          ...(action === undefined ? [] : [textClause("action", [action])]),
          ...(resource === undefined ? [] : [textClause("resource", [resource])]),
          ...rest,
        ];
        return {
          principal,
          action: action ?? besides(NotAction),
          resource: resource ?? besides(NotResource),
          condition,
          policy,
          requests,
          text: JSON.stringify(requests),
        };
      }),
    ),
  );
}

/** A policy of AWS's whose document is not known here: the same as itself, and different from all else. */
export function unknownPolicy(policy: string): Atom {
  const requests: Requests = [
    textClause("action", ["*"]),
    textClause("resource", ["*"]),
    {
      kind: "unread",
      of: "policy",
      isNegated: false,
      text: policy,
      says: policy,
      matchesAbsent: false,
      sample: undefined,
    },
  ];
  return {
    principal: undefined,
    action: undefined,
    resource: undefined,
    condition: {},
    policy,
    requests,
    text: JSON.stringify(requests),
  };
}

function besides(named: Statement["NotAction"]): string | undefined {
  return named === undefined ? undefined : `all but ${[named].flat().join(", ")}`;
}

interface ByPrincipal {
  readonly principals: readonly { readonly principal: string | undefined; readonly requests: Requests }[];
  /** Without what names the principals. */
  readonly condition: Condition;
}

/** The roles and users that the condition names, or else those that the statement does. */
function principalsOf(statement: Statement): ByPrincipal {
  const { Principal } = statement;
  const { arns, condition } = namedPrincipals(statement);
  if (arns !== undefined) {
    const principals = arns.map((principal) => ({
      principal,
      requests: [textClause("principal", [literal(principal)])],
    }));
    return { principals, condition };
  }
  const written =
    Principal === undefined
      ? [undefined]
      : "Service" in Principal
        ? [Principal.Service].flat()
        : [Principal.AWS].flat();
  const principals = written.map((principal) => ({
    principal,
    requests: principal === undefined ? [] : [textClause("principal", [principalPattern(principal)])],
  }));
  return { principals, condition };
}
