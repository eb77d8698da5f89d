import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonSchema } from "../accounts/load";
import { accountsReference } from "../accounts/reference";
import { features } from "../features";
import { projectRoot } from "../project";

/** The schema that editors complete and check accounts.yaml with, beside the default one. */
export const schemaPath = join(projectRoot, "accounts.schema.json");

export function schemaText(): string {
  return `${JSON.stringify(jsonSchema(features), undefined, 2)}\n`;
}

/** The page that has every key of accounts.yaml. */
export const referencePath = join(projectRoot, "docs", "accounts-yaml.md");

export function referenceText(): string {
  return accountsReference(features);
}

if (require.main === module) {
  writeFileSync(schemaPath, schemaText());
  writeFileSync(referencePath, referenceText());
}
