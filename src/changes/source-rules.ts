import { type Finding, warning } from "../accounts/problem";
import type { Change } from "./change";

/** What a change of the source's own keys does, for those who read the plan. */
export function* changedSource({ base, head, access, ref }: Change): Iterable<Finding> {
  if (base.source.accountId === undefined) {
    return;
  }
  const { accountId, assumePolicy, organizationId } = base.source;
  const now = head.source;
  if (accountId !== now.accountId) {
    yield warning(
      ["source", "account_id"],
      "source-changed",
      `the source account was ${accountId} at ${ref}: the plan makes assume policies and secrets in ${now.accountId} and trusts its role everywhere; what is in ${accountId} stays behind`,
    );
  }
  if (assumePolicy !== now.assumePolicy) {
    const names = access.callers
      .flatMap(({ grants }) => grants)
      .filter(({ headroom }) => headroom.accounts > 0)
      .map(({ name }) => name);
    yield warning(
      ["source", "assume_policy"],
      "assume-policy-changed",
      `assume_policy goes from ${assumePolicy} to ${now.assumePolicy}: the plan exchanges ${names.join(" and ")} for ${FORMS[now.assumePolicy] ?? "another form"}; the target accounts do not change`,
    );
  }
  if (organizationId !== now.organizationId) {
    const effect =
      now.organizationId === undefined
        ? "it no longer keeps out who is outside the organization"
        : `it keeps out who is not of ${now.organizationId}`;
    yield warning(
      ["source", "organization_id"],
      "organization-id-changed",
      `organization_id was ${organizationId ?? "not there"} at ${ref}: the plan changes the trust of every role that PMM and Teleport assume, in every stack; ${effect}`,
    );
  }
}

const FORMS: Readonly<Record<string, string>> = {
  explicit: "one inline policy",
  sharded: "up to eight managed policies, of the ten that a role may have",
  organization: "a wildcard within the organization",
};
