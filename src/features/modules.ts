import { ModuleLibrary } from "../modules/library";
import { ownModules } from "../modules/own";
import type { Feature } from "./feature";

/** The modules that stacks carry where accounts may ask for these features. Of one list always the same. */
export function modulesOf(features: readonly Feature[]): ModuleLibrary {
  const known = libraries.get(features) ?? library(features);
  libraries.set(features, known);
  return known;
}

const libraries = new WeakMap<readonly Feature[], ModuleLibrary>();

function library(features: readonly Feature[]): ModuleLibrary {
  const brought = features.flatMap(({ modules = {} }) => Object.entries(modules));
  return brought.length === 0 ? ownModules : new ModuleLibrary(Object.fromEntries(brought));
}
