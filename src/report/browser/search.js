import { report } from "./data.js";

const texts = new Map();

/** All that is known of an account, but for the text of its policies. */
function textOf(account) {
  const known = texts.get(account) ?? JSON.stringify(account).toLowerCase();
  texts.set(account, known);
  return known;
}

/** Whether an account, or a policy in it, has every word that is searched for. */
export function isFound(account, search) {
  return wordsOf(search).every(
    (word) => textOf(account).includes(word) || policiesOf(account).some((id) => policiesWith(word).has(id)),
  );
}

/** The words of a search as the JSON of what is searched has them. */
function wordsOf(search) {
  return search
    .toLowerCase()
    .split(/\s+/)
    .map((word) => JSON.stringify(word).slice(1, -1));
}

function policiesOf({ identities }) {
  return identities.flatMap(({ trust, policies }) => [trust, ...policies.map(({ document: id }) => id)]);
}

const found = new Map();

/** The policies that have a word. Accounts share most of them, so that each is looked at once for a word. */
function policiesWith(word) {
  const known =
    found.get(word) ??
    new Set(
      Object.entries(report.documents).flatMap(([id, { policy }]) =>
        JSON.stringify(policy).toLowerCase().includes(word) ? [id] : [],
      ),
    );
  found.set(word, known);
  return known;
}

/** Whether a text in lower case has every word that is searched for. */
export function matches(text, search) {
  return wordsOf(search).every((word) => text.includes(word));
}
