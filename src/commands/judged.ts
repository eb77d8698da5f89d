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
import { ownCodeSince } from "../changes/own-code";
import { type ProgramSince, programSince } from "../changes/program";
import { Runbook } from "../changes/runbook";
import { NOTHING } from "../changes/snapshot";
import { programLine, upgradeIn, upgradeLine } from "../changes/upgrade";
import type { Feature } from "../features/feature";
import { keptLockRule } from "../provider-locks/rule";
import { accountsFile, folderInDeployment, ownMain } from "./environment";
import { readStates } from "./given-states";

/** What a change is judged with. */
export interface JudgeOptions {
  /** The git ref to judge the change from. */
  readonly base?: string;
  readonly state?: readonly string[];
  /** The rules on changes that may be broken this time. */
  readonly allow?: readonly string[];
}

/** What a check found. */
export interface Judged {
  readonly problems: readonly Problem[];
  readonly base?: Base;
  /** Where the file is in its repository; undefined where the base did not need it. */
  readonly place?: Place;
  /** Whether the program, with the user's own code, is another than at the base; undefined without a base. */
  readonly program?: ProgramSince;
  /** undefined where anything is an error. */
  readonly access?: AccessModel;
  /** What the file grants, also where only the change of it is refused. */
  readonly granted?: AccessModel | undefined;
}

/** Judges the accounts file and, with a base, the change. `ofPlans`: rules that may be allowed besides. */
export function judged(
  features: readonly Feature[],
  { base: ref, state, allow }: JudgeOptions,
  ofPlans: readonly string[] = [],
): Judged {
  const allowed = allowedRules(allow, ref, ofPlans);
  if (state !== undefined && ref === undefined) {
    throw new InputError("--state needs a git ref to judge the change from; add --base <ref>", "state");
  }
  const states = readStates(state);
  const source = readAccountsText(...accountsFile());
  if ("severity" in source) {
    return { problems: [source] };
  }
  if (ref === undefined) {
    return readAccess(source, features, {
      judge: [otherDeployments(source.path, features), keptLockRule(source.path)],
    });
  }
  const place = placeOf(source.path);
  const parsed = parseDocument(source);
  const snapshot = parsed.document === undefined ? NOTHING : readLeniently(parsed.document, features);
  const base = readBase({ place, snapshot, features }, ref, "fork");
  const program = programSince(base.commit, place.paths[0]);
  const refused = new Set(base.sharing.flatMap(({ accountIds }) => accountIds));
  const others = otherDeployments(source.path, features, refused);
  const runbook = new Runbook(process.env, folderInDeployment());
  let today: AccessModel | undefined;
  // A rule like the others: it speaks once the file alone is right, at the place in the file.
  const changeRule = (access: AccessModel): Iterable<Finding> => {
    today = access;
    return judgeSince(withDowngrade(base, program), access, {
      runbook,
      states,
      allowed,
      before: accessAtBase(base, features),
      plain: parsed.document?.plain,
    });
  };
  const read = readAccess(source, features, {
    judge: [others, keptLockRule(source.path), changeRule],
    parsed,
  });
  return {
    ...read,
    ...{ base, place },
    program: withOwnCode(program, base, today),
    granted: read.problems.every(isOfChange) ? today : undefined,
  };
}

/** One line on the program, where it is another than at the base or may be; undefined where nothing was there then. */
export function lineOnProgram({ program, base }: Judged): string | undefined {
  const isSaid = program !== undefined && (upgradeIn(program) !== undefined || (base?.files.length ?? 0) > 0);
  return isSaid ? programLine(program, base?.commit.ref ?? "") : undefined;
}

/** Whether the program has changed or, with `run` in a main.ts of the user's own, what that adds to it. */
function withOwnCode(program: ProgramSince, { commit }: Base, access: AccessModel | undefined): ProgramSince {
  const modules = access?.modules.broughtFolders ?? [];
  const why = ownCodeSince(commit, { main: ownMain(), modules });
  return why === undefined
    ? program
    : { kind: "changed", why, version: program.kind === "changed" ? program.version : undefined };
}

/** A base that says so where its program is the newer one. */
function withDowngrade(base: Base, program: ProgramSince): Base {
  const upgrade = upgradeIn(program);
  return upgrade?.isDowngrade
    ? {
        ...base,
        problems: [...base.problems, { severity: "warning", message: upgradeLine(upgrade, base.commit.ref) }],
      }
    : base;
}

/** Only a refusal of the change or of a plan can be allowed. Errors in the file itself cannot. */
function allowedRules(
  names: readonly string[] = [],
  ref: string | undefined,
  ofPlans: readonly string[],
): ReadonlySet<string> {
  const known = [
    ...Object.keys(CHANGE_RULES).filter((rule) => CHANGE_RULES[rule as ChangeRule] === "refuses"),
    ...ofPlans,
  ];
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

/** Whether a problem leaves what the file grants as it is. */
function isOfChange({ severity, rule }: Problem): boolean {
  return severity === "warning" || rule === "state" || rule in CHANGE_RULES;
}
