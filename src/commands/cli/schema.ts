import type { AddCommand } from "./command";

export const addSchema: AddCommand = (program, { features, ends }) => {
  program
    .command("schema")
    .description("print the JSON Schema of accounts.yaml, with which editors complete and check it")
    .addHelpText(
      "after",
      `
A main.ts with features of its own prints their keys too.

Examples:
  pmm-iam schema >accounts.schema.json               beside accounts.yaml, whose first line names it
  node main.ts schema >accounts.schema.json          with the keys of main.ts`,
    )
    .action(async () => {
      ends((await import("../print-schema.ts")).printSchema(features));
    });
};
