import "../bin/optimizer.js";

export { runCommandLine } from "../src/commands/cli/command-line";
