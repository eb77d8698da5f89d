import { parseRoleArn } from "../aws/arns";
import { type Condition, onlyPassedAlong, type PolicyDocument, type Statement } from "../aws/policies";
import type { Identity, RotatingKeys } from "../features/identity";
import { namedPrincipals } from "../policy/named-principals";

/** Who may do what with an identity or its key, by the trust and the policies that the output writes. */
export interface Edge {
  readonly who: Principal;
  /** `assume` a role, `read_key` from its secret, or `use_key` of a user. */
  readonly may: "assume" | "read_key" | "use_key";
  /** The ARN of the role or user, or the secret's name. */
  readonly target: string;
  /** What the request has to carry besides; empty: nothing. */
  readonly condition: Condition;
}

export type Principal =
  | { readonly kind: "role" | "user"; readonly arn: string }
  /** Any role and user of an account to which the account itself gives the permission. */
  | { readonly kind: "account"; readonly accountId: string }
  /** `ec2.amazonaws.com` and the like. */
  | { readonly kind: "service"; readonly name: string }
  /** The holder of the access key. */
  | { readonly kind: "key_holder" };

/** Every edge of the identities, in their order. */
export function edgesOf(identities: readonly Identity[]): Edge[] {
  return identities.flatMap(({ arn, trust, keys }) => [
    ...allowed(trust).map((edge): Edge => ({ ...edge, may: "assume", target: arn })),
    ...allowed(keys?.secret.policy).map(
      (edge): Edge => ({ ...edge, may: "read_key", target: keys?.secret.name ?? "" }),
    ),
    ...(keys === undefined ? [] : usesOf(keys, arn)),
  ]);
}

/** A key that is bound to addresses and VPCs works from either. */
function usesOf({ allowedSources: { ips, vpcs } }: RotatingKeys, target: string): Edge[] {
  const use = (condition: Condition): Edge => ({
    who: { kind: "key_holder" },
    may: "use_key",
    target,
    condition,
  });
  return ips.length === 0 && vpcs.length === 0
    ? [use({})]
    : [
        ...(ips.length === 0 ? [] : [use({ IpAddress: { "aws:SourceIp": ips } })]),
        ...(vpcs.length === 0 ? [] : [use({ StringEquals: { "aws:SourceVpc": vpcs } })]),
      ];
}

type Allowed = Pick<Edge, "who" | "condition">;

function allowed(document: PolicyDocument | undefined): Allowed[] {
  return (document?.Statement ?? []).filter(isAccess).flatMap(principalsOf);
}

/** Passing session tags, by itself, is no access: it goes with a statement that allows to assume the role. */
function isAccess({ Action: actions = [] }: Statement): boolean {
  const all = [actions].flat();
  return all.length > 0 && onlyPassedAlong(all) === undefined;
}

/** Whom a statement lets in: the roles and users that its condition names, or else its principal. */
function principalsOf(statement: Statement): Allowed[] {
  const { Principal: principal } = statement;
  if (principal === undefined) {
    return [];
  }
  if ("Service" in principal) {
    return [{ who: { kind: "service", name: principal.Service }, condition: statement.Condition ?? {} }];
  }
  const { arns, condition } = namedPrincipals(statement);
  if (arns === undefined) {
    return [{ who: { kind: "account", accountId: parseRoleArn(principal.AWS).accountId }, condition }];
  }
  return arns.map(
    (arn): Allowed => ({ who: { kind: arn.includes(":user/") ? "user" : "role", arn }, condition }),
  );
}
