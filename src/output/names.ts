/** The root files of a stack, of which it has one: cdktf's name for each format. */
export const ROOT_FILES: readonly string[] = ["cdk.tf", "cdk.tf.json"];

/** The second root file, which no other program writes. */
export const SECOND_ROOT_FILE = "pmm-iam.tf.json";

/** What cdktf keeps beside a root file in HCL. */
export const METADATA_FILE = "metadata.json";

/** The page in the folder of the consumers that lists the others, each in a line as this makes it. */
export const CONSUMERS_README = "README.md";

/** The page's first line, by which synth knows its own where its list of files is lost. */
export const CONSUMERS_TITLE = "# Consumer files";

/** A line of the list of files. */
export function consumerLine(path: string): string {
  return `- [${path}](${path})`;
}

/** The files that the page lists, by their path below the folder; none where it is not one of synth. */
export function listedConsumers(readme: string): string[] {
  return readme.startsWith(`${CONSUMERS_TITLE}\n`)
    ? readme.split("\n").flatMap((line) => {
        const [, path = ""] = /^- \[([^\]]+)\]/.exec(line) ?? [];
        return isConsumerPath(path) && line === consumerLine(path) ? [path] : [];
      })
    : [];
}

/** Whether every file system and Markdown take a path as it is: IAM's characters, and nothing hidden. */
export function isConsumerPath(path: string): boolean {
  return path.split("/").every((name) => /^[\w+=,@-][\w+=,.@-]*$/.test(name) && !isTerraforms(name));
}

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
