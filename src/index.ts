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
 * docs/extend-in-typescript.md has a whole example.
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
