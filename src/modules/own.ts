import type { Partition } from "../aws/partitions";
import type { PolicyDocument } from "../aws/policies";
import { ModuleLibrary, policyIn } from "./library";

/** This program's own Terraform modules. */
export const ownModules = new ModuleLibrary();

/** A policy document of one of this program's modules, for the partition. `name` is the file's name without `.json`. */
export function modulePolicy(module: string, name: string, partition: Partition): PolicyDocument {
  return policyIn(ownModules.folderOf(module), name, partition);
}
