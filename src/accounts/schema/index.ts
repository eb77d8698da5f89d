/** The keys of accounts.yaml that belong to no single feature. Features add theirs to each account. */

import { z } from "zod";
import { DEPLOYMENT_NAME } from "../../aws/formats";
import { type Effects, judged, under } from "../effects";
import { choice, list, mapping, text } from "../fields";
import { STACK_MODES } from "../names";
import { accountEffects, accountSchema } from "./account";
import { backend, defaults, secrets, sectionEffects, source, teleport } from "./sections";

export { type AccessKey, accessKeyEffects, accessKeyShape } from "./access-key";
export { type AccountInput, type Adoptable, accountSchema } from "./account";
export {
  type CloudwatchAgentInput,
  cloudwatchAgent,
  cloudwatchAgentEffects,
  DEFAULT_PARAMETER_PREFIXES,
} from "./cloudwatch-agent";
export { additionalPrincipals, type Permissions, type PermissionsBoundary } from "./common";
export type { BackendInput, DefaultsInput, SecretsInput, SourceInput, TeleportInput } from "./sections";
export { EXACT_VERSION, type TeamModuleInput, teamModuleEffects, teamModules } from "./team-modules";
export {
  type ThirdPartyMonitorInput,
  thirdPartyMonitorEffects,
  thirdPartyMonitors,
} from "./third-party-monitors";

/** The name of the deployment, at the top of the file. */
const deploymentName = text(
  DEPLOYMENT_NAME,
  "The name of the deployment: the names of its stacks and states begin with it. Default for accounts.yaml at the root of its repository: pmm-iam. Required in every other file. Never changes.",
).optional();

const stacks = choice(
  STACK_MODES,
  "grouped: an account is in the stack of its group, or in the main one. per_account: each account has a stack of its own, <name>-<account>, and no groups.",
).default("grouped");

const sections = {
  stacks,
  name: deploymentName,
  source,
  defaults: defaults.nullable().optional(),
  backend: backend.optional(),
  teleport: teleport.optional(),
  secrets: secrets.optional(),
};

/** What a change of each key does to what is in AWS, but for the features' keys. */
export const fileEffects: Effects<typeof sections> & ReturnType<typeof ofAccounts> = {
  stacks: judged("orphaned", "stacks-changed"),
  name: judged("orphaned", "deployment-renamed"),
  ...sectionEffects,
  ...ofAccounts(),
};

function ofAccounts() {
  return {
    accounts: judged("orphaned", "account-removed", "account-moved"),
    ...under("accounts[].", accountEffects),
  };
}

const NO_ACCOUNT = { error: "expected at least one account" };

/** The schema of the whole file, with the features' keys of each account. */
export function fileSchema(featureKeys: z.ZodRawShape) {
  return mapping(
    { ...sections, accounts: list(accountSchema(featureKeys), "The monitored accounts.").min(1, NO_ACCOUNT) },
    "The accounts that PMM monitors and what each of them grants.",
  );
}

/**
 * The file without what its parts hold: its keys, and that `accounts` is a list. The parts are checked against
 * their own schemas one by one.
 */
export const fileOutline = mapping(
  {
    ...Object.fromEntries(Object.keys(sections).map((key) => [key, z.unknown().optional()])),
    accounts: list(z.unknown(), "").min(1, NO_ACCOUNT),
  },
  "",
);
