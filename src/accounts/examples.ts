import { z } from "zod";
import { formatOf } from "./fields";

/** The smallest example of each key of accounts.yaml, worked out of the schema, for docs/accounts-yaml.md. */

/** Examples that the schema cannot tell, by the end of the key's path. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  region: "eu-west-1",
  assume_policy: "sharded",
  permissions_boundary: "pmm-boundary",
  tags: { team: "dba" },
  engine: "aurora-postgresql",
  pmm_ec2_role_name: "pmm-ec2-role",
  "teleport.role_name": "teleport-db-service",
  "teleport.databases": [
    {
      name: "billing",
      engine: "aurora-postgresql",
      resource_id: "cluster-ABCDEFGHIJKL01234",
      endpoint: "billing.cluster-abc.eu-west-1.rds.amazonaws.com:5432",
      db_users: ["alice"],
    },
  ],
  previous_key: "inactive",
  third_party_monitors: [
    {
      name: "site24x7",
      account_id: "999999999999",
      external_id: "9b2d41c6-7f0e-4a53-8d1b-2f6c0a5e7d94",
      policy: "ReadOnlyAccess",
    },
  ],
  "third_party_monitors[].account_id": "999999999999",
  "third_party_monitors[].policies": ["SecurityAudit"],
  modules: [{ name: "backup-reader", source: "./modules/backup-reader" }],
  variables: { bucket: "acme-backups" },
  readers: ["pmm_ec2_role"],
  account_id: "222222222222",
  "source.account_id": "111111111111",
  "teleport.account_id": "111111111111",
};

/** The key's own value, as plain data. Throws where neither the schema nor the list above has one. */
export function exampleOf(path: string, schema: z.ZodType): unknown {
  const named = Object.keys(EXAMPLES)
    .filter((end) => path === end || path.endsWith(`.${end}`))
    .sort((a, b) => b.length - a.length)[0];
  return named === undefined ? made(path, schema) : EXAMPLES[named];
}

function made(path: string, schema: z.ZodType): unknown {
  const { inner, fallback } = withoutDefault(schema);
  if (inner instanceof z.ZodBoolean) {
    return fallback !== true;
  }
  if (inner instanceof z.ZodNumber) {
    return Number(fallback ?? 0) + 1;
  }
  if (inner instanceof z.ZodEnum) {
    return inner.options.find((word) => word !== fallback);
  }
  if (inner instanceof z.ZodLiteral) {
    return inner.value;
  }
  if (inner instanceof z.ZodArray) {
    return [exampleOf(`${path}[]`, inner.element as z.ZodType)];
  }
  if (inner instanceof z.ZodUnion) {
    return exampleOf(path, inner.options[0] as z.ZodType);
  }
  if (inner instanceof z.ZodObject) {
    const required = Object.entries(inner.shape as Readonly<Record<string, z.ZodType>>).filter(
      ([, value]) => !value.safeParse(undefined).success,
    );
    return Object.fromEntries(required.map(([key, value]) => [key, exampleOf(`${path}.${key}`, value)]));
  }
  return textExample(path, inner);
}

function textExample(path: string, schema: z.ZodType): string {
  const [example = formatOf(schema)?.example] =
    (schema.meta()?.examples as readonly string[] | undefined) ?? [];
  if (example === undefined) {
    throw new Error(
      `${path} has no example; add one to the schema, or to EXAMPLES of src/accounts/examples.ts`,
    );
  }
  return example.replaceAll('"', "");
}

function withoutDefault(schema: z.ZodType): { readonly inner: z.ZodType; readonly fallback?: unknown } {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return withoutDefault(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodDefault) {
    return { ...withoutDefault(schema.unwrap() as z.ZodType), fallback: schema.def.defaultValue };
  }
  return { inner: schema };
}
