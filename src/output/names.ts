/** The root files of a stack, of which it has one: cdktf's name for each format. */
export const ROOT_FILES: readonly string[] = ["cdk.tf", "cdk.tf.json"];

/** The second root file, which no other program writes. */
export const SECOND_ROOT_FILE = "pmm-iam.tf.json";

/** What cdktf keeps beside a root file in HCL. */
export const METADATA_FILE = "metadata.json";

/** Terraform's own: state, its backups and locks, plugins, the provider lock file. */
export function isTerraforms(name: string): boolean {
  return name === ".terraform" || name === ".terraform.lock.hcl" || name.includes(".tfstate");
}

/** A saved plan: `plan` is what the cdktf command calls it. */
export function isPlan(name: string): boolean {
  return name === "plan" || name.endsWith(".tfplan");
}

/**
 * A stack's provider lock file, as a path in the output. Terraform writes it too, so synth only replaces it, by the
 * one that is kept for review: it is never on the list of synth's files, and never removed.
 */
export function isProviderLock(path: string): boolean {
  return /^stacks\/[^/]+\/\.terraform\.lock\.hcl$/.test(path);
}
