import type { AccessModel } from "../access/model";
import type { Stack } from "../access/stacks";
import { type BuildStacks, type CdktfFiles, filesByCdktf, filesInMemory } from "./cdktf-files";
import { bareReferences, quotedKeys } from "./hcl";
import type { OutputFiles, OutputFormat } from "./output-files";
import { PmmIamStack } from "./pmm-iam-stack";
import { secondRootFile } from "./second-root-file";

export type { OutputFiles, OutputFormat } from "./output-files";

export interface RenderOptions {
  readonly format: OutputFormat;
  /** The way from a stack's folder to the accounts file's, where local state is. */
  readonly rootFromStack: string;
  /** The role that Terraform assumes in place of each `admin_role_name`: a plan needs one that only reads. */
  readonly adminRole?: string | undefined;
  /** Adds a team's own constructs to each stack. */
  readonly extend?: (stack: PmmIamStack) => void;
}

/** Renders every stack to files. Writes nothing; only stacks that are extended need a temporary folder. */
export async function renderStacks(access: AccessModel, options: RenderOptions): Promise<OutputFiles> {
  const { format, rootFromStack, adminRole, extend } = options;
  const build: BuildStacks = (root) =>
    access.stacks.map((stack) => {
      const built = new PmmIamStack(root, { access, stack, rootFromStack, adminRole });
      extend?.(built);
      return built;
    });
  const byCdktf = extend === undefined ? filesInMemory(build, format) : filesByCdktf(build, format);
  return collect(byCdktf, access);
}

async function collect(byCdktf: CdktfFiles, access: AccessModel): Promise<OutputFiles> {
  const files = new Map<string, string | Buffer>();
  for (const [path, text] of byCdktf) {
    files.set(path, path.endsWith("/cdk.tf") ? await formattedHcl(text) : text);
  }
  for (const stack of access.stacks) {
    const root = `stacks/${stack.name}`;
    files.set(`${root}/pmm-iam.tf.json`, secondRootFile(stack, access));
    for (const [path, content] of [...access.modules.files, ...teamFiles(stack)]) {
      files.set(`${root}/${path}`, content);
    }
  }
  return files;
}

/** The cdktf command formats what its app wrote; the same formatter here gives the same bytes. */
async function formattedHcl(hcl: string): Promise<string> {
  const { format } = await import("@cdktf/hcl-tools");
  return bareReferences(await format(quotedKeys(hcl)));
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
