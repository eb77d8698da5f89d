import type { AccessModel } from "../access/model";
import type { Identity } from "../features/identity";
import type { Unsaid } from "./rows";
import { identitiesIn, type WhereIs } from "./where";
import { asWho } from "./who";
import { anyCall } from "./witness";

/**
 * Boundaries that came, went or changed on identities that are there on both sides. What a boundary of the user's own
 * allows is not known here, so another one counts as wider.
 */
export function changedBoundaries(
  before: readonly AccessModel[],
  after: readonly AccessModel[],
  whereIs: WhereIs,
): Unsaid[] {
  const known = identitiesIn(before);
  return [...identitiesIn(after).values()].flatMap((identity): Unsaid[] => {
    const was = known.get(identity.arn);
    const isSame = was?.boundary === identity.boundary;
    return was === undefined || was.origin !== identity.origin || isSame
      ? []
      : [boundaryRow(was, identity, whereIs)];
  });
}

function boundaryRow({ boundary: was }: Identity, identity: Identity, whereIs: WhereIs): Unsaid {
  const row = {
    kind: "boundary" as const,
    who: asWho(identity),
    where: whereIs({ kind: "permission", identity }),
    actions: [],
    resources: [was, identity.boundary].map((arn) => arn ?? "none"),
    condition: {},
  };
  return was === undefined
    ? { ...row, change: "narrowed" }
    : {
        ...row,
        change: "widened",
        witness: {
          principal: identity.arn,
          ...anyCall(identity),
          context: {},
          assuming: `the boundary ${was} did not allow it${identity.boundary === undefined ? "" : ", and the new one does"}`,
        },
      };
}
