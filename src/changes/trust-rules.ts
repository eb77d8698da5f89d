import type { ChangeRule } from "../accounts/effects";
import type { Path } from "../accounts/problem";
import { type Change, type ChangeFinding, noted } from "./change";
import type { Snapshot } from "./snapshot";

/** A setting that is part of the trust of a role in every account. */
interface Trust {
  readonly rule: ChangeRule;
  readonly path: Path;
  of(snapshot: Snapshot): string | undefined;
  /** What the change means, after "was X at main: ". */
  effect(change: Change): string;
}

const TRUSTS: readonly Trust[] = [
  {
    rule: "organization-id-changed",
    path: ["source", "organization_id"],
    of: ({ source }) => source.organizationId,
    effect: ({ head }) =>
      `the plan changes the trust of every role that PMM and Teleport assume, in every stack; ${
        head.source.organizationId === undefined
          ? "it no longer denies principals outside the organization"
          : `it denies principals outside ${head.source.organizationId}`
      }`,
  },
  {
    rule: "additional-principals-changed",
    path: ["source", "additional_principals"],
    of: ({ source }) => source.additionalPrincipals.join(", ") || undefined,
    effect: () =>
      "the plan changes the trust of every monitoring role, in every stack; a principal that is no longer listed loses access",
  },
  {
    rule: "teleport-account-changed",
    path: ["teleport", "account_id"],
    of: ({ teleport }) => teleport?.accountId,
    effect: ({ base }) =>
      `the plan changes the trust of every role that Teleport assumes, in every stack, and its assume policy stays behind on the role in ${base.teleport?.accountId}: delete it there by hand`,
  },
  {
    rule: "teleport-role-changed",
    path: ["teleport", "role_name"],
    of: ({ teleport }) => teleport?.roleName,
    effect: () =>
      "the plan changes the trust of every role that Teleport assumes, in every stack, and moves the assume policy; nobody connects until Teleport runs with the new role and every stack is applied",
  },
  {
    rule: "teleport-external-id-changed",
    path: ["teleport", "external_id"],
    of: ({ teleport }) => teleport?.externalId,
    effect: () =>
      "the plan changes the trust of every role that Teleport assumes, in every stack; nobody connects until Teleport sends the same external id",
  },
];

/** Settings that are in every account: one line of the file, and a change in each stack's plan. */
export function* changedTrusts(change: Change): Iterable<ChangeFinding> {
  const { base, head, ref, access } = change;
  if (base.source.accountId === undefined) {
    return;
  }
  for (const { rule, path, of, effect } of TRUSTS) {
    const [before, now] = [of(base), of(head)];
    const isOfTeleport = path[0] === "teleport";
    if (before !== now && !(isOfTeleport && (base.teleport === undefined || head.teleport === undefined))) {
      yield noted(path, rule, `${path.at(-1)} was ${before ?? "not there"} at ${ref}: ${effect(change)}`);
    }
  }
  if (base.source.assumePolicy !== head.source.assumePolicy) {
    const names = access.callers
      .flatMap(({ grants }) => grants)
      .filter(({ headroom }) => headroom.accounts > 0)
      .map(({ name }) => name);
    yield noted(
      ["source", "assume_policy"],
      "assume-policy-changed",
      `assume_policy goes from ${base.source.assumePolicy} to ${head.source.assumePolicy}: the plan replaces ${names.join(" and ")} with ${FORMS[head.source.assumePolicy] ?? "another form"}; the target accounts do not change`,
    );
  }
}

const FORMS: Readonly<Record<string, string>> = {
  explicit: "one inline policy",
  sharded: "up to eight managed policies, of the ten that a role may have",
  organization: "a wildcard within the organization",
};
