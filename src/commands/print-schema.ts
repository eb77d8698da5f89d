import type { Feature } from "../features/feature";
import { reportResult } from "./report";
import { schemaText } from "./schema";

/** Prints the schema that editors complete and check accounts.yaml with. Returns the exit code. */
export function printSchema(features: readonly Feature[]): number {
  reportResult(schemaText(features).trimEnd().split("\n"));
  return 0;
}
