import { laterOfSame } from "../accounts/file-order";
import { error, type Finding, type Path, warning } from "../accounts/problem";
import { adoptedElsewhere } from "../accounts/rules/iam-path";
import type { AccessModel } from "./model";
import { type ForgottenInstance, isAskedFor } from "./stacks";

/** Two module instances at one address of a stack would be one to Terraform. */
export function* sharedAddresses({ stacks }: AccessModel, cite: (path: Path) => string): Iterable<Finding> {
  for (const stack of stacks) {
    // What an entry no longer asks for is forgotten object by object, even where another instance has its address now.
    const forgotten = stack.accounts.flatMap((account) => account.forgotten.filter(isAskedFor));
    const kept = new Set(forgotten);
    const calls = stack.accounts.flatMap((account) => account.calls);
    const same = laterOfSame<ForgottenInstance>([...forgotten, ...calls], {
      key: ({ name }) => name,
      place: ({ path }) => cite(path),
      // The teams' own come last: of the two it is their name that can be another. What is forgotten keeps its own.
      rank: (call) => (kept.has(call) ? 0 : call.team === undefined ? 1 : 2),
    });
    for (const { first, later } of same) {
      const way = later.team === undefined ? "rename one of the two" : "give this module another name";
      yield error(
        later.path,
        "shared-address",
        `the address module.${later.name} is taken by what is asked for at ${cite(first.path)}; - becomes _ in addresses: ${way}`,
        "key",
      );
    }
  }
}

/** Two teams' modules of one name would share a folder of the stack, and one would run the other's code. */
export function* sharedFolders({ stacks }: AccessModel, cite: (path: Path) => string): Iterable<Finding> {
  for (const stack of stacks) {
    const local = stack.accounts
      .flatMap(({ calls }) => calls)
      .flatMap(({ module, team, path }) => (team?.kind === "local" ? [{ module, team, path }] : []));
    const same = laterOfSame(local, { key: ({ module }) => module, place: ({ path }) => cite(path) });
    for (const { first, later } of same) {
      const { module, team, path } = later;
      if (first.team.folder !== team.folder) {
        yield error(
          path,
          "modules",
          `the module "${team.name}" has another source at ${cite(first.path)}, and both would be modules/${module} of the stack ${stack.name}; give one of the two another name`,
          "key",
        );
      }
    }
  }
}

/** What an account wants to adopt but does not use would never be imported. */
export function* unusedAdoptions({ stacks }: AccessModel): Iterable<Finding> {
  for (const { account, calls } of stacks.flatMap(({ accounts }) => accounts)) {
    const used = new Set(calls.flatMap(({ adoptable }) => (adoptable ?? []).map(({ kind }) => kind)));
    for (const [index, kind] of account.adopt === "all" ? [] : account.adopt.entries()) {
      if (account.lifecycle === "active" && !used.has(kind)) {
        yield error(
          [...account.path, "adopt", index],
          "adopt",
          `"${account.name}" has no ${kind} to adopt; expected any of ${[...used].join(", ")}, or aurora: true for a user`,
        );
      }
    }
  }
}

/** What a part of the file adopts by a key of its own is in the account's IAM path, or the plan replaces it. */
export function* adoptedElsewhereByParts({ stacks }: AccessModel): Iterable<Finding> {
  const said = new Set<string>();
  for (const { account, calls } of stacks.flatMap(({ accounts }) => accounts)) {
    for (const { adopts = [], path } of account.iamPath === "/" ? [] : calls) {
      const at = [...path, "adopt"];
      if (adopts.length > 0 && !said.has(at.join(" "))) {
        said.add(at.join(" "));
        yield warning(at, "iam-path", adoptedElsewhere(account.iamPath), "key");
      }
    }
  }
}
