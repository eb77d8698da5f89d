import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonSchema } from "../accounts/load";
import { accountsReference } from "../accounts/reference";
import { diffSchema } from "../diff/document";
import { features } from "../features";
import type { Feature } from "../features/feature";
import { packageRoot } from "../project";
import { rulesPage } from "../reference/rules-page";

/** The schema that editors complete and check accounts.yaml with, beside the default one. */
export const schemaPath = join(packageRoot, "accounts.schema.json");

/** Of what accounts may ask for: the program's own features, or those of `run`. */
export function schemaText(of: readonly Feature[] = features): string {
  return `${JSON.stringify(jsonSchema(of), undefined, 2)}\n`;
}

/** The page that has every key of accounts.yaml. */
export const referencePath = join(packageRoot, "docs", "accounts-yaml.md");

export function referenceText(): string {
  return accountsReference(features);
}

/** The page that has every rule. */
export const rulesPath = join(packageRoot, "docs", "rules.md");

export function rulesText(): string {
  return rulesPage(features, printedForCorpus());
}

/** What the program prints for each file of the corpus. */
function printedForCorpus(): string[] {
  const corpus = join(packageRoot, "test", "corpus");
  return ["bad", "ok"].flatMap((kind) =>
    readdirSync(join(corpus, kind))
      .filter((name) => name.endsWith(".txt"))
      .sort()
      .flatMap((name) => readFileSync(join(corpus, kind, name), "utf8").split("\n")),
  );
}

/** The schema of what `diff --format json` prints. Another version is another file beside it. */
export const diffSchemaPath = join(packageRoot, "schemas", "diff.v1.schema.json");

export function diffSchemaText(): string {
  return `${JSON.stringify(diffSchema(), undefined, 2)}\n`;
}

if (require.main === module) {
  writeFileSync(schemaPath, schemaText());
  writeFileSync(referencePath, referenceText());
  writeFileSync(rulesPath, rulesText());
  writeFileSync(diffSchemaPath, diffSchemaText());
}
