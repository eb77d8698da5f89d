import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../harness/tools";
import type { Document, Policy } from "../identities/applied";

/** A document of examples/deployer. */
export function example(name: string): Policy {
  const path = join(ROOT, "examples", "deployer", `${name}.json`);
  return { name, document: JSON.parse(readFileSync(path, "utf8")) as Document };
}

const [target, source, teleport] = ["reader-policy", "reader-source-policy", "reader-teleport-policy"].map(
  example,
) as [Policy, Policy, Policy];

/** What the reader has in each account: the source is listed as an account too, and Teleport runs in one. */
export const READERS: Readonly<Record<string, readonly Policy[]>> = {
  "111111111111": [source, target],
  "777777777777": [teleport, target],
  "222222222222": [target],
  "033333333333": [target],
  "131313131313": [target],
};
