import { EXACT_VERSION } from "../accounts/schema";
import type { Block } from "./blocks";
import { moduleSource, type Refusal, versionProblem } from "./source";

/** What the code of a team's module may say: judged block by block, without a look at folders. */

/** What of a folder a stack carries, beside the folder `policies`. */
export const TERRAFORM_FILE = /\.tf(?:\.json)?$/;

/** The program's own modules have a folder for policies; a team's documents and templates go there too. */
export const POLICIES = "policies";

/** Why no folder of a module may have this block. Calls of other modules are judged by `localCall`. */
export function blockProblem({ keyword, labels, body }: Block): string | undefined {
  if (keyword === "provider") {
    return `the module configures the provider ${labels[0] ?? ""} itself, so that an account could not retire; take the provider block away: it is given the account's as aws`;
  }
  if (keyword === "terraform" && /\bconfiguration_aliases\b/.test(body)) {
    return "the module asks for more providers (configuration_aliases); expected aws alone, the account's";
  }
  return undefined;
}

/** A call of a module whose code is in the repository. */
export interface LocalCall {
  /** `module.<label>` */
  readonly name: string;
  /** From the folder of the call. */
  readonly path: string;
}

/**
 * Where a `module` block has its code. undefined: from elsewhere, and pinned like a source in accounts.yaml, or
 * without a source, as in an override file. The problem goes after "in <folder>, ".
 */
export function localCall({ labels, attributes }: Block): LocalCall | Refusal | undefined {
  const name = `module.${labels[0] ?? ""}`;
  const written = attributes.get("source");
  if (written === undefined) {
    return undefined;
  }
  if (written.includes("${")) {
    return { problem: `the source of ${name} is computed; expected it as plain text` };
  }
  const source = moduleSource(written);
  if ("problem" in source) {
    return { problem: `the source of ${name}: ${source.problem}` };
  }
  // Terraform takes "= 1.2.3" for "1.2.3".
  const version = attributes.get("version")?.replace(/^= */, "");
  const misversioned = versionProblem(source, version) ?? rangeProblem(version);
  if (misversioned !== undefined) {
    return { problem: `${name}: ${misversioned}` };
  }
  return source.kind === "local" ? { name, path: source.path } : undefined;
}

/** In accounts.yaml the schema holds a version to this form. */
function rangeProblem(version: string | undefined): string | undefined {
  return version === undefined || EXACT_VERSION.pattern.test(version)
    ? undefined
    : `version ${JSON.stringify(version)} is no exact version; expected one such as "1.2.3"`;
}

/** The variables that a folder's blocks declare, and whether each has to be given. */
export function variablesOf(blocks: readonly Block[]): Map<string, { required: boolean }> {
  return new Map(
    blocks
      .filter(({ keyword }) => keyword === "variable")
      .map(({ labels, attributes }) => [labels[0] ?? "", { required: !attributes.has("default") }]),
  );
}

/** What a file reads of its own folder and no stack carries: Terraform would miss it in the plan. */
export function filesLeftOut(text: string): string[] {
  return [...text.matchAll(/\$\{path\.module\}\/([\w.-]+)(?=["/])/g)]
    .map(([, name = ""]) => name)
    .filter((name) => name !== POLICIES && !TERRAFORM_FILE.test(name));
}
