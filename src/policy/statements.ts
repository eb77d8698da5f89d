import type { PolicyDocument, Statement } from "../aws/policies";
import { type Clause, conditionClause, textClause } from "./clauses";
import type { Requests } from "./requests";

/** The requests that a statement is about. */
export function requestsOf(statement: Statement): Requests {
  const { Principal, Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  return [
    ...(Principal === undefined ? [] : [textClause("principal", principalPatterns(Principal))]),
    ...oneOf("action", Action, NotAction),
    ...oneOf("resource", Resource, NotResource),
    ...Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => asPrincipal(conditionClause(operator, key, values))),
    ),
  ];
}

/** The statements of a document with one effect. */
export function statementsOf(
  documents: readonly PolicyDocument[],
  effect: Statement["Effect"],
): readonly Statement[] {
  return documents.flatMap(({ Statement: given }) =>
    [given].flat().filter(({ Effect }) => Effect === effect),
  );
}

function oneOf(
  of: "action" | "resource",
  named: Statement["Action"],
  besides: Statement["Action"],
): Clause[] {
  return [
    ...(named === undefined ? [] : [textClause(of, [named].flat())]),
    ...(besides === undefined ? [] : [textClause(of, [besides].flat(), true)]),
  ];
}

function principalPatterns(principal: NonNullable<Statement["Principal"]>): string[] {
  return [...("Service" in principal ? [principal.Service] : [principal.AWS])].flat().map(principalPattern);
}

/** An account's root is everyone in the account whom the account itself lets. A service is called by its name. */
export function principalPattern(principal: string): string {
  return principal.replace(/:root$/, ":*");
}

/** Conditions on who calls are of the same thing as the principal is. */
function asPrincipal(clause: Clause): Clause {
  if (clause.kind !== "text") {
    return clause;
  }
  if (clause.of === "aws:principalarn") {
    return { ...clause, of: "principal" };
  }
  return clause.of === "aws:principalaccount"
    ? { ...clause, of: "principal", patterns: clause.patterns.map((account) => `arn:*:*::${account}:*`) }
    : clause;
}
