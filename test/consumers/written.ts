import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withConsumers } from "../../src/consumers/in-output";
import { accessOf } from "../support/synthesize";

const SUPPORT = join(__dirname, "../support");

/** One account with all, for the consumers. */
export const EVERYTHING = readFileSync(join(SUPPORT, "everything.yaml"), "utf8");

/** The files of the consumers by their path below consumers/. */
export function consumersOf(yaml: string): ReadonlyMap<string, string> {
  const files = withConsumers(new Map(), accessOf(yaml, SUPPORT));
  return new Map([...files].map(([path, text]) => [path.replace(/^consumers\//, ""), text.toString()]));
}

/** One of them, which has to be there. */
export function consumerFile(yaml: string, path: string): string {
  const files = consumersOf(yaml);
  const text = files.get(path);
  if (text === undefined) {
    throw new Error(`no ${path} among ${[...files.keys()].join(", ")}`);
  }
  return text;
}
