import type { PolicyDocument } from "./policies";
import { publishedFile } from "./published-file";

let documents: Readonly<Record<string, PolicyDocument>> | undefined;

/**
 * The document of one of AWS's own policies, by its name with path, as AWS published it on the day that
 * managed-policies.json says; undefined where it was not among those that a role here may have. Read when first
 * asked for: most changes concern none.
 */
export function managedPolicyDocument(name: string): PolicyDocument | undefined {
  documents ??= JSON.parse(publishedFile("managed-policy-documents.json")) as Readonly<
    Record<string, PolicyDocument>
  >;
  return Object.hasOwn(documents, name) ? documents[name] : undefined;
}
