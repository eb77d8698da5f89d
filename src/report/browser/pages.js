import { accountNamed, changesIn, KINDS } from "./data.js";
import { chip, code, element, table } from "./elements.js";
import { facts, identityCard } from "./identities.js";
import { changeRow } from "./lists.js";
import { hasKind } from "./matrix.js";

/** Why nothing is granted in an account, by its lifecycle. */
const NOTHING = {
  active: "Nothing is granted here.",
  retiring: "Nothing is granted here any more: the next apply removes what is left.",
  closed: "Nothing is granted here any more: the AWS account is closed, and Terraform forgets what it had.",
};

/** The page of an account: what is granted in it, by kind. */
export function accountPage(name) {
  const account = accountNamed(name);
  if (account === undefined) {
    return undefined;
  }
  const { account_id: id, stack, region, lifecycle, permissions, is_listed: isListed, identities } = account;
  const changes = changesIn.get(id) ?? [];
  return [
    element("h1", { tabindex: "-1" }, name, lifecycle !== "active" && [" ", chip("neutral", lifecycle)]),
    isListed
      ? undefined
      : element(
          "p",
          { class: "lead" },
          "It is not among the accounts of the file. A role in it assumes roles in those.",
        ),
    facts([
      ["Account id", code(id)],
      ["Stack", stack],
      ["Region", region],
      ["Permissions", permissions],
    ]),
    changes.length === 0
      ? undefined
      : element(
          "section",
          {},
          element("h2", {}, "What has changed"),
          table("Changes", ["Change", "What", "Such as"], changes.map(changeHere), { isCaptionHidden: true }),
        ),
    Object.entries(KINDS)
      .filter(([kind]) => hasKind(account, kind))
      .map(([kind, title]) =>
        element(
          "section",
          { id: `kind-${kind}` },
          element("h2", { tabindex: "-1" }, title, element("span", { class: "muted" }, ` in ${name}`)),
          kind === "team_module"
            ? modulesTable(account)
            : identities.filter(({ grant_kind: of }) => of === kind).map(identityCard),
        ),
      ),
    identities.length === 0 && account.modules.length === 0
      ? element("p", { class: "notice" }, NOTHING[lifecycle])
      : undefined,
  ];
}

/** A change without its account, which the page is of. */
function changeHere(row) {
  const [change, , what, suchAs] = changeRow(row);
  return [change, what, suchAs];
}

function modulesTable({ modules }) {
  return [
    element(
      "p",
      { class: "muted" },
      "What a team's own module makes and grants is not known here. Read its code.",
    ),
    table(
      "Team modules",
      ["Module", "Source", "Version"],
      modules.map(({ name, source, version }) => [name, code(source), version ?? ""]),
    ),
  ];
}
