import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Manifest } from "cdktf";
import { DISABLE_STACK_TRACE_IN_METADATA } from "cdktf/lib/annotations";
import { version as cdktfVersion } from "cdktf/package.json";
import { type Construct, RootConstruct } from "constructs";
import type { OutputFormat } from "./output-files";
import type { PmmIamStack } from "./pmm-iam-stack";

/** The files that cdktf writes of some stacks, by their path in the output folder. */
export type CdktfFiles = ReadonlyMap<string, string>;

/** Makes stacks below a root of constructs. */
export type BuildStacks = (root: Construct) => readonly PmmIamStack[];

/**
 * The files of stacks that nobody has extended, without any folder. Of what cdktf's app and its synthesizer walk
 * through all elements for, only the validations are of use here: such a stack has no aspects, annotations, moved
 * resources, assets and dependencies. A test holds the result against cdktf's.
 */
export function filesInMemory(build: BuildStacks, format: OutputFormat): CdktfFiles {
  const root = new RootConstruct();
  root.node.setContext("cdktfVersion", cdktfVersion);
  root.node.setContext(DISABLE_STACK_TRACE_IN_METADATA, true);
  const stacks = build(root);
  const files = new Map([[Manifest.fileName, manifestOf(stacks, format)]]);
  for (const stack of stacks) {
    stack.prepareStack();
    stack.runAllValidations();
    const path = `${Manifest.stacksFolder}/${stack.node.id}`;
    if (format === "hcl") {
      const { hcl, metadata } = stack.toHclTerraform();
      files.set(`${path}/cdk.tf`, hcl);
      files.set(`${path}/${Manifest.stackMetadataPath}`, jsonText(metadata));
    } else {
      files.set(`${path}/cdk.tf.json`, jsonText(stack.toTerraform()));
    }
  }
  return files;
}

function manifestOf(stacks: readonly PmmIamStack[], format: OutputFormat): string {
  const entries = stacks.map(({ node: { id } }) => {
    const path = `${Manifest.stacksFolder}/${id}`;
    const entry = {
      name: id,
      constructPath: id,
      workingDirectory: path,
      synthesizedStackPath: `${path}/${format === "hcl" ? "cdk.tf" : "cdk.tf.json"}`,
      stackMetadataPath: `${path}/${Manifest.stackMetadataPath}`,
      annotations: [],
      dependencies: [],
    };
    return [id, entry] as const;
  });
  return jsonText({ version: cdktfVersion, stacks: Object.fromEntries(entries) });
}

/** The files of stacks that a team has added its own constructs to: what cdktf's app writes of them. */
export function filesByCdktf(build: BuildStacks, format: OutputFormat): CdktfFiles {
  const folder = mkdtempSync(join(tmpdir(), "pmm-iam-"));
  const environment = process.env["SYNTH_HCL_OUTPUT"];
  try {
    // cdktf's stacks read the format from the environment alone, the option of App reaches only the file name.
    process.env["SYNTH_HCL_OUTPUT"] = String(format === "hcl");
    const app = new App({ outdir: folder, hclOutput: format === "hcl", stackTraces: false });
    const stacks = build(app);
    app.synth();
    const names = format === "hcl" ? ["cdk.tf", Manifest.stackMetadataPath] : ["cdk.tf.json"];
    const paths = stacks.flatMap(({ node }) =>
      names.map((name) => `${Manifest.stacksFolder}/${node.id}/${name}`),
    );
    return new Map(
      [Manifest.fileName, ...paths].map((path) => [path, readFileSync(join(folder, path), "utf8")]),
    );
  } finally {
    if (environment === undefined) {
      delete process.env["SYNTH_HCL_OUTPUT"];
    } else {
      process.env["SYNTH_HCL_OUTPUT"] = environment;
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Plain data as cdktf writes it: keys sorted, indented by two spaces, and the brackets of an empty list or
 * mapping on lines of their own, which JSON.stringify would not do.
 */
export function jsonText(value: unknown, lineStart = "\n"): string {
  if (typeof value !== "object" || value === null) {
    return JSON.stringify(value);
  }
  const inner = `${lineStart}  `;
  if (Array.isArray(value)) {
    return `[${value.map((item) => inner + jsonText(item ?? null, inner)).join(",")}${lineStart}]`;
  }
  const mapping = value as Record<string, unknown>;
  const entries: string[] = [];
  for (const key of Object.keys(mapping).sort()) {
    if (mapping[key] !== undefined) {
      entries.push(`${inner}${JSON.stringify(key)}: ${jsonText(mapping[key], inner)}`);
    }
  }
  return `{${entries.join(",")}${lineStart}}`;
}
