import { accountIdOf, accountWithId, principalId, principals } from "./data.js";
import { chip, code, element, link } from "./elements.js";

/** "1 account", "2 accounts". */
export function counted(number, noun, plural = `${noun}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? noun : plural}`;
}

export function address(view, name) {
  return `#${view}/${encodeURIComponent(name)}`;
}

export function accountLink({ name }) {
  return element("a", { href: address("account", name), class: "account" }, name);
}

/** A principal by its name and, where that is another, its account. */
export function principalLink(who) {
  const id = principalId(who);
  const text = principalText(who);
  return who.kind === "key_holder" ? "whoever holds the key" : link(address("principal", id), text);
}

export function principalText(who) {
  switch (who.kind) {
    case "account":
      return `any role or user of account ${accountName(who.accountId)}`;
    case "service":
      return who.name;
    case "key_holder":
      return "whoever holds the key";
    default:
      return `${who.arn.split(":").slice(5).join(":")} of ${accountName(accountIdOf(who))}`;
  }
}

/** An account by its name where the report has one, and by its id. */
export function accountName(id) {
  const account = accountWithId(id);
  return account?.is_listed ? `${account.name} (${id})` : id;
}

export function vendorNames(principal) {
  const names = principal.uses
    .filter(({ identity }) => identity.grant_kind === "third_party")
    .map(({ identity }) => /^the role of the monitor "(.*)"$/.exec(identity.what)?.[1] ?? identity.name);
  return [...new Set(names)].sort();
}

export function isKnownPrincipal(id) {
  return principals.has(id);
}

const OPERATORS = {
  StringEquals: "is",
  StringLike: "is like",
  ArnLike: "is like",
  ArnEquals: "is",
  IpAddress: "is in",
  Bool: "is",
};

/** A condition, a line for each key that the request has to carry. */
export function conditionList(condition) {
  const lines = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => {
      const all = [values].flat().map(String);
      const few = all.slice(0, MOST_VALUES).map((value, index) => [index === 0 ? " " : " or ", code(value)]);
      const more = all.length > MOST_VALUES ? ` or ${all.length - MOST_VALUES} more` : "";
      return element("li", {}, code(key), ` ${OPERATORS[operator] ?? operator}`, few, more);
    }),
  );
  return lines.length === 0
    ? element("span", { class: "muted" }, "none")
    : element("ul", { class: "plain" }, lines);
}

const MOST_VALUES = 8;

const TONES = { gained: "warn", widened: "warn", narrowed: "good", lost: "good" };

/** What kinds of changes there are, each with its number. */
export function changeChips(changes) {
  const counts = new Map();
  for (const { change } of changes) {
    counts.set(change, (counts.get(change) ?? 0) + 1);
  }
  return Object.keys(TONES)
    .filter((change) => counts.has(change))
    .map((change) => chip(TONES[change], `${counts.get(change)} ${change}`));
}

export function changeChip(change) {
  return chip(TONES[change], change);
}

/** From where a key works: anywhere, or the addresses and VPCs. */
export function sourcesText({ allowed_source_ips: ips, allowed_source_vpcs: vpcs }) {
  const all = [...ips, ...vpcs];
  return all.length === 0 ? chip("warn", "anywhere") : all.map((source) => [code(source), " "]);
}
