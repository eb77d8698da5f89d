/**
 * AWS quotas that decide whether a policy is accepted, in characters without white space.
 * Source: IAM User Guide, "IAM and AWS STS quotas".
 */

/** All inline policies of one role together. */
export const ROLE_INLINE_CHARACTERS = 10_240;
/** All inline policies of one user together. */
export const USER_INLINE_CHARACTERS = 2_048;
/** One managed policy. */
export const MANAGED_POLICY_CHARACTERS = 6_144;
/** Managed policies on one role, or on one user, without a quota increase. */
export const MANAGED_POLICIES_PER_ROLE = 10;
/** A secret's resource policy. Source: Secrets Manager User Guide, "AWS Secrets Manager quotas". */
export const SECRET_POLICY_CHARACTERS = 20_480;
/** A role's trust policy, without a quota increase. */
export const TRUST_POLICY_CHARACTERS = 2_048;
/** Tags of one role, user, policy or secret. */
export const TAGS = 50;

/** An account's name, in characters. Source: Organizations API Reference, CreateAccount. */
export const ACCOUNT_NAME = 50;

/** The key of an S3 object, in bytes. Source: S3 User Guide, "Naming Amazon S3 objects". */
export const S3_KEY_BYTES = 1_024;

/** How much of a role's inline quota an assume policy takes at most: other policies share the role. */
export const EXPLICIT_ASSUME_CHARACTERS = 8_192;
/** Managed policies that the `sharded` assume policy spreads over, of the ten a role may have by default. */
export const ASSUME_SHARDS = 8;
