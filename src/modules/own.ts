import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Partition } from "../aws/partitions";
import type { PolicyDocument } from "../aws/policies";
import { projectRoot } from "../project";

/** The Terraform modules that every stack carries. */
const MODULES_FOLDER = join(projectRoot, "modules");

/**
 * The files of every module, by their path under a stack: `modules/<module>/main.tf`. Only what Terraform
 * reads, so that a note or an editor's leftover in a module's folder changes no stack.
 */
export function moduleFiles(): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const modules = readdirSync(MODULES_FOLDER, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith("."),
  );
  for (const { name } of modules.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    for (const file of terraformFiles(join(MODULES_FOLDER, name))) {
      files.set(`modules/${name}/${file}`, readFileSync(join(MODULES_FOLDER, name, file)));
    }
  }
  return files;
}

/**
 * A policy document of a module, for the partition: the modules replace it in their files the same way.
 * `name` is the file's name without `.json`.
 */
export function modulePolicy(module: string, name: string, partition: Partition): PolicyDocument {
  const path = join(MODULES_FOLDER, module, "policies", `${name}.json`);
  const known = policies.get(`${partition} ${path}`);
  if (known !== undefined) {
    return known;
  }
  const text = readFileSync(path, "utf8").replaceAll('"arn:aws:', `"arn:${partition}:`);
  const document: PolicyDocument = JSON.parse(text);
  policies.set(`${partition} ${path}`, document);
  return document;
}

/** Every account asks for the same few documents. */
const policies = new Map<string, PolicyDocument>();

/**
 * The addresses, within a module, of all that it makes in the account itself: without the secrets, which are
 * in the source account, and without what is no object of AWS. Modules that it calls are looked into.
 */
export function accountObjects(module: string): string[] {
  const text = readFileSync(join(MODULES_FOLDER, module, "main.tf"), "utf8");
  const blocks = [...text.matchAll(/^(resource|module) "([\w-]+)"(?: "([\w-]+)")? \{\n([\s\S]*?)^\}/gm)];
  return blocks.flatMap(([, keyword, first = "", second = "", body = ""]) => {
    if (keyword === "module") {
      const called = /^ *source *= *"\.\.\/([\w-]+)"/m.exec(body)?.[1];
      return called === undefined
        ? []
        : accountObjects(called).map((address) => `module.${first}.${address}`);
    }
    const isElsewhere = /^ *provider *= *aws\.secrets$/m.test(body);
    return first.startsWith("aws_") && !isElsewhere ? [`${first}.${second}`] : [];
  });
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
