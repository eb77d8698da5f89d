import { type Finding, warning } from "../accounts/problem";
import type { AccessModel } from "./model";

/** Roles and users that a map of boundaries leaves out have none, which nobody may have meant. */
export function* boundariesLeftOut({ deployment, stacks, callers }: AccessModel): Iterable<Finding> {
  const said = new Set<string>();
  const made = stacks.flatMap(({ accounts }) =>
    accounts.flatMap(({ account: { boundaries }, calls }) =>
      calls.flatMap(({ makes }) => makes.map((identity) => ({ identity, boundaries }))),
    ),
  );
  const { boundaries } = deployment.source;
  const ofCallers = callers.map(({ role }) => ({ identity: role, boundaries }));
  for (const { identity, boundaries } of [...ofCallers, ...made]) {
    const { boundedAs, askedBy } = identity;
    const bound = boundedAs && boundaries[boundedAs];
    const place = `${bound?.path?.join(".")} ${boundedAs}`;
    if (boundedAs !== undefined && bound?.isLeftOut && bound.path !== undefined && !said.has(place)) {
      // A map of the defaults is one place for many accounts.
      said.add(place);
      yield warning(
        bound.path,
        "permissions-boundary",
        `this map has no ${boundedAs}, so that ${askedBy[0]?.what} is made without a boundary; add ${boundedAs}: and a policy's name, or ${boundedAs}: null if that is meant`,
        "key",
      );
    }
  }
}
