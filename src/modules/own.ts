import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Partition } from "../aws/partitions";
import type { PolicyDocument } from "../aws/policies";
import { packageRoot } from "../project";
import { terraformCode } from "./blocks";
import { type Block, literalOf, referenceOf } from "./syntax";

/** This program's own Terraform modules, which every stack carries: their files, policies and objects. */
const MODULES_FOLDER = join(packageRoot, "modules");

/**
 * The files of every module, by their path under a stack: `modules/<module>/main.tf`. Only what Terraform
 * reads, so that a note or an editor's leftover in a module's folder changes no stack. Read once per process.
 */
export function moduleFiles(): ReadonlyMap<string, Buffer> {
  files ??= readModules();
  return files;
}

let files: ReadonlyMap<string, Buffer> | undefined;

function readModules(): Map<string, Buffer> {
  const read = new Map<string, Buffer>();
  const modules = readdirSync(MODULES_FOLDER, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith("."),
  );
  for (const { name } of modules.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    for (const file of terraformFiles(join(MODULES_FOLDER, name))) {
      read.set(`modules/${name}/${file}`, readFileSync(join(MODULES_FOLDER, name, file)));
    }
  }
  return read;
}

/**
 * A policy document of a module, for the partition: the modules replace it in their files the same way.
 * `name` is the file's name without `.json`.
 */
export function modulePolicy(module: string, name: string, partition: Partition): PolicyDocument {
  const path = `modules/${module}/policies/${name}.json`;
  const key = `${partition} ${path}`;
  const known = policies.get(key);
  if (known !== undefined) {
    return known;
  }
  const file = moduleFiles().get(path);
  if (file === undefined) {
    throw new Error(`there is no ${path}`);
  }
  const document: PolicyDocument = JSON.parse(
    file.toString("utf8").replaceAll('"arn:aws:', `"arn:${partition}:`),
  );
  policies.set(key, document);
  return document;
}

/** Every account asks for the same few documents. */
const policies = new Map<string, PolicyDocument>();

/**
 * The addresses, within a module, of all that it makes in the account itself: without the secrets, which are
 * in the source account, and without what is no object of AWS. Modules that it calls are included.
 */
export function accountObjects(module: string): readonly string[] {
  const known = objects.get(module);
  if (known !== undefined) {
    return known;
  }
  const own = [...moduleFiles()].filter(([path]) => dirname(path) === `modules/${module}`);
  if (own.length === 0) {
    throw new Error(`there is no modules/${module}`);
  }
  const blocks = own.flatMap(([path, content]) => terraformCode(path, content.toString("utf8")).blocks);
  const addresses = blocks.flatMap(objectsOf);
  objects.set(module, addresses);
  return addresses;
}

/** Every closed account asks for the same few modules. */
const objects = new Map<string, readonly string[]>();

function objectsOf(block: Block): string[] {
  if (block.keyword === "module") {
    return objectsOfCalled(block);
  }
  return isInAccount(block) ? [block.labels.join(".")] : [];
}

function objectsOfCalled({ labels: [name], attributes }: Block): string[] {
  const source = literalOf(attributes.get("source"));
  const called = /^\.\.\/([\w-]+)$/.exec(source ?? "")?.[1];
  if (called === undefined) {
    throw new Error(`the source of module.${name} is ${source}; expected a module beside it`);
  }
  return accountObjects(called).map((address) => `module.${name}.${address}`);
}

/** Whether a block makes an object through the provider `aws`, which is the account's. */
function isInAccount({ keyword, labels: [type = ""], attributes }: Block): boolean {
  const provider = referenceOf(attributes.get("provider"));
  return keyword === "resource" && (provider === undefined ? type.startsWith("aws_") : provider === "aws");
}

function terraformFiles(folder: string): string[] {
  const own = filesOf(folder).filter((name) => name.endsWith(".tf") || name.endsWith(".tf.json"));
  const policies = filesOf(join(folder, "policies")).filter((name) => name.endsWith(".json"));
  return [...own, ...policies.map((name) => `policies/${name}`)].sort();
}

function filesOf(folder: string): string[] {
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
