import type { AccessModel } from "../access/model";
import type { Finding } from "../accounts/problem";
import { changedAccountIds, closedAccounts, removedAccounts } from "./account-rules";
import type { Base } from "./base";
import { changedBoundaries } from "./boundary-rules";
import type { Change } from "./change";
import { changedGroups } from "./group-rules";
import { droppedUsers, keyGenerations } from "./key-rules";
import type { Runbook } from "./runbook";
import { snapshotOf } from "./snapshot";
import { changedSource } from "./source-rules";
import type { State } from "./state";
import { StateEvidence } from "./state-evidence";
import { foreignStates } from "./state-rules";

type ChangeRule = (change: Change) => Iterable<Finding>;

/** What a change may not do, and what should not go unnoticed. Each is a pure function of the change. */
const CHANGE_RULES: readonly ChangeRule[] = [
  removedAccounts,
  changedAccountIds,
  closedAccounts,
  keyGenerations,
  droppedUsers,
  changedBoundaries,
  changedGroups,
  changedSource,
  foreignStates,
];

/** What a change is judged with, besides the two files. */
export interface Given {
  readonly runbook: Runbook;
  readonly states: readonly State[];
}

/** Judges the change since a base; each finding stands at its place in today's file. */
export function* judgeSince(base: Base, access: AccessModel, { runbook, states }: Given): Iterable<Finding> {
  const { commit, files, snapshot, problems } = base;
  for (const { severity, message } of problems) {
    yield { severity, path: ["accounts"], rule: "base", message, on: "key" };
  }
  if (snapshot === undefined) {
    return;
  }
  const sides = { base: snapshot, head: snapshotOf(access) };
  const change: Change = {
    ...sides,
    ref: commit.ref,
    mayBeBehind: !commit.isContained,
    access,
    files,
    runbook,
    evidence: new StateEvidence(states, sides),
  };
  for (const rule of CHANGE_RULES) {
    yield* rule(change);
  }
}
