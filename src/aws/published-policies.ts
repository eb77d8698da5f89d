import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyDocument } from "./policies";

let documents: Readonly<Record<string, PolicyDocument>> | undefined;

/**
 * The document of one of AWS's own policies, by its name with path, as AWS published it on the day that
 * managed-policies.json says; undefined where it was not among those that a role here may have. Read when first
 * asked for: most changes concern none.
 */
export function managedPolicyDocument(name: string): PolicyDocument | undefined {
  documents ??= JSON.parse(
    readFileSync(join(__dirname, "managed-policy-documents.json"), "utf8"),
  ) as Readonly<Record<string, PolicyDocument>>;
  return Object.hasOwn(documents, name) ? documents[name] : undefined;
}
