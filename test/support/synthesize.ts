import { join } from "node:path";
import { parse } from "@cdktf/hcl2json";
import type { AccessModel } from "../../src/access/model";
import { readAccess } from "../../src/access/read";
import { features } from "../../src/features";
import { type OutputFiles, type OutputFormat, renderStacks } from "../../src/terraform/render";

/** What a YAML text without errors grants. Relative paths start from test/support, or from a folder. */
export function accessOf(yaml: string, folder = __dirname): AccessModel {
  const path = join(folder, "accounts.yaml");
  const { access, problems } = readAccess({ name: "accounts.yaml", path, text: yaml }, features);
  if (access === undefined) {
    throw new Error(problems.map(({ line, message }) => `${line}: ${message}`).join("\n"));
  }
  return access;
}

/** The output folder's files. */
export function synthesize(
  yaml: string,
  format: OutputFormat = "json",
  folder = __dirname,
): Promise<OutputFiles> {
  return renderStacks(accessOf(yaml, folder), { format, rootFromStack: "../../.." });
}

/** A root module as Terraform's JSON syntax has it, without comments (`//`). */
export type RootModule = Record<string, unknown>;

/** What Terraform reads in one stack's first root file, in either format alike. */
export async function rootModule(
  yaml: string,
  stack = "pmm-iam",
  format: OutputFormat = "json",
  folder = __dirname,
): Promise<RootModule> {
  const files = await synthesize(yaml, format, folder);
  if (format === "json") {
    return withoutComments(JSON.parse(textOf(files, `stacks/${stack}/cdk.tf.json`))) as RootModule;
  }
  return normalized(await parse("cdk.tf", textOf(files, `stacks/${stack}/cdk.tf`)));
}

export function textOf(files: OutputFiles, path: string): string {
  const content = files.get(path);
  if (content === undefined) {
    throw new Error(
      `no ${path} among ${[...files.keys()].filter((name) => !name.includes("/modules/")).join(", ")}`,
    );
  }
  return content.toString();
}

function withoutComments(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutComments);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== "//")
        .map(([key, inner]) => [key, withoutComments(inner)]),
    );
  }
  return value;
}

/**
 * The parser of HCL puts every block into a list and references into `${}`; the JSON syntax has labelled
 * blocks as mappings and the references of `providers` and `provider` as bare text.
 */
function normalized(hcl: Record<string, unknown>): RootModule {
  const { terraform, provider, module, resource, locals } = hcl as Record<string, Record<string, unknown>>;
  const [settings] = terraform as unknown as {
    backend: Record<string, unknown>;
    required_providers: unknown[];
  }[];
  return compact({
    provider,
    locals,
    module: mapValues(module ?? {}, (blocks) => referencesBare(only(blocks))),
    resource: mapValues(resource ?? {}, (named) =>
      mapValues(named as Record<string, unknown>, (blocks) => referencesBare(only(blocks))),
    ),
    terraform: {
      backend: mapValues(settings?.backend ?? {}, only),
      required_providers: only(settings?.required_providers),
    },
  });
}

function referencesBare(block: unknown): unknown {
  const attributes = block as Record<string, unknown>;
  const bare = (value: unknown): unknown =>
    typeof value === "string" ? value.replace(/^\$\{(.*)\}$/, "$1") : value;
  return compact({
    ...attributes,
    provider: bare(attributes["provider"]),
    providers: attributes["providers"] && mapValues(attributes["providers"] as Record<string, unknown>, bare),
  });
}

function only(blocks: unknown): unknown {
  if (!Array.isArray(blocks) || blocks.length !== 1) {
    throw new Error(`expected one block, found ${JSON.stringify(blocks)}`);
  }
  return blocks[0];
}

function mapValues(
  record: Record<string, unknown>,
  change: (value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function compact(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).filter(
      ([, value]) =>
        value !== undefined &&
        !(
          typeof value === "object" &&
          value !== null &&
          Object.keys(value).length === 0 &&
          !Array.isArray(value)
        ),
    ),
  );
}
