import { z } from "zod";

/** Who a role's trust names, told from its document alone: it may be anybody's, in any form that AWS takes. */

const values = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const statement = z.object({
  Effect: z.string().default(""),
  Principal: z.union([z.string(), z.record(z.string(), values)]).optional(),
  NotPrincipal: z.unknown().optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});

const trust = z.object({
  Statement: z.union([statement, z.array(statement)]).transform((value) => [value].flat()),
});

/**
 * The principals that a trust policy allows, sorted, each as `AWS arn:aws:iam::111111111111:root`. Where a statement
 * names principals in a condition, those are it, and not the account that it names. undefined: it cannot be read.
 */
export function trustedPrincipals(document: string): string[] | undefined {
  const read = trust.safeParse(jsonOf(document));
  return read.success
    ? [
        ...new Set(read.data.Statement.filter(({ Effect }) => Effect === "Allow").flatMap(principalsOf)),
      ].sort()
    : undefined;
}

function jsonOf(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    return undefined;
  }
}

function principalsOf({ Principal, NotPrincipal, Condition }: z.output<typeof statement>): string[] {
  if (NotPrincipal !== undefined) {
    return [`all but ${JSON.stringify(NotPrincipal)}`];
  }
  const named = values.safeParse(
    Condition["StringEquals"]?.["aws:PrincipalArn"] ?? Condition["ArnEquals"]?.["aws:PrincipalArn"],
  );
  if (named.success) {
    return named.data.map((arn) => `AWS ${arn}`);
  }
  const kinds = typeof Principal === "string" ? { AWS: [Principal] } : (Principal ?? {});
  return Object.entries(kinds).flatMap(([kind, names]) => names.map((name) => `${kind} ${asArn(name)}`));
}

/** AWS takes an account's id for its root, and answers with the ARN. */
function asArn(name: string): string {
  return name.replace(/^arn:[\w-]+:iam::(\d{12}):root$/, "$1");
}
