import type { AccessModel } from "../access/model";
import { otherDeployments } from "../access/other-deployments";
import { readAccess } from "../access/read";
import { readAccountsText } from "../accounts/accounts-text";
import { parseDocument } from "../accounts/document";
import { CHANGE_RULES, type ChangeRule } from "../accounts/effects";
import type { Finding, Problem } from "../accounts/problem";
import { nearest, shown } from "../accounts/wording";
import { accessAtBase } from "../changes/access-at-base";
import { type Base, readBase } from "../changes/base";
import { type Place, placeOf } from "../changes/commits";
import { InputError } from "../changes/input-error";
import { judgeSince } from "../changes/judge";
import { readLeniently } from "../changes/lenient";
import { Runbook } from "../changes/runbook";
import { NOTHING } from "../changes/snapshot";
import { features } from "../features";
import { type CheckFormat, type CheckSummary, formatCheck } from "./check-formats";
import { accountsFile } from "./environment";
import { readStates } from "./given-states";
import { EXIT_USER } from "./run";
import { print } from "./terminal";

export interface CheckOptions {
  /** The git ref to judge the change from. */
  readonly base?: string;
  readonly state?: readonly string[];
  /** The rules on changes that may be broken this time. */
  readonly allow?: readonly string[];
  readonly format: CheckFormat;
}

/** Reports every problem in accounts.yaml and, with a base, in the change. Returns the exit code. */
export async function check(options: CheckOptions): Promise<number> {
  const [, name] = accountsFile();
  const { format } = options;
  try {
    return report(options, judged(options));
  } catch (cause) {
    if (!(cause instanceof InputError) || format === "text") {
      throw cause;
    }
    // Whoever reads a format reads it whatever was wrong.
    const { message, rule } = cause;
    return report(options, {
      problems: [{ severity: "error", file: name, line: 1, column: 1, message, rule }],
    });
  }
}

/** What a check found. */
interface Judged {
  readonly problems: readonly Problem[];
  readonly base?: Base;
  /** Where the file is in its repository; undefined where the base did not need it. */
  readonly place?: Place;
  /** undefined where errors keep the file from being understood. */
  readonly access?: AccessModel;
}

function judged({ base: ref, state, allow }: CheckOptions): Judged {
  const allowed = allowedRules(allow, ref);
  if (state !== undefined && ref === undefined) {
    throw new InputError("--state needs a git ref to judge the change from; add --base <ref>", "state");
  }
  const states = readStates(state);
  const source = readAccountsText(...accountsFile());
  if ("severity" in source) {
    return { problems: [source] };
  }
  if (ref === undefined) {
    return readAccess(source, features, { judge: [otherDeployments(source.path, features)] });
  }
  const place = placeOf(source.path);
  const parsed = parseDocument(source);
  const snapshot = parsed.document === undefined ? NOTHING : readLeniently(parsed.document);
  const base = readBase({ place, snapshot }, ref, "fork");
  const refused = new Set(base.sharing.flatMap(({ accountIds }) => accountIds));
  const others = otherDeployments(source.path, features, refused);
  const runbook = new Runbook(process.env);
  // A rule like the others: it speaks once the file alone is right, at the place in the file.
  const changeRule = (today: AccessModel): Iterable<Finding> =>
    judgeSince(base, today, {
      runbook,
      states,
      allowed,
      before: accessAtBase(base),
      plain: parsed.document?.plain,
    });
  return { ...readAccess(source, features, { judge: [others, changeRule], parsed }), base, place };
}

/** Only a refusal of the change can be allowed. Errors in the file itself cannot. */
function allowedRules(names: readonly string[] = [], ref: string | undefined): ReadonlySet<string> {
  const known = Object.keys(CHANGE_RULES).filter((rule) => CHANGE_RULES[rule as ChangeRule] === "refuses");
  if (names.length > 0 && ref === undefined) {
    throw new InputError("--allow needs a git ref to judge the change from; add --base <ref>", "allow");
  }
  for (const name of names.filter((rule) => !known.includes(rule))) {
    const near = nearest(name, known);
    const meant = near === undefined ? `expected one of ${known.join(", ")}` : `did you mean ${near}?`;
    throw new InputError(`${shown(name)} is not a rule that --allow takes; ${meant}`, "allow");
  }
  return new Set(names);
}

function report({ base: ref = "", format }: CheckOptions, { problems, base, access, place }: Judged): number {
  const [path, name] = accountsFile();
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const summary: CheckSummary = {
    file: name,
    errors,
    warnings: problems.length - errors,
    ...(access === undefined
      ? {}
      : { accounts: access.deployment.accounts.length, stacks: access.stacks.length }),
    ...(base === undefined ? {} : { base: { ref, commit: base.commit.id } }),
  };
  const { stdout, stderr } = formatCheck(
    format,
    problems,
    summary,
    format === "github" ? annotatedFile(path, name, place) : name,
  );
  print("stdout", stdout);
  print("stderr", stderr);
  return errors === 0 ? 0 : EXIT_USER;
}

/** The file as GitHub calls it, from its repository's root; by its name where nobody can say. */
function annotatedFile(path: string, name: string, place?: Place): string {
  try {
    return (place ?? placeOf(path)).paths.at(-1) ?? name;
  } catch {
    // No such folder, or no git: what was found is worth more than its exact place.
    return name;
  }
}
