import { distance } from "fastest-levenshtein";
import { firstOfMany, nearest } from "../../accounts/wording";
import { publishedActions } from "../../aws/actions";
import type { JsonEntry } from "../../modules/json-reader";
import { takenBackOn } from "./data-deny";
import { handedOutBesides, handedOutBy, openedBy } from "./handed-out-access";
import { doubtful, type PlacedText, type Remark, textsOf, valuesOf, wrong } from "./policy-document/remark";
import { isAction } from "./policy-document/statement";

/** What a third party's policy grants that it should not, and what it does not grant although it seems to. */

/** A document's statements, each as its keys. */
export type Statements = readonly (readonly JsonEntry[])[];

const READS = "expected the reads that it needs, each by its name or as Get*, List* and Describe*";

/** Errors for what hands out access, warnings for what opens stored things to others. */
export function* grantRemarks(statements: Statements): Iterable<Remark> {
  for (const entries of statements.filter(isAllow)) {
    for (const { at, text } of textsAt(entries, "Action")) {
      const handedOut = handedOutBy(text);
      const opened = openedBy(text);
      if (handedOut.length > 0) {
        yield wrong(
          at,
          `this lets the third party hand out access: it allows ${someOf(handedOut)}; ${READS}`,
        );
      } else if (opened.length > 0) {
        yield doubtful(
          at,
          `this lets the third party open to others what is stored here: it allows ${someOf(opened)}; ${READS}`,
        );
      }
    }
    const notAction = entries.find(({ key }) => key === "NotAction");
    if (notAction !== undefined) {
      const left = handedOutBesides(textsAt(entries, "NotAction").map(({ text }) => text));
      const also = left.length === 0 ? "" : `, so also ${someOf(left)}`;
      yield wrong(
        notAction.at,
        `this lets the third party hand out access: it allows all but what its NotAction names${also}; ${READS}`,
      );
    }
  }
}

/** A warning for each pattern that matches no action of AWS's. */
export function* unknownActions(statements: Statements): Iterable<Remark> {
  const { published, actions } = publishedActions();
  let suggestions = 0;
  for (const { at, text } of statements.flatMap((entries) => [
    ...textsAt(entries, "Action"),
    ...textsAt(entries, "NotAction"),
  ])) {
    if (/^[A-Za-z0-9-]+:[A-Za-z0-9*?-]+$/.test(text) && actions.matching(text).length === 0) {
      suggestions += 1;
      const near = suggestions <= MOST_SUGGESTIONS ? nearestAction(text) : undefined;
      yield doubtful(
        at,
        `AWS had no action of this name on ${published}, so this matches nothing; ${near === undefined ? "look it up in AWS's Service Authorization Reference" : `did you mean ${near}?`}`,
      );
    }
  }
}

/** To find the nearest of some hundred names takes a while. */
const MOST_SUGGESTIONS = 50;

/** The action of the service that differs in two letters; else that of this name which one other service has; else the nearest. */
function nearestAction(text: string): string | undefined {
  const { actions } = publishedActions();
  const [service = "", pattern = ""] = text.toLowerCase().split(":");
  const name = pattern.replace(/[*?]/g, "");
  const meant = actions.services.includes(service) ? service : nearest(service, actions.services);
  const near = meant === undefined ? undefined : nearest(name, actions.namesOf(meant));
  if (near !== undefined && distance(near.toLowerCase(), name) <= 2) {
    return `${meant}:${near}`;
  }
  const [only, ...others] = actions.services.flatMap((other) => actions.matching(`${other}:${name}`));
  return only !== undefined && others.length === 0 ? only : near && `${meant}:${near}`;
}

/** A warning for each pattern of which the Deny beside the policy takes something back. */
export function* takenBackRemarks(statements: Statements): Iterable<Remark> {
  for (const entries of statements.filter(isAllow)) {
    const resources = textsAt(entries, "Resource").map(({ text }) => text);
    const takenBack = takenBackOn(resources.length === 0 ? ["*"] : resources);
    const reads = textsAt(entries, "Action").filter(
      ({ text }) => isAction(text) && handedOutBy(text).length === 0,
    );
    for (const { at, text } of reads) {
      const { whole, inPart } = takenBack(text);
      const taken = [
        ...(whole.length === 0 ? [] : [someOf(whole)]),
        ...(inPart.length === 0 ? [] : [`${someOf(inPart)} on some resources`]),
      ];
      if (taken.length > 0) {
        yield doubtful(
          at,
          `the Deny of deny_data_access takes back what this allows: ${taken.join(", and ")}; remove the action if the third party does not need it, or set deny_data_access: false, which lets it read data and secrets`,
        );
      }
    }
  }
}

/** What is no Deny counts as an Allow. */
function isAllow(entries: readonly JsonEntry[]): boolean {
  return !valuesOf(entries, "Effect")
    .flatMap(textsOf)
    .some(({ text }) => text === "Deny");
}

function textsAt(entries: readonly JsonEntry[], key: string): PlacedText[] {
  return valuesOf(entries, key).flatMap(textsOf);
}

/** "a, b, c and 12 more". */
function someOf(actions: readonly string[]): string {
  return firstOfMany(actions, 5);
}
