import { accountWithId, identities, principals, report } from "./data.js";
import { chip, code, element } from "./elements.js";
import { foundText, identityLink, previousText } from "./identities.js";
import { searchable } from "./searchable.js";
import {
  accountLink,
  changeChip,
  counted,
  principalLink,
  principalText,
  sourcesText,
  vendorNames,
} from "./words.js";

/** Everyone who may use something, or the vendors alone. */
export function principalsPage({ only, search }, onFilter) {
  const found = [...principals.values()].filter(({ isVendor }) => only !== "vendors" || isVendor);
  const accountsOf = ({ uses }) => [...new Set(uses.map(({ account }) => account))];
  return searchable(
    {
      title: only === "vendors" ? "Vendors" : "Who has access",
      lead:
        only === "vendors"
          ? "Third parties outside these accounts. Choose one to see all that it can reach."
          : "Every role, account and service that may assume a role or read a key. Choose one to see all that it can reach.",
      heads: ["Who", "Known as", "May", "In"],
      items: found,
      rowOf: (principal) => [
        principalLink(principal.who),
        principal.isVendor ? [chip("neutral", "vendor"), " ", vendorNames(principal).join(", ")] : undefined,
        mayText(principal),
        counted(accountsOf(principal).length, "account"),
      ],
      searchedOf: (principal) => [
        principal.id,
        principalText(principal.who),
        vendorNames(principal),
        accountsOf(principal).map(({ name }) => name),
      ],
      none: only === "vendors" ? "No third party has access." : "Nobody has access.",
      search,
    },
    (chosen) => onFilter({ only, ...chosen }),
  );
}

export function mayText({ uses }) {
  const count = (kind) => uses.filter(({ use }) => use.may === kind).length;
  return [
    [count("assume"), "assume", "role"],
    [count("read_key"), "read", "key"],
  ]
    .filter(([number]) => number > 0)
    .map(([number, verb, noun]) => `${verb} ${counted(number, noun)}`)
    .join(", ");
}

/** Every access key, with who may read it. */
export function keysPage({ search }, onFilter) {
  const found = identities.filter(({ identity }) => identity.keys !== null);
  const readers = ({ uses }) => uses.filter(({ may }) => may === "read_key").map(({ who }) => who);
  return searchable(
    {
      title: "Access keys",
      lead: "Each key is in a secret of the source account. secrets.readers adds readers; whoever has a policy of that account that reads secrets can read it too.",
      heads: [
        "Account",
        "User",
        "Secret",
        "Who may read it",
        "Works from",
        "Generation",
        ...(report.states.length === 0 ? [] : ["In the state"]),
      ],
      items: found,
      rowOf: ({ account, identity }) => [
        accountLink(account),
        identityLink(account, identity),
        code(identity.keys.secret),
        lines(readers(identity).map(principalLink), chip("neutral", "no reader named")),
        sourcesText(identity.keys),
        [
          String(identity.keys.generation),
          element("span", { class: "muted block" }, previousText(identity.keys)),
        ],
        ...(report.states.length === 0 ? [] : [foundText(identity)]),
      ],
      searchedOf: ({ account, identity }) => [
        account.name,
        account.account_id,
        identity.name,
        identity.keys,
        readers(identity),
      ],
      none: "No access key is made.",
      search,
    },
    onFilter,
  );
}

/** Each item on a line of its own. */
export function lines(items, otherwise) {
  return items.length === 0
    ? otherwise
    : element(
        "ul",
        { class: "plain" },
        items.map((item) => element("li", {}, item)),
      );
}

/** What has changed since the ref, row by row as `pmm-iam diff` prints it. */
export function changesPage({ search }, onFilter) {
  const since = report.since;
  if (since === null) {
    return [
      element("h1", { tabindex: "-1" }, "What has changed"),
      element(
        "p",
        { class: "notice" },
        "This report was made without --since. Make it again with the tag or commit of the last review: ",
        code("pmm-iam report --since <ref>"),
      ),
    ];
  }
  return searchable(
    {
      title: "What has changed",
      lead: [
        "Since ",
        code(since.ref),
        ` (${since.commit.slice(0, 7)}). Gained and widened come first: somebody may do more than before. Narrowed and lost say what went.`,
      ],
      heads: ["Change", "Account", "What", "Such as"],
      items: report.changes,
      rowOf: changeRow,
      searchedOf: (row) => row,
      none: "Nobody has gained or lost anything.",
      search,
    },
    onFilter,
  );
}

export function changeRow({ change, where, says, witness }) {
  const account = accountWithId(where.account_id);
  return [
    changeChip(change),
    account === undefined ? (where.account ?? where.account_id) : accountLink(account),
    says,
    witness === undefined ? undefined : witnessText(witness),
  ];
}

function witnessText({ principal, action, resource, context, assuming }) {
  const carrying = Object.entries(context).map(([key, value]) => [" with ", code(key), " ", code(value)]);
  return [
    code(principal),
    " calls ",
    code(action),
    " on ",
    code(resource),
    carrying,
    assuming !== undefined && `, if ${assuming}`,
  ];
}
