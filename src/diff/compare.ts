import { publishedActions } from "../aws/actions";
import {
  allowedOnlyBy,
  findRequest,
  isAllowedByBoth,
  type Permissions,
  type Request,
  type Requests,
  takenForGranted,
} from "../policy/requests";
import type { Atom } from "./atoms";
import type { Grants } from "./subjects";

/** How an atom of one side is on the other: not there at all, or there in part. */
export interface Difference {
  readonly atom: Atom;
  readonly extent: "whole" | "part";
  /** One request that this side allows and the other does not. */
  readonly witness: Request;
  /** Conditions whose meaning is not known, and which the witness takes for granted, in words. */
  readonly assumed: readonly string[];
  /** Whether the other side allows it, and a Deny there takes it back. */
  readonly isDenied: boolean;
}

/** Values of a request that are good to read, by what they are of. */
export type Candidates = (of: string, atom: Atom) => readonly string[];

/**
 * The atoms of one side that the other allows in part or not at all. Of one of AWS's own policies one atom stands for
 * all: a row names the policy.
 */
export function differences(side: Grants, other: Grants, candidates: Candidates): Difference[] {
  const texts = new Set(other.allow.map(({ text }) => text));
  // What both sides deny is no difference.
  const denied = new Set(side.deny.map(textOf));
  const deny = other.deny.filter((requests) => !denied.has(textOf(requests)));
  const [here, there] = [new ByService(side), new ByService({ allow: other.allow, deny })];
  const policies = new Set(other.allow.flatMap(({ policy }) => policy ?? []));
  const found: Difference[] = [];
  const ofPolicies = new Map<string, Difference>();
  const done = new Set<string>();
  for (const atom of side.allow) {
    const isThere = texts.has(atom.text);
    if ((isThere && deny.length === 0) || (atom.policy !== undefined && done.has(atom.policy))) {
      continue;
    }
    const difference = differenceOf(atom, here.about(atom), there.about(atom, isThere), (of) =>
      candidates(of, atom),
    );
    if (difference === undefined) {
      continue;
    }
    if (atom.policy === undefined) {
      found.push(difference);
      continue;
    }
    // The first that a call of AWS's can show; a pattern may match none.
    const known = ofPolicies.get(atom.policy);
    if (known === undefined || isKnownAction(difference.witness)) {
      const extent = policies.has(atom.policy) ? "part" : difference.extent;
      ofPolicies.set(atom.policy, { ...difference, extent });
    }
    if (isKnownAction(difference.witness)) {
      done.add(atom.policy);
    }
  }
  return [...found, ...ofPolicies.values()];
}

function isKnownAction(witness: Request): boolean {
  return publishedActions().actions.matching(witness.get("action") ?? "").length > 0;
}

function textOf(requests: Requests): string {
  return JSON.stringify(requests);
}

function differenceOf(
  atom: Atom,
  here: Permissions,
  there: Permissions,
  candidates: (of: string) => readonly string[],
): Difference | undefined {
  const [gained] = allowedOnlyBy(atom.requests, here, there);
  const witness = gained && findRequest(gained, candidates);
  if (gained === undefined || witness === undefined) {
    return undefined;
  }
  // Without a Deny there, what is gained has nothing in common with what is allowed there.
  const isDenied =
    there.deny.length > 0 && there.allow.some((allow) => findRequest([...gained, ...allow]) !== undefined);
  const extent = isAllowedByBoth(atom.requests, here, there) ? "part" : "whole";
  return { atom, extent, witness, assumed: assumedIn(gained, witness), isDenied };
}

function assumedIn(requests: Requests, witness: Request): string[] {
  const conditions = takenForGranted(requests, witness).filter(({ key }) => key !== undefined);
  return [...new Set(conditions.map(({ isNegated, says }) => `${isNegated ? "not " : ""}${says}`))];
}

/** What one side allows and denies, looked up by service: AWS's own policies name thousands of actions. */
class ByService {
  private readonly allow = new Map<string, Atom[]>();

  constructor(private readonly grants: Grants) {
    for (const atom of grants.allow) {
      const service = serviceOf(atom);
      this.allow.set(service, [...(this.allow.get(service) ?? []), atom]);
    }
  }

  /** What may have to do with an atom; `isThere`: an atom of the same text is there, which allows all of it. */
  about(atom: Atom, isThere = false): Permissions {
    const { deny } = this.grants;
    if (isThere) {
      return { allow: [atom.requests], deny };
    }
    const service = serviceOf(atom);
    const allow =
      service === ANY_SERVICE
        ? this.grants.allow
        : [...(this.allow.get(service) ?? []), ...(this.allow.get(ANY_SERVICE) ?? [])];
    return { allow: allow.map(({ requests }) => requests), deny };
  }
}

const ANY_SERVICE = "*";

/** The service of an action, where a pattern or a statement without an action leaves no doubt about it. */
function serviceOf({ action = "" }: Atom): string {
  const [, service = ANY_SERVICE] = /^([\w-]+):/.exec(action) ?? [];
  return service.toLowerCase();
}
