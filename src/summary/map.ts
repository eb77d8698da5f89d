import type { Edge, Principal } from "../access/edges";
import type { AccessModel } from "../access/model";
import type { Account } from "../accounts/model";
import type { Identity } from "../features/identity";

/** As many accounts as a map can show. */
export const MOST_ON_MAP = 15;

/**
 * Who reaches what in some accounts, as a flowchart of Mermaid in a fenced block. What may use a role that exists
 * already is not known here, so it is on the map only as one that reaches.
 */
export function mapLines({ identities, edges }: AccessModel, accounts: readonly Account[]): string[] {
  const ids = new Map(accounts.map(({ accountId }, index) => [accountId, `account${index + 1}`]));
  const targets = targetsOf(identities);
  const arrows = new Map<string, Set<string>>();
  const principals = new Map<string, string>();
  for (const edge of edges) {
    const target = targets.get(targetKey(edge));
    const account = ids.get(target?.accountId ?? "");
    if (target === undefined || account === undefined) {
      continue;
    }
    const who = principalText(edge.who);
    principals.set(who, principals.get(who) ?? `principal${principals.size + 1}`);
    const arrow = `${principals.get(who)} ${account}`;
    arrows.set(arrow, (arrows.get(arrow) ?? new Set()).add(`${VERBS[edge.may]} ${target.name}`));
  }
  return [
    "```mermaid",
    "flowchart LR",
    ...[...principals].map(([who, id]) => `  ${id}(["${labelText(who)}"])`),
    ...accounts.map(
      ({ accountId, name }) => `  ${ids.get(accountId)}["${labelText(`${name} (${accountId})`)}"]`,
    ),
    ...[...arrows].map(([arrow, labels]) => {
      const [from, to] = arrow.split(" ");
      return `  ${from} -->|"${[...labels].map(labelText).join("<br>")}"| ${to}`;
    }),
    "```",
  ];
}

const VERBS: Readonly<Record<Edge["may"], string>> = {
  assume: "assumes",
  read_key: "reads the key of",
  use_key: "acts as",
};

/** What edges lead to: roles and users by ARN, and keys by the names of their secrets. */
function targetsOf(
  identities: readonly Identity[],
): ReadonlyMap<string, Pick<Identity, "accountId" | "name">> {
  return new Map(
    identities.flatMap((identity): [string, Identity][] => [
      [identity.arn, identity],
      ...(identity.keys === undefined
        ? []
        : [[`secret ${identity.keys.secret.name}`, identity] as [string, Identity]]),
    ]),
  );
}

function targetKey({ may, target }: Edge): string {
  return may === "read_key" ? `secret ${target}` : target;
}

function principalText(who: Principal): string {
  switch (who.kind) {
    case "account":
      return `account ${who.accountId}`;
    case "service":
      return who.name;
    case "key_holder":
      return "the key's holder";
    default: {
      const [, , , , accountId, resource] = who.arn.split(":");
      return `${resource} of ${accountId}`;
    }
  }
}

/** A text in quotes, in which no character means anything to Mermaid: each that might is its number. */
function labelText(text: string): string {
  return text.replace(/[^A-Za-z0-9 ()/._-]/gu, (character) => `#${character.codePointAt(0)};`);
}
