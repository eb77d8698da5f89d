const { report: written, kinds, marks } = JSON.parse(document.getElementById("report").textContent);

const MARK = new RegExp(`([${Object.values(marks).join("")}])`);

/** What each kind of grant is called, in the order of the matrix. */
export const KINDS = kinds;

export const report = expanded(written);

/** Puts each account's own id and name, and the ids of documents, back where the marks are. */
function expanded({ texts, accounts, documents, changes, ...others }) {
  const parts = texts.map((text) => text.split(MARK));
  const filled = (number, account, numbers = []) => JSON.parse(textOf(parts[number], account, [...numbers]));
  return {
    ...others,
    accounts: accounts.map((account) => ({
      ...account,
      identities: account.identities.map(([number, ...numbers]) => filled(number, account, numbers)),
    })),
    documents: Object.fromEntries(
      documents.map(([id, number, account]) => [id, filled(number, accounts[account])]),
    ),
    changes: changes.map(([number, account]) => filled(number, accounts[account])),
  };

  /** Every second part is a mark. The marks of documents are in the order of their numbers. */
  function textOf(of, account, numbers) {
    if (of.length === 1) {
      return of[0];
    }
    const values = new Map([
      [marks.id, account.account_id],
      [marks.name, account.name],
      [marks.alias, account.name.replaceAll("-", "_")],
    ]);
    return of
      .map((part) => (part === marks.document ? documents[numbers.shift()][0] : (values.get(part) ?? part)))
      .join("");
  }
}

const byName = new Map(report.accounts.map((account) => [account.name, account]));
const byId = new Map(report.accounts.map((account) => [account.account_id, account]));

export function accountNamed(name) {
  return byName.get(name);
}

/** The name of an account by its id, where the report has it. */
export function accountWithId(id) {
  return byId.get(id);
}

/** All roles and users, each with its account. */
export const identities = report.accounts.flatMap((account) =>
  account.identities.map((identity) => ({ account, identity })),
);

/** The changes by the ARN, secret or module that they are of, and by account id. */
export const changesOf = collected(report.changes, ({ where }) => where.target);
export const changesIn = collected(report.changes, ({ where }) => where.account_id);

export function collected(items, keyOf) {
  const map = new Map();
  for (const item of items) {
    const key = keyOf(item);
    const known = map.get(key);
    if (known === undefined) {
      map.set(key, [item]);
    } else {
      known.push(item);
    }
  }
  return map;
}

/** The changes of a role or user, its trust and its key. */
export function changesOfIdentity({ arn, keys }) {
  return [...(changesOf.get(arn) ?? []), ...(keys === null ? [] : (changesOf.get(keys.secret) ?? []))];
}

/** Whether a role or user is made here without a boundary. One that exists already may have one that is not known. */
export function isUnbounded({ origin, boundary }) {
  return origin === "made" && boundary === null;
}

/** Everyone who may use something, with all of it, by id. Who holds a key is told by the key itself. */
export const principals = principalsOf();

function principalsOf() {
  const map = new Map();
  for (const { account, identity } of identities) {
    for (const use of identity.uses) {
      if (use.who.kind !== "key_holder") {
        const id = principalId(use.who);
        const known = map.get(id) ?? { id, who: use.who, uses: [], isVendor: false };
        map.set(id, known);
        known.uses.push({ account, identity, use });
        known.isVendor ||= identity.grant_kind === "third_party" && !byId.has(accountIdOf(use.who));
      }
    }
  }
  return new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function principalId(who) {
  return who.arn ?? who.accountId ?? who.name;
}

/** The account that a principal is of; undefined for a service. */
export function accountIdOf(who) {
  return who.accountId ?? who.arn?.split(":")[4];
}

/** The statements of a policy. A user's own may have one without a list around it. */
export function statementsOf({ Statement: given }) {
  return [given].flat();
}
