import { EXACT_VERSION } from "../accounts/schema";
import { type Problem, pathProblem } from "./call-rules";
import { brief } from "./hidden-characters";
import { moduleSource, type Refusal, versionProblem } from "./source";
import { BLOCK_LABELS, type Block, type Body, type Expression, literalOf, referenceOf } from "./syntax";

/** What the code of a team's module may say: judged block by block, without a look at folders. */

/** What of a folder a stack carries, beside the folder `policies`. */
export const TERRAFORM_FILE = /\.tf(?:\.json)?$/;

/** The program's own modules have a folder for policies; a team's documents and templates go there too. */
export const POLICIES = "policies";

/** Why a file's name cannot be in a module: Terraform would read other code than the scan, or OpenTofu would. */
export function nameProblem(name: string): string | undefined {
  if (/\.tofu(?:\.json)?$/.test(name)) {
    return "is read only by OpenTofu, in place of the *.tf file of the same name; expected *.tf";
  }
  return /^(?:.*_)?override\.tf(?:\.json)?$/.test(name)
    ? "overrides blocks of other files, so that these do not say what the module does; move its blocks there"
    : undefined;
}

const ALONE = "expected aws alone, the account's";

/** What each block at the top of a file is judged by. Another than these is refused. */
const RULES: Readonly<Record<string, (block: Block) => Iterable<string>>> = {
  terraform: settingsProblems,
  resource: objectProblems,
  data: objectProblems,
  ephemeral: objectProblems,
  check: function* ({ blocks }) {
    for (const block of blocks.filter(({ keyword }) => keyword === "data")) {
      yield* objectProblems(block);
    }
  },
  removed: provisionerProblems,
  module: providersProblems,
  provider: function* ({ labels: [provider = ""] }) {
    yield `the module configures the provider ${provider} itself, so no account that uses it could retire; remove the provider block: the module is given the account's as aws`;
  },
  import: function* () {
    yield "import blocks are for the root module alone; remove it";
  },
  variable: () => [],
  output: () => [],
  locals: () => [],
  moved: () => [],
};

/** Why no folder of a module may have these blocks. The sources of modules are judged by `localCall`. */
export function* blockProblems(blocks: readonly Block[]): Iterable<Problem> {
  for (const block of blocks) {
    for (const text of problemsOf(block)) {
      yield { text, at: block.at };
    }
  }
}

function problemsOf(block: Block): Iterable<string> {
  const { keyword, labels } = block;
  const rule = Object.hasOwn(RULES, keyword) ? RULES[keyword] : undefined;
  if (rule === undefined) {
    return [
      `${brief(keyword)} is not a block that a module may have; expected one of ${Object.keys(BLOCK_LABELS).sort().join(", ")}`,
    ];
  }
  const expected = BLOCK_LABELS[keyword] ?? 0;
  return labels.length === expected && labels.every((label) => NAME.test(label))
    ? rule(block)
    : [`a ${keyword} block has other labels than Terraform expects; expected ${expected}, each a name`];
}

const NAME = /^[\p{L}_][\p{L}\p{N}_-]{0,254}$/u;

/** Arguments by which the provider reads a file of the machine that runs Terraform. */
const FILE_ARGUMENTS: Readonly<Record<string, string>> = {
  aws_connect_contact_flow: "filename",
  aws_connect_contact_flow_module: "filename",
  aws_gamelift_script: "zip_file",
  aws_lambda_function: "filename",
  aws_lambda_layer_version: "filename",
  aws_s3_bucket_object: "source",
  aws_s3_object: "source",
  aws_synthetics_canary: "zip_file",
};

function* objectProblems(block: Block): Iterable<string> {
  const { keyword, labels } = block;
  const shown = `${keyword === "resource" ? "" : `${keyword}.`}${labels.join(".")}`;
  yield* providerProblems(block, shown);
  yield* provisionerProblems(block);
  const argument = fileArgument(block);
  const problem = argument === undefined ? undefined : pathProblem(block.attributes.get(argument));
  if (problem !== undefined) {
    yield `${argument} of ${shown} ${problem}`;
  }
}

function* providerProblems({ keyword, labels, attributes }: Block, shown: string): Iterable<string> {
  const [type = ""] = labels;
  const [implied = ""] = type.split("_");
  const given = attributes.get("provider");
  const provider = given === undefined ? implied : (referenceOf(given) ?? "(computed)");
  if (type === "terraform_remote_state") {
    yield `${shown} reads another state, and states hold keys; give the module what it needs as a variable`;
  } else if (keyword === "resource" && type === "terraform_data" && given === undefined) {
    // It is a part of Terraform, and makes nothing.
  } else if (implied !== "aws" || provider !== "aws") {
    yield `${shown} asks for the provider ${brief(provider)}; ${ALONE}`;
  }
}

function fileArgument({ keyword, labels: [type = ""], attributes }: Block): string | undefined {
  const argument = Object.hasOwn(FILE_ARGUMENTS, type) ? FILE_ARGUMENTS[type] : undefined;
  return keyword === "resource" && argument !== undefined && attributes.has(argument) ? argument : undefined;
}

/** The paths by which resources read files. */
export function filePaths(blocks: readonly Block[]): Expression[] {
  return blocks.flatMap((block) => block.attributes.get(fileArgument(block) ?? "") ?? []);
}

function* provisionerProblems({ blocks }: Body): Iterable<string> {
  for (const { labels } of blocks.filter(({ keyword }) => keyword === "provisioner")) {
    yield `the provisioner ${brief(labels.join(" "))} runs commands with the pipeline's credentials; remove it`;
  }
}

function* settingsProblems({ attributes, blocks }: Block): Iterable<string> {
  for (const name of attributes.keys()) {
    if (name !== "required_version") {
      yield `${brief(name)} is not a setting of a module; expected required_version and required_providers`;
    }
  }
  for (const block of blocks) {
    if (block.keyword === "required_providers") {
      yield* requirementProblems(block);
    } else if (block.keyword !== "provider_meta" || block.labels.join() !== "aws") {
      yield `${brief([block.keyword, ...block.labels].join(" "))} is not a setting of a module; expected required_version and required_providers`;
    }
  }
}

/** Addresses of the one provider that a stack requires. */
const AWS_PROVIDER = ["hashicorp/aws", "registry.terraform.io/hashicorp/aws"];

function* requirementProblems({ attributes, blocks }: Body): Iterable<string> {
  for (const { keyword } of blocks) {
    yield `the module requires ${keyword} as a block; expected ${keyword} = { source = ..., version = ... }`;
  }
  for (const [name, requirement] of attributes) {
    if (name !== "aws") {
      yield `the module requires the provider ${brief(name)}; ${ALONE}`;
    } else if (literalOf(requirement) === undefined) {
      yield* addressProblems(requirement);
    }
  }
}

function* addressProblems(requirement: Expression): Iterable<string> {
  const items = requirement.kind === "object" ? requirement.items : [];
  const given = new Map(items.map(([key, value]) => [referenceOf(key), value]));
  const source = literalOf(given.get("source"));
  if (given.has("configuration_aliases")) {
    yield `the module asks for more providers (configuration_aliases); ${ALONE}`;
  } else if (
    requirement.kind !== "object" ||
    given.size < items.length ||
    [...given.keys()].some((key) => key !== "source" && key !== "version") ||
    !AWS_PROVIDER.includes(source ?? "hashicorp/aws") ||
    (given.has("source") && source === undefined)
  ) {
    yield 'the module requires another provider as aws; expected aws = { source = "hashicorp/aws", version = ">= 6.0" }';
  }
}

function* providersProblems({ labels, attributes }: Block): Iterable<string> {
  const providers = attributes.get("providers");
  if (providers !== undefined) {
    const items = providers.kind === "object" ? providers.items : undefined;
    if (items?.every(([, value]) => referenceOf(value) === "aws") !== true) {
      yield `module.${labels[0] ?? ""} is given other providers than aws; expected providers = { aws = aws }`;
    }
  }
}

/** A call of a module whose code is in the repository. */
export interface LocalCall {
  /** `module.<label>` */
  readonly name: string;
  /** From the folder of the call. */
  readonly path: string;
}

/**
 * Where a `module` block has its code. undefined: from elsewhere, and pinned like a source in accounts.yaml.
 * Reads as text what Terraform reads as text: no template, no escape in JSON.
 */
export function localCall({ labels, attributes }: Block): LocalCall | Refusal | undefined {
  const name = `module.${labels[0] ?? ""}`;
  const written = literalOf(attributes.get("source"));
  if (written === undefined) {
    return {
      problem: attributes.has("source")
        ? `the source of ${name} is computed; expected it as plain text`
        : `${name} has no source; expected where its code is, such as source = "./deeper"`,
    };
  }
  const source = moduleSource(written);
  if ("problem" in source) {
    return { problem: `the source of ${name}: ${source.problem}` };
  }
  const misversioned = versionProblem(source, versionOf(attributes)) ?? rangeProblem(versionOf(attributes));
  if (misversioned !== undefined) {
    return { problem: `${name}: ${misversioned}` };
  }
  if (source.kind !== "local") {
    return undefined;
  }
  return /^\.\.?\//.test(source.path)
    ? { name, path: source.path }
    : { problem: `the source of ${name} is ${source.path}; expected a path that starts with ./` };
}

/** Terraform takes "= 1.2.3" for "1.2.3". */
function versionOf(attributes: Block["attributes"]): string | undefined {
  const version = attributes.get("version");
  return version === undefined ? undefined : (literalOf(version) ?? "").replace(/^= */, "");
}

/** In accounts.yaml the schema holds a version to this form. */
function rangeProblem(version: string | undefined): string | undefined {
  return version === undefined || EXACT_VERSION.pattern.test(version)
    ? undefined
    : `version ${JSON.stringify(brief(version))} is not an exact version; expected one such as "1.2.3"`;
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
