import type { Command } from "commander";

/**
 * Adds a command to the command line: its options, its help, and what it runs, which is loaded when it is asked for.
 * `ends` takes the exit code.
 */
export type AddCommand = (program: Command, ends: (exitCode: number) => void) => void;
