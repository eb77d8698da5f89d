import { changesOfIdentity, isUnbounded, report } from "./data.js";
import { chip, code, element, link, table } from "./elements.js";
import { policyBlock, policyText } from "./policies.js";
import { accountName, address, changeChips, conditionList, principalLink, sourcesText } from "./words.js";

const MAY = { assume: "assume it", read_key: "read its key from the secret", use_key: "use its key" };

/** A role or user: who may use it, what it may do, and what bounds it. */
export function identityCard(identity) {
  const { kind, name, arn, what, description, uses, trust, policies, keys } = identity;
  return element(
    "section",
    { class: "card", id: `identity-${arn}`, "aria-label": `${kind} ${name}` },
    element(
      "header",
      {},
      element("h3", {}, name, " ", chip("neutral", kind), " ", changeChips(changesOfIdentity(identity))),
      element("p", { class: "muted" }, code(arn)),
      description === null ? undefined : element("p", {}, description),
    ),
    facts([
      ["What it is", what],
      ["In accounts.yaml", code(identity.asked_by)],
      ["Made by", madeBy(identity)],
      ["Boundary", boundaryOf(identity)],
      ["Tags", tagsOf(identity.tags)],
    ]),
    keys === null ? undefined : keyBlock(identity),
    usesTable(uses),
    trust === null ? undefined : policyText(report.documents[trust].policy, trust, "Trust policy"),
    element("h4", { class: "rule" }, policies.length === 0 ? "It may do nothing" : "What it may do"),
    policies.map(policyBlock),
  );
}

function usesTable(uses) {
  return uses.length === 0
    ? undefined
    : table(
        "Who may use it",
        ["Who", "May", "If", "Why"],
        uses.map(({ who, may, condition, reason }) => [
          principalLink(who),
          MAY[may],
          conditionList(condition),
          reason,
        ]),
        { className: "uses" },
      );
}

/** Names with their values; a value that is undefined is left out with its name. */
export function facts(rows) {
  return element(
    "dl",
    { class: "facts" },
    rows
      .filter(([, value]) => value !== undefined && value !== "")
      .map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
  );
}

function madeBy({ origin, stack, is_applied: isApplied }) {
  const applied = { true: "", false: [" ", chip("warn", "not applied yet")], null: "" }[String(isApplied)];
  return origin === "made"
    ? [`the stack ${stack}`, applied]
    : `not here: it exists already, and the stack ${stack} writes these policies on it`;
}

export function boundaryOf(identity) {
  if (isUnbounded(identity)) {
    return chip("bad", "none");
  }
  return identity.boundary === null
    ? element("span", { class: "muted" }, "not known here")
    : code(identity.boundary);
}

function tagsOf(tags) {
  const entries = Object.entries(tags);
  return entries.length === 0
    ? undefined
    : entries.map(([key, value]) => [element("span", { class: "tag" }, `${key}: ${value}`), " "]);
}

function keyBlock(identity) {
  const { keys } = identity;
  return element(
    "section",
    { class: "policy" },
    element("h4", {}, "Its access key"),
    facts([
      ["Generation", String(keys.generation)],
      ["Key before", previousText(keys)],
      ["Works from", sourcesText(keys)],
      ["Secret", [code(keys.secret), ` in ${accountName(keys.secret_account_id)}, ${keys.secret_region}`]],
      ["Encrypted with", keys.kms_key_id === null ? "AWS's default key" : code(keys.kms_key_id)],
      ["In the state", report.states.length === 0 ? undefined : foundText(identity)],
    ]),
    keys.secret_policy === null
      ? element(
          "p",
          { class: "muted" },
          "No secrets.readers: the identity policies of the secret's account alone say who reads it.",
        )
      : policyText(report.documents[keys.secret_policy].policy, keys.secret_policy, "The secret's policy"),
  );
}

/** The generation before the newest, which `previous_key` keeps or removes. */
export function previousText({ generation, previous }) {
  return generation === 1 ? "none before it" : `generation ${generation - 1} is ${previous}`;
}

const MOST_DAYS = 90;

/** The keys of a state, with their ages. Over 90 days a key is due. */
export function foundText({ keys: { found }, stack }) {
  if (found === null) {
    const isGiven = report.states.includes(stack);
    return element("span", { class: "muted" }, isGiven ? "not found" : "the state was not given");
  }
  const keyText = ({ generation, is_active: isActive, age_days: age, made_on: madeOn }, isManaged) => [
    element(
      "li",
      {},
      isManaged ? `generation ${generation ?? "unknown"}, ` : [chip("bad", "not managed by Terraform"), " "],
      `${isActive ? "active" : "inactive"}, `,
      age === null
        ? "age not known"
        : [chip(age > MOST_DAYS ? "warn" : "good", `${age} days`), ` (made on ${madeOn})`],
    ),
  ];
  return element(
    "ul",
    { class: "plain" },
    found.managed.map((key) => keyText(key, true)),
    found.unmanaged.map((key) => keyText(key, false)),
  );
}

/** The address of an account's page at one of its kinds of grants. */
export function kindAddress(account, kind) {
  return `${address("account", account.name)}?kind=${kind}`;
}

export function identityLink(account, { name, grant_kind: kind }) {
  return link(kindAddress(account, kind), name);
}
