import type { Identity } from "../features/identity";
import type { Who } from "./row";
import type { Subject } from "./subjects";

/** Who has what a row says: whom a statement names, or the identity itself. */
export function whoOf(
  { kind, identity }: Pick<Subject, "kind" | "identity">,
  principal: string | undefined,
): Who {
  if (kind === "use_key") {
    return { kind: "key_holder", id: identity.arn };
  }
  return principal === undefined ? asWho(identity) : principalAsWho(principal);
}

/** A role or user. */
export function asWho({ kind, arn }: Identity): Who {
  return { kind, id: arn };
}

function principalAsWho(principal: string): Who {
  const [, accountId, resource = ""] = /^arn:[^:]+:(?:iam|sts)::(\d{12}):(.*)$/.exec(principal) ?? [];
  if (accountId === undefined) {
    return { kind: principal === "*" ? "anyone" : "service", id: principal };
  }
  return resource === "root"
    ? { kind: "account", id: accountId }
    : { kind: resource.startsWith("user/") ? "user" : "role", id: principal };
}
