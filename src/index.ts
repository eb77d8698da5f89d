import { runCommandLine } from "./commands/cli/command-line";
import { features as programsOwn } from "./features";
import type { Feature } from "./features/feature";

/*
 * What the package exports. A main.ts of one's own runs the same command line with features of one's own:
 *
 *   import { features, run } from "pmm-iam";
 *   import { backupAudit } from "./backup-audit.ts";
 *
 *   void run({ features: [...features, backupAudit] });
 *
 * docs/extend-in-typescript.md has a whole example, and says what each of these is for.
 */

/** The program's own features, in the order in which the schema lists their keys. */
export const features: readonly Feature[] = programsOwn;

export interface RunOptions {
  /** What accounts may ask for, in the order in which the schema lists the keys. Left out: the program's own. */
  readonly features?: readonly Feature[];
}

/**
 * Runs the command that the arguments of this process name and sets `process.exitCode`: 0 done, 1 the input has to be
 * fixed, 70 a fault of the program. Without arguments it prints the help or, where the cdktf command started the
 * process as its app, synthesizes. It never rejects.
 */
export async function run({ features: asked = features }: RunOptions = {}): Promise<void> {
  await runCommandLine(asked);
}

// The schema of a feature's keys: zod as the program has it, and fields that carry a description and an error text.
export { z } from "zod";
// The file once every rule has passed.
export type { BoundaryKind } from "./accounts/boundaries";

// What a change of a key does to what is in AWS already.
export {
  type ChangeRule,
  DESTROYED_AS_ASKED,
  type Effect,
  type Effects,
  IN_PLACE,
  judged,
  NOTHING,
  under,
} from "./accounts/effects";
export { choice, counter, flag, list, mapping, switchOr, text } from "./accounts/fields";
// Rules on the file.
export type { AccountKeys, AccountsFile, Entry } from "./accounts/file";
export type { Account, Deployment, Lifecycle, Secrets, Source, Tags, Teleport } from "./accounts/model";
export { error, type Finding, type Path, type Severity, warning } from "./accounts/problem";
// Users with access keys, as the Aurora user is made.
export { type AccessKey, accessKeyEffects, accessKeyShape } from "./accounts/schema";
// Texts, names and policies of AWS.
export { iamArn, inPath, roleArn } from "./aws/arns";
export type { Format } from "./aws/formats";
export * as formats from "./aws/formats";
export type { Partition } from "./aws/partitions";
export {
  type Condition,
  type PolicyDocument,
  type Statement,
  type Trust,
  trustEc2,
  trustRoles,
} from "./aws/policies";
export {
  accessKeyOf,
  accessKeyRules,
  accessKeyVariables,
  generationTag,
  keyHandover,
  rotatingKeys,
  sourcesPolicy,
} from "./features/access-key";
// The files that a feature brings for those who use what it makes.
export type { ConsumedAccess, Consumer, ConsumerFile } from "./features/consumer";
// The feature and what it makes.
export {
  type AdoptableObject,
  type AssumedBy,
  adoptableGrants,
  descriptionVariables,
  type Feature,
  type FixedInstance,
  type ImportedObject,
  iamVariables,
  instanceIn,
  type KeyedSetting,
  type ListedInstances,
  type ModuleCall,
  perDeployment,
  type RoleSetting,
  type Unless,
  type VariableValue,
  variables,
} from "./features/feature";
export { attachInstanceProfile, type Fact, type Handover, outputOf } from "./features/handover";
export {
  type Asked,
  awsPolicy,
  type Identity,
  type IdentityPolicy,
  type InstanceProfile,
  inlinePolicy,
  type MadeIdentity,
  madeIn,
  managedPolicy,
  type OwnPolicy,
  type RotatingKeys,
} from "./features/identity";
export { type ModuleFolders, policyIn } from "./modules/library";
