import { existsSync, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { z } from "zod";
import { accountSchema } from "../accounts/schema";
import { shown } from "../accounts/wording";
import { terraformCode } from "../modules/blocks";
import { filesOf, ownModuleNames } from "../modules/library";
import { literalOf, UnreadableText } from "../modules/syntax";
import type { Feature } from "./feature";

/**
 * What keeps a list of features from being used: names that two of them give, or that the program has already, and
 * keys and modules that are not as the program needs them. For the author of a feature, one line each.
 */
export function featureProblems(features: readonly Feature[]): string[] {
  return [
    ...givenTwice("the key", [...Object.keys(accountSchema({}).shape), ...features.flatMap(keysOf)]),
    ...features.flatMap(keyProblems),
    ...givenTwice(
      "the prefix of module instances",
      features.map(({ instances }) => instances.prefix),
    ),
    ...features.flatMap(instanceProblems),
    ...features.flatMap(moduleProblems),
    ...moduleClashes(features),
    ...moduleCalls(features),
    ...givenTwice(
      "the name in assumedBy",
      features.flatMap(({ assumedBy }) =>
        assumedBy === undefined ? [] : [assumedBy.roleName, assumedBy.policyName, assumedBy.resourceName],
      ),
    ),
  ];
}

function keysOf({ keys }: Feature): string[] {
  return Object.keys(keys);
}

function givenTwice(what: string, names: readonly string[]): string[] {
  const twice = new Set(names.filter((name, index) => names.indexOf(name) < index));
  return [...twice].map(
    (name) => `${what} ${shown(name)} is taken by another feature or by the program; give it another name`,
  );
}

function keyProblems({ keys }: Feature): string[] {
  return Object.entries(keys).flatMap(([key, schema]) => {
    if (!(schema instanceof z.ZodType)) {
      return [
        `the key ${shown(key)} of a feature is no schema of this version's zod; import { z } from "pmm-iam"`,
      ];
    }
    if (!/^[a-z][a-z0-9_]*$/.test(key)) {
      return [`the key ${shown(key)} of a feature is not in snake_case, as backup_audit is; rename it`];
    }
    return schema.safeParse(undefined).success
      ? []
      : [
          `the key ${shown(key)} of a feature is required, so no account that does not name it could be read; add .optional() or .default(...)`,
        ];
  });
}

function instanceProblems(feature: Feature): string[] {
  const { instances, modules = {} } = feature;
  if (instances.list !== undefined) {
    return [];
  }
  const { prefix, module, key } = instances;
  const known = [...ownModuleNames(), ...Object.keys(modules)];
  return [
    ...(/^[a-z][a-z0-9_]*$/.test(prefix)
      ? []
      : [
          `the prefix ${shown(prefix)} of module instances is not in snake_case, as backup_audit is; rename it`,
        ]),
    ...(known.includes(module)
      ? []
      : [
          `the feature with the prefix ${shown(prefix)} names the module ${shown(module)}, which is neither the program's nor one of its own; add its folder: modules: { ${shown(module)}: <absolute path> }`,
        ]),
    ...(key === undefined || keysOf(feature).includes(key)
      ? []
      : [
          `the feature with the prefix ${shown(prefix)} is asked for by ${shown(key)}, which is none of its keys; expected one of ${keysOf(feature).join(", ")}`,
        ]),
  ];
}

function moduleProblems({ modules = {} }: Feature): string[] {
  return Object.entries(modules).flatMap(([name, folder]) => {
    if (name === "team" || ownModuleNames().includes(name)) {
      return [
        `the module ${shown(name)} of a feature has a name of the program's own; give it another, such as ${shown(`acme-${name}`)}`,
      ];
    }
    if (!/^[a-z][a-z0-9-]*$/.test(name)) {
      return [
        `the module ${shown(name)} of a feature is not named in lower-case-with-dashes, as backup-audit is; rename it`,
      ];
    }
    if (!isAbsolute(folder)) {
      return [
        `the folder of the module ${shown(name)} is ${shown(folder)}; expected an absolute path: join(import.meta.dirname, ${shown(folder)})`,
      ];
    }
    if (!existsSync(folder) || !statSync(folder).isDirectory()) {
      return [`the folder of the module ${shown(name)} is not there: ${folder}`];
    }
    return [...filesOf(folder).keys()].some((path) => /^[^/]+\.tf(\.json)?$/.test(path))
      ? []
      : [`the folder of the module ${shown(name)} has no *.tf file: ${folder}`];
  });
}

/** One name in modules/ is one folder. */
function moduleClashes(features: readonly Feature[]): string[] {
  const folders = new Map<string, string>();
  return features
    .flatMap(({ modules = {} }) => Object.entries(modules))
    .flatMap(([name, folder]) => {
      const other = folders.get(name) ?? folder;
      folders.set(name, other);
      return other === folder
        ? []
        : [`two features have a module ${shown(name)}, in ${other} and in ${folder}; give one another name`];
    });
}

/** A stack carries the files in a module's folder, and no folder below it: what a module calls is beside it. */
function moduleCalls(features: readonly Feature[]): string[] {
  const brought = features.flatMap(({ modules = {} }) => Object.entries(modules));
  const known = new Set([...ownModuleNames(), ...brought.map(([name]) => name)]);
  return brought.flatMap(([name, folder]) =>
    isAbsolute(folder) && existsSync(folder)
      ? [...filesOf(folder)].flatMap(([path, content]) => {
          const file = join(folder, path);
          return dirname(path) === "." ? callProblems(name, file, content.toString("utf8"), known) : [];
        })
      : [],
  );
}

function callProblems(module: string, file: string, text: string, known: ReadonlySet<string>): string[] {
  try {
    return terraformCode(file, text)
      .blocks.filter(({ keyword }) => keyword === "module")
      .map(({ attributes }) => literalOf(attributes.get("source")) ?? "")
      .filter((source) => !/^\.\.\//.test(source) || !known.has(source.slice(3)))
      .map(
        (source) =>
          `the module ${shown(module)} calls ${shown(source)} in ${file}; expected ../<name> of a module of the program's, or of a feature's own: a stack carries no other`,
      );
  } catch (cause) {
    if (!(cause instanceof UnreadableText)) {
      throw cause;
    }
    return [`${file} of the module ${shown(module)} cannot be read: ${cause.message}`];
  }
}
