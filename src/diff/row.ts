import type { Condition } from "../aws/policies";
import type { Kind } from "./subjects";

/** How access changes. `widened` and `narrowed`: a part of it was there before, or is there after. */
export const CHANGES = ["gained", "widened", "narrowed", "lost"] as const;

export type Change = (typeof CHANGES)[number];

/** One grant that a change gives, takes, or makes larger or smaller. It is what `diff --format json` prints. */
export interface Row {
  readonly change: Change;
  readonly kind: Kind | "boundary" | "module";
  readonly who: Who;
  readonly where: Where;
  /** As the policy writes them, sorted; empty where the kind says it all or one of AWS's own policies does. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** One of AWS's own policies. */
  readonly policy?: string;
  readonly condition: Condition;
  /** Whether the other side allows it too, and denies it. */
  readonly isDenied?: true;
  /** What it means, in words. */
  readonly says: string;
  /** Of what is gained or widened: one request that was denied and now is allowed. */
  readonly witness?: Witness;
}

/** Who has the access. */
export interface Who {
  readonly kind: "role" | "user" | "account" | "service" | "key_holder" | "anyone" | "module";
  /** An ARN, an account id or a service's name; of a key holder, the user's ARN. */
  readonly id: string;
}

/** What the access is to. */
export interface Where {
  /** The account's name in the file; undefined: the source account. */
  readonly account?: string;
  readonly account_id: string;
  readonly region?: string;
  /** The ARN of the role or user, or the name of the secret. */
  readonly target: string;
}

/** A request, as AWS would judge it. */
export interface Witness {
  /** The ARN of the role or user that calls, or a service. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** The condition keys that it has. */
  readonly context: Readonly<Record<string, string>>;
  /** What it takes for granted, where that cannot be known here. */
  readonly assuming?: string;
}
