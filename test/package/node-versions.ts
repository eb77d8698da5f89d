import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packedFolder } from "./packed";

/** The releases of Node that the program is for, as the npm package `node` has them; the running one is its own. */
export const NODE_VERSIONS = ["20.19.5", "22.23.3", "24.9.0"];

/** The folder of a release's `node`, installed from the registry at the first call. */
export function nodeFolder(release: string): string {
  const folder = join(packedFolder(), `node-${release}`);
  if (!existsSync(folder)) {
    execFileSync(
      "npm",
      ["install", "--prefix", folder, "--no-audit", "--no-fund", "--no-save", `node@${release}`],
      { stdio: "pipe" },
    );
  }
  return join(folder, "node_modules", "node", "bin");
}
