import { loadAccounts } from "../accounts/load";
import type { Deployment } from "../accounts/model";
import { readSourceText, type SourceText } from "../accounts/source-text";
import { features } from "../features";
import { deploymentRules } from "../terraform/rules";
import { accountsFile } from "./environment";
import { reportProblems } from "./report";

/** The accounts file, its problems reported; undefined where errors keep it from being used. */
export function readDeployment(): { text: SourceText; deployment: Deployment } | undefined {
  const text = readSourceText(...accountsFile());
  if ("severity" in text) {
    reportProblems([text]);
    return undefined;
  }
  const { deployment, problems } = loadAccounts(text, features, deploymentRules);
  reportProblems(problems);
  return deployment && { text, deployment };
}
