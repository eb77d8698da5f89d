import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { AccessModel } from "../access/model";
import type { Stack } from "../access/stacks";
import { moduleFiles } from "../modules/own";
import { bareReferences } from "./hcl";
import { JsonSynthesizer } from "./json-synthesizer";
import { PmmIamStack } from "./pmm-iam-stack";
import { secondRootFile } from "./second-root-file";

export type OutputFormat = "json" | "hcl";

/** The files of an output folder, by their path in it, with `/` on every system. */
export type OutputFiles = ReadonlyMap<string, string | Buffer>;

export interface RenderOptions {
  readonly format: OutputFormat;
  /** The way from a stack's folder to the accounts file's, where local state is. */
  readonly rootFromStack: string;
  /** Adds a team's own constructs to each stack. */
  readonly extend?: (stack: PmmIamStack) => void;
}

/** Renders every stack to files. Writes nothing outside a temporary folder of its own. */
export async function renderStacks(access: AccessModel, options: RenderOptions): Promise<OutputFiles> {
  const { format, rootFromStack, extend } = options;
  const folder = mkdtempSync(join(tmpdir(), "pmm-iam-"));
  const environment = process.env["SYNTH_HCL_OUTPUT"];
  try {
    // cdktf's stacks read the format from the environment alone, the option of App reaches only the file name.
    process.env["SYNTH_HCL_OUTPUT"] = String(format === "hcl");
    const app = new App({ outdir: folder, hclOutput: format === "hcl", stackTraces: false });
    const inMemory = new Map<string, JsonSynthesizer>();
    for (const stack of access.stacks) {
      const built = new PmmIamStack(app, { access, stack, rootFromStack });
      extend?.(built);
      if (format === "json" && extend === undefined) {
        const synthesizer = new JsonSynthesizer(built);
        built.synthesizer = synthesizer;
        inMemory.set(stack.name, synthesizer);
      }
    }
    app.synth();
    return await collect(folder, access, { format, inMemory });
  } finally {
    if (environment === undefined) {
      delete process.env["SYNTH_HCL_OUTPUT"];
    } else {
      process.env["SYNTH_HCL_OUTPUT"] = environment;
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Rendered {
  readonly format: OutputFormat;
  /** The stacks whose JSON is not in the folder. */
  readonly inMemory: ReadonlyMap<string, JsonSynthesizer>;
}

async function collect(
  folder: string,
  access: AccessModel,
  { format, inMemory }: Rendered,
): Promise<OutputFiles> {
  const modules = moduleFiles();
  const files = new Map<string, string | Buffer>();
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");
  files.set("manifest.json", read("manifest.json"));
  for (const stack of access.stacks) {
    const root = `stacks/${stack.name}`;
    if (format === "hcl") {
      // The cdktf command formats what its app wrote; the same formatter here gives the same bytes.
      const { format: formatHcl } = await import("@cdktf/hcl-tools");
      files.set(`${root}/cdk.tf`, bareReferences(await formatHcl(read(`${root}/cdk.tf`))));
      files.set(`${root}/metadata.json`, read(`${root}/metadata.json`));
    } else {
      const text = inMemory.get(stack.name)?.text;
      files.set(`${root}/cdk.tf.json`, text ?? read(`${root}/cdk.tf.json`));
    }
    files.set(`${root}/pmm-iam.tf.json`, secondRootFile(stack, access.deployment.name));
    for (const [path, content] of [...modules, ...teamFiles(stack)]) {
      files.set(`${root}/${path}`, content);
    }
  }
  return files;
}

/** The code of the teams' own modules that the stack calls, by path under the stack. */
function teamFiles({ accounts }: Stack): Map<string, Buffer> {
  const calls = accounts.flatMap((account) => account.calls);
  return new Map(
    calls.flatMap(({ module, team }) =>
      team?.kind === "local"
        ? [...team.files].map(([path, content]) => [`modules/${module}/${path}`, content] as const)
        : [],
    ),
  );
}
