/** The keys of accounts.yaml that belong to no single feature. Features add theirs to each account. */

import { z } from "zod";
import { DEPLOYMENT_NAME } from "../../aws/formats";
import { list, mapping, text } from "../fields";
import { accountSchema } from "./account";
import { backend, defaults, secrets, source, teleport } from "./sections";

export { type AccountInput, type Adoptable, accountSchema } from "./account";
export { additionalPrincipals } from "./common";
export type { BackendInput, DefaultsInput, SecretsInput, SourceInput, TeleportInput } from "./sections";
export { EXACT_VERSION, type TeamModuleInput, teamModules } from "./team-modules";

/** The name of the deployment, at the top of the file. */
export const deploymentName = text(
  DEPLOYMENT_NAME,
  "The deployment: its stacks and their states begin with it. accounts.yaml at the root of its repository may leave it out, and is pmm-iam; every other file says its own. Never changes.",
).optional();

const sections = {
  name: deploymentName,
  source,
  defaults: defaults.nullable().optional(),
  backend: backend.optional(),
  teleport: teleport.optional(),
  secrets: secrets.optional(),
};

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
