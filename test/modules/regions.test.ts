import { readFileSync } from "node:fs";
import { join } from "node:path";
import { KNOWN_REGIONS } from "../../src/aws/partitions";
import { packageRoot } from "../../src/project";

test("teleport-connect takes the regions that accounts.yaml takes", () => {
  const code = readFileSync(join(packageRoot, "modules", "teleport-connect", "regions.tf"), "utf8");
  expect([...code.matchAll(/^ {4}"([a-z0-9-]+)",$/gm)].map(([, region]) => region)).toEqual(KNOWN_REGIONS);
});
