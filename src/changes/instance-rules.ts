import type { Path } from "../accounts/problem";
import {
  type Change,
  type ChangeFinding,
  isActive,
  type Kept,
  keptAccounts,
  noted,
  refused,
  settingPlace,
  stackFilesOf,
} from "./change";
import type { InstanceSnapshot, ListedInstance } from "./settings";
import type { AccountSnapshot } from "./snapshot";

/** What becomes of an account's module instances: its monitors, the teams' modules, and the roles of the others. */

/** A closed account forgets what its entry names: what went in the same change would stay in the state. */
export function* droppedWhenClosed(change: Change): Iterable<ChangeFinding> {
  for (const { before, after } of keptAccounts(change).filter((kept) => kept.after.lifecycle === "closed")) {
    const named = modulesOf(after.instances);
    const dropped = before.instances.filter(({ module }) => !named.has(module));
    // What has a fixed name is forgotten whatever a closed entry asks for.
    const lost = before.lifecycle === "closed" ? dropped.filter(({ listed }) => listed) : dropped;
    const held = lost.filter(({ module }) => change.evidence.objectsOf(before, { module })?.length !== 0);
    if (held.length > 0) {
      yield refused(
        [...after.path, "lifecycle"],
        "dropped-when-closed",
        `"${after.name}" is closed and no longer asks for what it had at ${change.ref}: ${held.map(whatOf).join(", ")}; a closed account forgets what its entry names, and the plan fails for the rest; put that back beside lifecycle: closed, apply, then delete the whole entry`,
      );
    }
  }
}

/** Entries of lists that are gone or have another name, each said once for all accounts that take it from the defaults. */
export function* changedInstances(change: Change): Iterable<ChangeFinding> {
  const said = new Set<string>();
  for (const kept of keptAccounts(change).filter(isActive)) {
    for (const instance of kept.before.instances) {
      const { listed, module } = instance;
      const now = kept.after.instances.find((other) => other.module === module);
      if (listed === undefined) {
        continue;
      }
      const finding =
        now === undefined ? gone(change, kept, instance, listed) : changedRole(change, kept, listed, now);
      const key = `${finding?.rule} ${listed.name} ${finding?.path.join(".")}`;
      if (finding !== undefined && !said.has(key)) {
        said.add(key);
        yield finding;
      }
    }
  }
}

/** The role under another name is another role, with another ARN. */
function changedRole(
  change: Change,
  { after }: Kept,
  before: ListedInstance,
  now: InstanceSnapshot,
): ChangeFinding | undefined {
  const roleName = now.listed?.roleName;
  return before.roleName === roleName || before.noun !== "monitor"
    ? undefined
    : refused(
        placeOf(change, after, now),
        "monitor-role-renamed",
        `the role of the monitor "${before.name}" in "${after.name}" was called ${before.roleName} at ${change.ref} and is called ${roleName}: the apply destroys the role that the vendor uses and makes another one; put role_name: ${before.roleName} back. For another role, add a second monitor, give the vendor its ARN, then remove the first`,
      );
}

/** An instance that is no longer there, or goes on under another name. */
function gone(
  change: Change,
  kept: Kept,
  instance: InstanceSnapshot,
  listed: ListedInstance,
): ChangeFinding | undefined {
  const { before, after } = kept;
  const { module } = instance;
  const { noun, name } = listed;
  const known = modulesOf(before.instances);
  const successor = after.instances.find(
    (other) => other.listed?.noun === noun && other.listed.same === listed.same && !known.has(other.module),
  );
  const isMoved = change.evidence.objectsOf(before, { module })?.length === 0;
  if (successor?.listed !== undefined && !isMoved) {
    const sameRole =
      listed.roleName === undefined ? "" : ` and role_name: ${listed.roleName} beside the new one`;
    return refused(
      placeOf(change, after, successor),
      `${noun}-renamed`,
      `the ${noun} "${name}" of "${after.name}" is called "${successor.listed.name}" now; the name is part of Terraform's addresses, so the apply would destroy all that it made and make it again; put name: ${name} back, or move its objects with the commands below${sameRole}; a check with --state ${after.stack}=<file> then passes`,
      { steps: renameSteps(change, after.stack, module, successor.module) },
    );
  }
  if (successor !== undefined) {
    return undefined;
  }
  const loss =
    noun === "monitor" ? `its role ${listed.roleName}, and the vendor loses access` : "all that it made";
  return noted(
    placeOf(change, after, instance),
    `${noun}-dropped`,
    `the ${noun} "${name}" of "${after.name}" is dropped: the next apply destroys ${loss}`,
    { on: "key" },
  );
}

function renameSteps(change: Change, stack: string, from: string, to: string): string[] {
  const { runbook } = change;
  const files = stackFilesOf(change)(stack);
  return [
    runbook.synth(),
    runbook.terraform(files, "init"),
    runbook.terraform(files, `state mv module.${from} module.${to}`),
    runbook.terraform(files, "plan"),
  ];
}

/** Where an instance of a list is said: in the account's entry or, where that has no list of its own, in the defaults. */
function placeOf({ access }: Change, { name, path }: AccountSnapshot, instance: InstanceSnapshot): Path {
  const { key = "name", listed } = instance;
  const entry = access.deployment.accounts.find((account) => account.name === name)?.input;
  return listed?.isInherited && entry?.[key] === undefined ? ["defaults", key] : [...path, key];
}

function modulesOf(instances: readonly InstanceSnapshot[]): ReadonlySet<string> {
  return new Set(instances.map(({ module }) => module));
}

function whatOf({ key, listed, module }: InstanceSnapshot): string {
  return listed === undefined ? (key ?? module) : `the ${listed.noun} "${listed.name}"`;
}

/** Roles that are no longer asked for. */
export function* droppedRoles(change: Change): Iterable<ChangeFinding> {
  for (const kept of keptAccounts(change).filter(isActive)) {
    const { before, after } = kept;
    for (const { keys, roleName, usedBy } of before.roles.filter((role) => !after.roles.includes(role))) {
      const { path, whose } = settingPlace(kept, keys);
      yield noted(
        path,
        "role-dropped",
        `${roleName} of ${whose} is dropped: the next apply destroys it; who loses access: ${usedBy}`,
        { on: "key" },
      );
    }
  }
}

/** What a team's module made in a region stays there, and is looked for in the new one. */
export function* movedRegions(change: Change): Iterable<ChangeFinding> {
  for (const { before, after } of keptAccounts(change).filter(isActive)) {
    const modules = before.instances.flatMap(({ listed }) =>
      listed?.noun === "module" ? [listed.name] : [],
    );
    if (before.region !== after.region && modules.length > 0) {
      const inherited = after.accountId === change.head.source.accountId ? "source" : "defaults";
      yield noted(
        after.ownRegion || before.ownRegion ? [...after.path, "region"] : [inherited, "region"],
        "module-region-changed",
        `the region of "${after.name}" was ${before.region} at ${change.ref} and is ${after.region}: what ${modules.map((name) => `the module "${name}"`).join(" and ")} made in ${before.region} may stay there or be made again; read the plan, and let the module name its own region`,
      );
    }
  }
}
