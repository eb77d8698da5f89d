import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Partition } from "../aws/partitions";
import type { PolicyDocument } from "../aws/policies";
import { packageRoot } from "../project";
import { terraformCode } from "./blocks";
import { FeatureError } from "./feature-error";
import { type Block, literalOf, referenceOf } from "./syntax";

/** The folders of Terraform modules, by the name that each has under a stack's modules/. */
export type ModuleFolders = Readonly<Record<string, string>>;

/** This program's own Terraform modules. */
const MODULES_FOLDER = join(packageRoot, "modules");

/**
 * The Terraform modules that every stack carries: this program's own, and those that features bring. Their files,
 * policies and objects.
 */
export class ModuleLibrary {
  private known: ReadonlyMap<string, Buffer> | undefined;
  /** Every closed account asks for the same few modules. */
  private readonly objects = new Map<string, readonly string[]>();

  constructor(private readonly brought: ModuleFolders = {}) {}

  /**
   * The files of every module, by their path under a stack: `modules/<module>/main.tf`. Only what Terraform
   * reads, so that a note or an editor's leftover in a module's folder changes no stack.
   */
  get files(): ReadonlyMap<string, Buffer> {
    this.known ??= this.readFiles();
    return this.known;
  }

  /** The folders of the modules that features bring. */
  get broughtFolders(): readonly string[] {
    return Object.values(this.brought);
  }

  /** The folder of a module. */
  folderOf(module: string): string {
    return this.brought[module] ?? join(MODULES_FOLDER, module);
  }

  /**
   * The addresses, within a module, of all that it makes in the account itself: without the secrets, which are
   * in the source account, and without what is no object of AWS. Modules that it calls are included, and what an
   * earlier version made and a `removed` block lets go: a state may still have it.
   */
  objectsOf(module: string): readonly string[] {
    const known = this.objects.get(module);
    if (known !== undefined) {
      return known;
    }
    const own = [...this.files].filter(([path]) => dirname(path) === `modules/${module}`);
    if (own.length === 0) {
      throw new FeatureError(`there is no modules/${module}`);
    }
    const blocks = own.flatMap(([path, content]) => terraformCode(path, content.toString("utf8")).blocks);
    const addresses = blocks.flatMap((block) => this.objectsOfBlock(block));
    this.objects.set(module, addresses);
    return addresses;
  }

  private readFiles(): Map<string, Buffer> {
    const names = [...new Set([...ownModuleNames(), ...Object.keys(this.brought)])].sort();
    return new Map(
      names.flatMap((name) =>
        [...filesOf(this.folderOf(name))].map(
          ([path, content]) => [`modules/${name}/${path}`, content] as const,
        ),
      ),
    );
  }

  private objectsOfBlock(block: Block): string[] {
    if (block.keyword === "module") {
      return this.objectsOfCalled(block);
    }
    const labels = block.keyword === "removed" ? removedFrom(block) : block.labels;
    return isInAccount(block, labels) ? [labels.join(".")] : [];
  }

  private objectsOfCalled({ labels: [name], attributes }: Block): string[] {
    const source = literalOf(attributes.get("source"));
    const called = /^\.\.\/([\w-]+)$/.exec(source ?? "")?.[1];
    if (called === undefined) {
      throw new FeatureError(`the source of module.${name} is ${source}; expected a module beside it`);
    }
    return this.objectsOf(called).map((address) => `module.${name}.${address}`);
  }
}

/** The names of this program's own modules. Sorted. */
export function ownModuleNames(): readonly string[] {
  ownNames ??= readdirSync(MODULES_FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort();
  return ownNames;
}

let ownNames: readonly string[] | undefined;

/**
 * The files of one module, by their path in its folder: `main.tf`, `policies/read.json`. Each folder is read once
 * per process. Empty where there is no such folder.
 */
export function filesOf(folder: string): ReadonlyMap<string, Buffer> {
  const known = read.get(folder);
  if (known !== undefined) {
    return known;
  }
  const files = new Map(terraformFiles(folder).map((path) => [path, readFileSync(join(folder, path))]));
  read.set(folder, files);
  return files;
}

const read = new Map<string, ReadonlyMap<string, Buffer>>();

/**
 * A policy document of the module in a folder, for the partition: the modules replace it in their files the same way.
 * `name` is the file's name without `.json`.
 */
export function policyIn(folder: string, name: string, partition: Partition): PolicyDocument {
  const path = `policies/${name}.json`;
  const key = `${partition} ${folder} ${path}`;
  const known = policies.get(key);
  if (known !== undefined) {
    return known;
  }
  const file = filesOf(folder).get(path);
  if (file === undefined) {
    throw new FeatureError(`there is no ${named(join(folder, path))}`);
  }
  const document = parsed(
    file.toString("utf8").replaceAll('"arn:aws:', `"arn:${partition}:`),
    join(folder, path),
  );
  policies.set(key, document);
  return document;
}

function parsed(text: string, path: string): PolicyDocument {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FeatureError(`${named(path)} is not JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
}

/** A path as a message has it: from the program's folder, where it is in there. */
function named(path: string): string {
  const way = relative(packageRoot, path);
  return way.startsWith("..") ? path : way;
}

/** Every account asks for the same few documents. */
const policies = new Map<string, PolicyDocument>();

/** Whether a block makes an object, or made it, through the provider `aws`, which is the account's. */
function isInAccount({ keyword, attributes }: Block, [type = ""]: readonly string[]): boolean {
  const provider = referenceOf(attributes.get("provider"));
  return (
    (keyword === "resource" || keyword === "removed") &&
    (provider === undefined ? type.startsWith("aws_") : provider === "aws")
  );
}

/** Type and name of the resource that a `removed` block lets go. */
function removedFrom({ attributes }: Block): readonly string[] {
  return (referenceOf(attributes.get("from")) ?? "").split(".");
}

function terraformFiles(folder: string): string[] {
  const own = namesIn(folder).filter((name) => name.endsWith(".tf") || name.endsWith(".tf.json"));
  const policies = namesIn(join(folder, "policies")).filter((name) => name.endsWith(".json"));
  return [...own, ...policies.map((name) => `policies/${name}`)].sort();
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
      .map((entry) => entry.name);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") {
      return [];
    }
    throw cause;
  }
}
