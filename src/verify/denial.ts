/** The kinds of policies that AWS names where it denies a call. */
export const POLICY_KINDS = [
  "identity-based policy",
  "resource-based policy",
  "role trust policy",
  "permissions boundary",
  "service control policy",
  "resource control policy",
  "session policy",
  "VPC endpoint policy",
] as const;

export type PolicyKind = (typeof POLICY_KINDS)[number];

/** What AWS says of a call that it denies. */
export interface Denial {
  /** `sts:TagSession`; undefined where the message has none. */
  readonly action: string | undefined;
  /** Whether a Deny is the reason, and not the lack of an Allow. */
  readonly isExplicit: boolean;
  /** Which policy denies or lacks it; undefined where AWS does not say, as across accounts. */
  readonly policy: PolicyKind | undefined;
}

const ACTION = /not authorized to perform: ([\w-]+:\w+)/;
const BECAUSE = new RegExp(`(with an explicit deny in (?:an? |the )|because no )(${POLICY_KINDS.join("|")})`);

/**
 * Reads the message of an AccessDenied. (IAM User Guide, "Troubleshoot access denied error messages": "with an explicit
 * deny in a <kind>", "because no <kind> allows the <action> action".)
 */
export function denialOf(message: string): Denial {
  const [, how = "", kind] = BECAUSE.exec(message) ?? [];
  return {
    action: ACTION.exec(message)?.[1],
    isExplicit: how.startsWith("with") || /with an explicit deny/.test(message),
    policy: POLICY_KINDS.find((known) => known === kind),
  };
}
