import type { Condition, Statement } from "../aws/policies";

/** Who a statement is about, where its condition names them. */
export interface NamedPrincipals {
  /** Exact ARNs of roles and users; undefined where the condition names none. */
  readonly arns: readonly string[] | undefined;
  /** What the request has to carry besides. */
  readonly condition: Condition;
}

/** A statement that names roles and users in a condition is about those, and not about all that its principal names. */
export function namedPrincipals({ Condition: condition = {} }: Statement): NamedPrincipals {
  const { StringEquals: equal = {}, ...operators } = condition;
  const { "aws:PrincipalArn": named, ...keys } = equal;
  if (named === undefined) {
    return { arns: undefined, condition };
  }
  const arns = [named].flat();
  const { "aws:PrincipalAccount": account, ...others } = keys;
  // The account of all of them says no more than their ARNs do.
  const besides = arns.every((arn) => arn.split(":")[4] === account) ? others : keys;
  return {
    arns,
    condition: Object.keys(besides).length === 0 ? operators : { ...operators, StringEquals: besides },
  };
}
