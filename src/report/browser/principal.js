import { changesOf, identities, principals, report } from "./data.js";
import { code, element, link, table } from "./elements.js";
import { identityLink } from "./identities.js";
import { changeRow, lines, mayText } from "./lists.js";
import { accountLink, address, conditionList, principalText, vendorNames } from "./words.js";

/** All that one principal can reach. */
export function principalPage(id) {
  const principal = principals.get(id);
  if (principal === undefined) {
    return undefined;
  }
  const own = identities.find(({ identity }) => identity.arn === id);
  const changes = [
    ...(changesOf.get(id) ?? []),
    ...report.changes.filter(({ who, where }) => who.id === id && where.target !== id),
  ];
  return [
    element(
      "h1",
      { tabindex: "-1" },
      principal.isVendor ? vendorNames(principal).join(", ") : principalText(principal.who),
    ),
    element(
      "p",
      { class: "lead" },
      principal.isVendor ? `A third party: ${principalText(principal.who)}. ` : "",
      `It may ${mayText(principal)}.`,
      own !== undefined && [" Its own policies: ", identityLink(own.account, own.identity), "."],
    ),
    changes.length === 0
      ? undefined
      : table("Changes", ["Change", "Account", "What", "Such as"], changes.map(changeRow)),
    table(
      "What it can reach",
      ["Account", "May", "With it", "If", "Why"],
      principal.uses.map(({ account, identity, use }) => [
        accountLink(account),
        use.may === "assume"
          ? ["assume ", identityLink(account, identity)]
          : ["read the key of ", identityLink(account, identity), " from ", code(use.target)],
        lines(
          identity.policies.map(({ name, document: policy }) =>
            policy === null ? name : link(address("policy", policy), name),
          ),
        ),
        conditionList(use.condition),
        use.reason,
      ]),
      { className: "reach" },
    ),
  ];
}
