import type { AccessModel } from "../access/model";
import { otherDeployments } from "../access/other-deployments";
import { readAccess } from "../access/read";
import { readAccountsText } from "../accounts/accounts-text";
import type { SourceText } from "../accounts/source-text";
import type { Feature } from "../features/feature";
import { keptLockRule } from "../provider-locks/rule";
import { accountsFile } from "./environment";
import { reportProblems } from "./report";

/** What the accounts file grants, its problems reported; undefined where errors keep it from being used. */
export function readAccounts(
  features: readonly Feature[],
  { judgesLocks = true }: { readonly judgesLocks?: boolean } = {},
): { text: SourceText; access: AccessModel } | undefined {
  const text = readAccountsText(...accountsFile());
  if ("severity" in text) {
    reportProblems([text]);
    return undefined;
  }
  const judge = [otherDeployments(text.path, features), ...(judgesLocks ? [keptLockRule(text.path)] : [])];
  const { access, problems } = readAccess(text, features, { judge });
  reportProblems(problems);
  return access && { text, access };
}
