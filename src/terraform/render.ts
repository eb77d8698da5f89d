import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { Construct } from "constructs";
import type { Deployment } from "../accounts/model";
import type { ModuleCall } from "../features/feature";
import { accountObjects, moduleFiles } from "../modules/own";
import { addBackend } from "./backend";
import { bareReferences, jsonExpression } from "./hcl";
import { ModuleInstance } from "./module-instance";
import { PmmIamStack } from "./pmm-iam-stack";
import { accountProvider, sourceProvider } from "./providers";
import { PmmRole, TeleportRole } from "./source-account";
import { MAIN_STACK, type StackAccount, type StackPlan } from "./stack-plan";

export type OutputFormat = "json" | "hcl";

/** The files of an output folder, by their path in it, with `/` on every system. */
export type OutputFiles = ReadonlyMap<string, string | Buffer>;

export interface RenderOptions {
  readonly format: OutputFormat;
  /** The way from a stack's folder to the project's root. */
  readonly rootFromStack: string;
}

/** The Terraform version that the modules need: secret_string_wo is a write-only argument. */
const REQUIRED_VERSION = ">= 1.11";

/** Renders every stack to files. Writes nothing outside a temporary folder of its own. */
export async function renderStacks(
  deployment: Deployment,
  stacks: readonly StackPlan[],
  options: RenderOptions,
): Promise<OutputFiles> {
  const folder = mkdtempSync(join(tmpdir(), "pmm-iam-"));
  const environment = process.env["SYNTH_HCL_OUTPUT"];
  try {
    // cdktf's stacks read the format from the environment alone, the option of App reaches only the file name.
    process.env["SYNTH_HCL_OUTPUT"] = String(options.format === "hcl");
    const app = new App({ outdir: folder, hclOutput: options.format === "hcl", stackTraces: false });
    for (const plan of stacks) {
      buildStack(app, plan, deployment, options);
    }
    app.synth();
    return await collect(folder, stacks, options.format);
  } finally {
    if (environment === undefined) {
      delete process.env["SYNTH_HCL_OUTPUT"];
    } else {
      process.env["SYNTH_HCL_OUTPUT"] = environment;
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Builds one stack in the app. */
export function buildStack(
  app: App,
  plan: StackPlan,
  deployment: Deployment,
  options: RenderOptions,
): PmmIamStack {
  const stack = new PmmIamStack(app, plan.name);
  addBackend(stack, deployment, options.rootFromStack);
  const source = sourceProvider(stack, deployment);
  const providers = new Construct(stack, "providers");
  const byAccount = plan.accounts.map(({ account, calls }) => ({
    account,
    calls,
    provider: accountProvider(providers, account, deployment),
  }));
  if (plan.name === MAIN_STACK) {
    new PmmRole(stack, deployment);
  }
  const { teleport } = deployment;
  const teleportHome = byAccount.find(({ account }) => account.name === teleport?.accountName);
  if (
    teleport !== undefined &&
    (teleport.accountName === undefined ? plan.name === MAIN_STACK : teleportHome)
  ) {
    new TeleportRole(stack, deployment, teleportHome?.provider);
  }
  for (const { calls, provider } of byAccount) {
    for (const call of calls) {
      new ModuleInstance(stack, { call, provider, secretsProvider: source });
    }
  }
  return stack;
}

async function collect(
  folder: string,
  stacks: readonly StackPlan[],
  format: OutputFormat,
): Promise<OutputFiles> {
  const modules = moduleFiles();
  const files = new Map<string, string | Buffer>();
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");
  files.set("manifest.json", read("manifest.json"));
  for (const plan of stacks) {
    const stack = `stacks/${plan.name}`;
    if (format === "hcl") {
      // The cdktf command formats what its app wrote; the same formatter here gives the same bytes.
      const { format: formatHcl } = await import("@cdktf/hcl-tools");
      files.set(`${stack}/cdk.tf`, bareReferences(await formatHcl(read(`${stack}/cdk.tf`))));
      files.set(`${stack}/metadata.json`, read(`${stack}/metadata.json`));
    } else {
      files.set(`${stack}/cdk.tf.json`, read(`${stack}/cdk.tf.json`));
    }
    files.set(`${stack}/pmm-iam.tf.json`, secondRootFile(plan));
    for (const [path, content] of [...modules, ...teamFiles(plan)]) {
      files.set(`${stack}/${path}`, content);
    }
  }
  return files;
}

/** The code of the teams' own modules that the stack calls, by path under the stack. */
function teamFiles({ accounts }: StackPlan): Map<string, Buffer> {
  const calls = accounts.flatMap((account) => account.calls);
  return new Map(
    calls.flatMap(({ module, team }) =>
      team?.kind === "local"
        ? [...team.files].map(([path, content]) => [`modules/${module}/${path}`, content] as const)
        : [],
    ),
  );
}

/** Import blocks: the plan takes over what was made by hand, or says that it is not there. */
function adoptedObjects({ account, calls }: StackAccount): { to: string; id: string }[] {
  const { adopt } = account;
  return calls.flatMap((call) =>
    (call.adoptable ?? [])
      .filter(({ kind }) => adopt === "all" || adopt.includes(kind))
      .map(({ address, id }) => ({ to: `module.${call.name}.${address}`, id })),
  );
}

/** One address for each object: forgetting a whole module would forget its secret in the source account too. */
function forgottenAddresses(call: ModuleCall): string[] {
  return objectsOf(call).map((address) => `module.${call.name}.${address}`);
}

function objectsOf({ module, team }: ModuleCall): readonly string[] {
  if (team === undefined) {
    return accountObjects(module);
  }
  // What a module makes that is not here is not known: a rule refuses to close an account that has one.
  return team.kind === "local" ? team.objects : [];
}

/** What cdktf's HCL renderer breaks stands here in both formats. */
function secondRootFile(plan: StackPlan): string {
  const locals = plan.accounts
    .flatMap(({ calls }) => calls)
    .flatMap(({ name, locals = {} }) =>
      Object.keys(locals).length === 0 ? [] : [[name, jsonExpression(locals)] as const],
    );
  const adopted = plan.accounts.flatMap(adoptedObjects);
  const forgotten = plan.accounts.flatMap((account) => account.forgotten.flatMap(forgottenAddresses));
  const content = {
    ...(adopted.length === 0 ? {} : { import: adopted }),
    ...(locals.length === 0 ? {} : { locals: Object.fromEntries(locals.sort()) }),
    ...(forgotten.length === 0
      ? {}
      : { removed: forgotten.map((from) => ({ from, lifecycle: { destroy: false } })) }),
    terraform: { required_version: REQUIRED_VERSION },
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
