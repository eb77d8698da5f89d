import { identities, report, statementsOf } from "./data.js";
import { chip, code, element, link, table } from "./elements.js";
import { accountLink, address, conditionList } from "./words.js";

/** What a policy allows and denies, each part with its reason, and its text. */
export function policyBlock({ form, name, arn, document: id, reason }) {
  const title = element(
    "h4",
    {},
    name,
    " ",
    element(
      "span",
      { class: "muted" },
      { inline: "inline policy", managed: "managed policy", aws: "AWS's own policy" }[form],
    ),
  );
  const found = report.documents[id];
  return element(
    "section",
    { class: "policy" },
    title,
    reason === null ? grantsTable(name, found) : element("p", {}, reason, " ", code(arn)),
    found === undefined
      ? undefined
      : policyText(found.policy, id, reason === null ? "Policy text" : "Policy text, as AWS published it"),
  );
}

function grantsTable(name, { policy, reasons }) {
  const rows = statementsOf(policy).flatMap((statement, index) =>
    reasons[index].map(({ actions, reason }) => [
      chip(statement.Effect === "Deny" ? "deny" : "allow", statement.Effect),
      [statement.NotAction !== undefined && "all but ", codes(actions)],
      [
        statement.NotResource !== undefined && "all but ",
        codes([statement.Resource ?? statement.NotResource ?? []].flat()),
      ],
      conditionList(statement.Condition ?? {}),
      reason,
    ]),
  );
  return table(`What ${name} says`, ["Effect", "Actions", "On", "Condition", "Why"], rows, {
    className: "grants",
    isCaptionHidden: true,
  });
}

const MOST_CODES = 12;

/** Many values are folded after the first few. */
function codes(values) {
  const list = (some) =>
    element(
      "ul",
      { class: "plain codes" },
      some.map((value) => element("li", {}, code(value))),
    );
  return values.length <= MOST_CODES
    ? list(values)
    : [
        list(values.slice(0, MOST_CODES)),
        element(
          "details",
          {},
          element("summary", {}, `${values.length - MOST_CODES} more`),
          list(values.slice(MOST_CODES)),
        ),
      ];
}

/** The text of a policy, made when it is opened: a page has few of thousands in view. */
export function policyText(policy, id, label = "Policy text") {
  const text = element("details", { class: "text" }, element("summary", {}, label));
  text.addEventListener("toggle", () => {
    if (text.childElementCount === 1) {
      text.append(
        element("pre", { tabindex: "0" }, JSON.stringify(policy, undefined, 2)),
        element("p", {}, link(address("policy", id), "Who has this policy")),
      );
    }
  });
  return text;
}

/** The page of a document: its text, and every role, user and secret that has it. */
export function policyPage(id) {
  if (!Object.hasOwn(report.documents, id)) {
    return undefined;
  }
  const found = report.documents[id];
  const holders = identities.flatMap(({ account, identity }) => {
    const uses = [
      ...(identity.trust === id ? ["trust"] : []),
      ...identity.policies.filter(({ document }) => document === id).map(({ name }) => `policy ${name}`),
      ...(identity.keys?.secret_policy === id ? [`secret ${identity.keys.secret}`] : []),
    ];
    return uses.map((use) => [accountLink(account), code(identity.arn), use]);
  });
  return [
    element("h1", { tabindex: "-1" }, `Policy ${id}`),
    found.reasons.length === 0 ? undefined : grantsTable("the policy", found),
    element("pre", { tabindex: "0" }, JSON.stringify(found.policy, undefined, 2)),
    table("Who has it", ["Account", "Role or user", "As"], holders),
  ];
}
