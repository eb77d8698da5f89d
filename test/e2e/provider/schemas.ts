import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { State, Value } from "./values";

/** An attribute as `terraform providers schema -json` prints it. */
export interface Attribute {
  readonly type: unknown;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  readonly deprecated?: boolean;
  readonly write_only?: boolean;
}

export interface Block {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly block_types?: Readonly<Record<string, NestedBlock>>;
  readonly deprecated?: boolean;
}

export interface NestedBlock {
  readonly nesting_mode: "list" | "set";
  readonly min_items?: number;
  readonly max_items?: number;
  readonly block: Block;
}

export interface Schema {
  readonly version: number;
  readonly block: Block;
}

/**
 * aws-6.25.0.json: the resource and data source types that the modules use, as
 * `terraform providers schema -json` prints them for hashicorp/aws 6.25.0
 * (descriptions left out), and the part of the provider's own block that the
 * generated stacks and these tests write.
 */
export interface ProviderSchema {
  readonly provider: Schema;
  readonly resource_schemas: Readonly<Record<string, Schema>>;
  readonly data_source_schemas: Readonly<Record<string, Schema>>;
}

export const SCHEMA = JSON.parse(readFileSync(join(__dirname, "aws-6.25.0.json"), "utf8")) as ProviderSchema;

/** The schemas in the protocol's form. */
export function schemaReply(): object {
  const all = (schemas: Readonly<Record<string, Schema>>) =>
    Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, schemaMessage(schema)]));
  return {
    provider: schemaMessage(SCHEMA.provider),
    resource_schemas: all(SCHEMA.resource_schemas),
    data_source_schemas: all(SCHEMA.data_source_schemas),
    // As the provider announces: Terraform then asks for the schema once, not once for every alias.
    server_capabilities: { plan_destroy: true, get_provider_schema_optional: true },
  };
}

function schemaMessage(schema: Schema): object {
  return { version: schema.version, block: { version: schema.version, ...blockMessage(schema.block) } };
}

function blockMessage(block: Block): object {
  return {
    attributes: Object.entries(block.attributes ?? {}).map(([name, attribute]) => ({
      ...attribute,
      name,
      type: Buffer.from(JSON.stringify(attribute.type)),
    })),
    block_types: Object.entries(block.block_types ?? {}).map(([name, nested]) => ({
      type_name: name,
      nesting: nested.nesting_mode === "list" ? 2 : 3,
      min_items: nested.min_items ?? 0,
      max_items: nested.max_items ?? 0,
      block: blockMessage(nested.block),
    })),
    deprecated: block.deprecated ?? false,
  };
}

/** The value with every attribute and nested block of the schema present, and nothing else: what the wire format asks for. */
export function complete(block: Block, value: State): State {
  const whole: State = {};
  for (const name of Object.keys(block.attributes ?? {})) whole[name] = value[name] ?? null;
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    const items: Value = value[name] ?? [];
    whole[name] = Array.isArray(items) ? items.map((item) => complete(nested.block, item as State)) : items;
  }
  return whole;
}
