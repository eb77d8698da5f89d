import { identities, report } from "./data.js";
import { code, element, table } from "./elements.js";
import { foundText, identityLink } from "./identities.js";
import { accountLink } from "./words.js";

/** What the states have and Terraform does not manage, and what differs between them and the file. */
export function unmanagedPage() {
  const title = element("h1", { tabindex: "-1" }, "What Terraform does not manage");
  if (report.states.length === 0) {
    return [
      title,
      element(
        "p",
        { class: "notice" },
        "This report was made without a state. Make it again with those of your stacks: ",
        code("pmm-iam report --state <stack>=<file>"),
      ),
    ];
  }
  const keys = identities.filter(({ identity }) => identity.keys?.found?.unmanaged.length > 0);
  const waiting = identities.filter(({ identity }) => identity.is_applied === false);
  const existing = identities.filter(({ identity }) => identity.origin === "existing");
  return [
    title,
    element("p", { class: "lead" }, `As the states of ${report.states.join(", ")} say it.`),
    part(
      "Access keys that Terraform does not manage",
      "None was seen when Terraform last looked.",
      ["Account", "User", "Keys"],
      keys.map(({ account, identity }) => [
        accountLink(account),
        identityLink(account, identity),
        foundText(identity),
      ]),
    ),
    part(
      "Roles that exist already",
      "Every role is made here.",
      ["Account", "Role"],
      existing.map(({ account, identity }) => [accountLink(account), code(identity.arn)]),
    ),
    part(
      "Asked for, and not applied yet",
      "Everything that the file asks for is in the states.",
      ["Account", "Role or user"],
      waiting.map(({ account, identity }) => [accountLink(account), code(identity.arn)]),
    ),
    part(
      "In a state, and no longer asked for",
      "The states hold nothing else.",
      ["Stack", "Module", "Objects"],
      report.left.map(({ stack, module, objects }) => [stack, code(`module.${module}`), String(objects)]),
    ),
  ];
}

function part(title, none, heads, rows) {
  return element(
    "section",
    {},
    element("h2", {}, title),
    rows.length === 0
      ? element("p", { class: "muted" }, none)
      : table(title, heads, rows, { isCaptionHidden: true }),
  );
}
