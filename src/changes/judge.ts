import type { AccessModel } from "../access/model";
import type { Finding } from "../accounts/problem";
import {
  changedAccountIds,
  closedAccounts,
  removedAccounts,
  reopenedAccounts,
  sharedAccounts,
} from "./account-rules";
import type { Base, BaseProblem } from "./base";
import { changedBoundaries } from "./boundary-rules";
import type { Change, ChangeFinding } from "./change";
import { changedGroups } from "./group-rules";
import { changedIamPaths } from "./iam-path-rules";
import { changedInstances, droppedRoles, droppedWhenClosed, movedRegions } from "./instance-rules";
import { droppedUsers, keyGenerations, previousKeys, usersInPlaceOfRoles } from "./key-rules";
import type { Runbook } from "./runbook";
import { snapshotOf } from "./snapshot";
import { changedPmmRole, changedSecretsRegion, changedSource } from "./source-rules";
import type { State } from "./state";
import { StateEvidence } from "./state-evidence";
import { movedStates } from "./state-place-rules";
import { changedTrusts } from "./trust-rules";
import { widenings } from "./widenings";

/** What a change may not do, and what should not go unnoticed. Each is a pure function of the change. */
const RULES: readonly ((change: Change) => Iterable<ChangeFinding>)[] = [
  movedStates,
  removedAccounts,
  sharedAccounts,
  changedAccountIds,
  closedAccounts,
  droppedWhenClosed,
  reopenedAccounts,
  keyGenerations,
  previousKeys,
  droppedUsers,
  usersInPlaceOfRoles,
  droppedRoles,
  changedInstances,
  movedRegions,
  changedBoundaries,
  changedIamPaths,
  changedGroups,
  changedSource,
  changedSecretsRegion,
  changedPmmRole,
  changedTrusts,
  widenings,
];

/** What a change is judged with, besides the two files. */
export interface Given {
  readonly runbook: Runbook;
  readonly states: readonly State[];
  /** What each file of the base granted, or why that cannot be said. */
  readonly before: readonly AccessModel[] | BaseProblem;
  /** Today's file as plain data. */
  readonly plain: unknown;
  /** The rules that may be broken this time. */
  readonly allowed: ReadonlySet<string>;
}

/** Judges the change since a base; each finding has its place in today's file. */
export function* judgeSince(base: Base, access: AccessModel, given: Given): Iterable<Finding> {
  const { commit, snapshot, problems } = base;
  for (const { severity, message } of problems) {
    yield { severity, path: ["accounts"], rule: "base", message, on: "key" };
  }
  if (snapshot === undefined) {
    return;
  }
  const sides = { base: snapshot, head: snapshotOf(access) };
  const evidence = new StateEvidence(given.states, sides, access.features);
  for (const message of evidence.problems()) {
    yield { severity: "error", path: ["accounts"], rule: "state", message, on: "key" };
  }
  const { before } = given;
  if ("severity" in before) {
    const message = `who gains access is not judged: ${before.message}`;
    yield { severity: "warning", path: ["accounts"], rule: "base", message, on: "key" };
  }
  const change: Change = {
    ...base,
    ...sides,
    ref: commit.ref,
    mayBeBehind: !commit.isContained,
    access,
    plain: given.plain,
    before: "severity" in before ? undefined : before,
    runbook: given.runbook,
    evidence,
  };
  for (const finding of findingsOf(change)) {
    yield given.allowed.has(finding.rule) ? allowed(finding) : finding;
  }
}

/** What the rules find, each once: of what many accounts take from `defaults`, they find the same for each. */
function* findingsOf(change: Change): Iterable<ChangeFinding> {
  const said = new Set<string>();
  for (const rule of RULES) {
    for (const finding of rule(change)) {
      const text = JSON.stringify([finding.path, finding.message]);
      if (!said.has(text)) {
        said.add(text);
        yield finding;
      }
    }
  }
}

/** A refusal that somebody lets pass stays to be read. */
function allowed(finding: ChangeFinding): Finding {
  const { severity, message, rule } = finding;
  return severity === "error"
    ? { ...finding, severity: "warning", message: `allowed by --allow ${rule}: ${message}`, isAllowed: true }
    : finding;
}
