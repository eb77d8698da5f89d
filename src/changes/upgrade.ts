import { filePath, packageName, version } from "../project";
import type { ProgramSince } from "./program";
import { compareVersions } from "./versions";

/** Another version of the program than the one that a commit had. */
export interface Upgrade {
  readonly from: string;
  readonly to: string;
  /** Whether today's is the older one. */
  readonly isDowngrade: boolean;
}

/** The upgrade since a commit; undefined where the version is the same, or nothing says which one there was. */
export function upgradeIn(since: ProgramSince, to = version): Upgrade | undefined {
  const from = since.kind === "changed" ? since.version : undefined;
  return from === undefined || from === to
    ? undefined
    : { from, to, isDowngrade: compareVersions(to, from) < 0 };
}

/** One line for who upgrades: which versions, and where to read on. `ref`: as the user typed it. */
export function upgradeLine({ from, to, isDowngrade }: Upgrade, ref: string): string {
  return isDowngrade
    ? `${packageName} is ${to}, older than ${from} at ${ref}: its plans undo what ${from} changed, and it may refuse keys of accounts.yaml that it does not know; install ${from} again (npm install --save-dev --save-exact ${packageName}@${from}), or go back as ${ownFile("docs/upgrade.md")} says`
    : `${packageName} is ${to}, and was ${from} at ${ref}: ${ownFile("CHANGELOG.md")} says which grants and addresses change and which plan to expect, ${ownFile("docs/upgrade.md")} how to apply it`;
}

/** Where a path does not say whose file it is: the user's repository may have one of the same name. */
function ownFile(name: string): string {
  const path = filePath(name);
  return path === name ? `${name} of ${packageName}` : path;
}

/**
 * One line on a program that is another than at a commit, or that may be one for all that the repository says of it;
 * undefined where there is nothing to say. `ref`: as the user typed it.
 */
export function programLine(since: ProgramSince, ref: string): string | undefined {
  const upgrade = upgradeIn(since);
  if (upgrade !== undefined) {
    return upgradeLine(upgrade, ref);
  }
  if (since.kind === "changed") {
    return `the program may make other Terraform than at ${ref}, for every stack: ${since.why}`;
  }
  return since.kind === "unknown" && since.isAsked ? unseenLine(since.why, ref) : undefined;
}

/** `why`: a clause without a full stop. */
export function unseenLine(why: string, ref: string): string {
  return `an upgrade of the program since ${ref} is not seen: ${why}`;
}
