import type { Command } from "commander";
import type { Feature } from "../../features/feature";

/** What a command runs with. */
export interface Context {
  /** What accounts may ask for. */
  readonly features: readonly Feature[];
  /** Takes the exit code. */
  ends(exitCode: number): void;
}

/**
 * Adds a command to the command line: its options, its help, and what it runs, which is loaded when it is asked for.
 */
export type AddCommand = (program: Command, context: Context) => void;
