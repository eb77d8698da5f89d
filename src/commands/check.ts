import { loadAccounts } from "../accounts/load";
import type { Deployment } from "../accounts/model";
import type { Problem } from "../accounts/problem";
import { readSourceText } from "../accounts/text";
import { type Base, readBase } from "../changes/base";
import { whereabouts } from "../changes/git";
import { InputError } from "../changes/input-error";
import { judgeSince } from "../changes/judge";
import { features } from "../features";
import { PrintedCommands } from "../printed-commands";
import { accountsPerStack } from "../terraform/capacity-rules";
import { deploymentRules } from "../terraform/rules";
import { type CheckFormat, type CheckSummary, formatCheck } from "./check-formats";
import { accountsFile } from "./environment";
import { readStates } from "./given-states";
import { EXIT_USER } from "./run";

export interface CheckOptions {
  /** The git ref to judge the change from. */
  readonly base?: string;
  readonly state?: readonly string[];
  readonly format: CheckFormat;
}

/** Reports every problem in accounts.yaml and, with a base, in the change. Returns the exit code. */
export async function check({ base: ref, state, format }: CheckOptions): Promise<number> {
  if (state !== undefined && ref === undefined) {
    throw new InputError(
      "--state says what a change may take away; give the git ref to judge from too: --base <ref>",
    );
  }
  const [path, name] = accountsFile();
  const states = readStates(state);
  const commands = new PrintedCommands(process.env);
  const source = readSourceText(path, name);
  let base: Base | undefined;
  let deployment: Deployment | undefined;
  let problems: readonly Problem[];
  if ("severity" in source) {
    problems = [source];
  } else {
    const compared = ref === undefined ? undefined : readBase(source, ref);
    base = compared;
    // A rule like the others: it speaks once the file alone is right, at the place in the file.
    const changeRules =
      compared === undefined
        ? []
        : [(today: Deployment) => judgeSince(compared, today, { commands, states })];
    const loaded = loadAccounts(source, features, [...deploymentRules, ...changeRules]);
    deployment = loaded.deployment;
    problems = loaded.problems;
  }
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const summary: CheckSummary = {
    file: name,
    errors,
    warnings: problems.length - errors,
    ...(deployment === undefined
      ? {}
      : { accounts: deployment.accounts.length, stacks: accountsPerStack(deployment).size }),
    ...(base === undefined ? {} : { base: { ref: base.commit.ref, commit: base.commit.id } }),
  };
  const { stdout, stderr } = formatCheck(
    format,
    problems,
    summary,
    (format === "github" && whereabouts(path).paths.at(-1)) || name,
  );
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  return errors === 0 ? 0 : EXIT_USER;
}
