import type { AccessModel } from "../access/model";
import { otherDeployments } from "../access/other-deployments";
import { readAccess } from "../access/read";
import { readAccountsText } from "../accounts/accounts-text";
import type { SourceText } from "../accounts/source-text";
import type { Feature } from "../features/feature";
import { accountsFile } from "./environment";
import { reportProblems } from "./report";

/** What the accounts file grants, its problems reported; undefined where errors keep it from being used. */
export function readAccounts(
  features: readonly Feature[],
): { text: SourceText; access: AccessModel } | undefined {
  const text = readAccountsText(...accountsFile());
  if ("severity" in text) {
    reportProblems([text]);
    return undefined;
  }
  const judge = [otherDeployments(text.path, features)];
  const { access, problems } = readAccess(text, features, { judge });
  reportProblems(problems);
  return access && { text, access };
}
