import type { AccountsFile } from "../file";
import type { Finding } from "../problem";
import { adminRoles, organizationsAccounts, uniqueAccounts } from "./accounts";
import { kmsKeys, stateKeys } from "./backend";
import { boundaries } from "./boundary";
import { iamPathRules } from "./iam-path";
import { lifecycleRules } from "./lifecycle";
import { deploymentNames } from "./name";
import { onePartition } from "./partition";
import { secretsReaders } from "./secrets";
import { sourceRules } from "./source";
import { groups } from "./stacks";
import { tagRules } from "./tags";
import { teleportRules } from "./teleport";
import { unmeantTexts } from "./unmeant";

export { DEFAULT_REGION, partitionOfFile } from "./partition";
export { repeated } from "./repeated";

type Rule = (file: AccountsFile) => Iterable<Finding>;

/** The rules that belong to no single feature. Each is a pure function of the file. */
export const RULES: readonly Rule[] = [
  deploymentNames,
  uniqueAccounts,
  organizationsAccounts,
  adminRoles,
  onePartition,
  boundaries,
  iamPathRules,
  sourceRules,
  teleportRules,
  secretsReaders,
  stateKeys,
  kmsKeys,
  groups,
  tagRules,
  lifecycleRules,
  unmeantTexts,
];
