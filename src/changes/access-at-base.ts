import type { AccessModel } from "../access/model";
import { type Access, readAccess } from "../access/read";
import type { Feature } from "../features/feature";
import type { Base, BaseProblem } from "./base";
import type { BaseFile } from "./base-file";
import { withFilesOf } from "./checkout";
import type { Commit } from "./commits";

/** What each file of a base granted, by the rules of today, or why that cannot be said of all of them. Read once. */
export function accessAtBase(base: Base, features: readonly Feature[]): readonly AccessModel[] | BaseProblem {
  const access = known.get(base) ?? readAt(base, features);
  known.set(base, access);
  return access;
}

const known = new WeakMap<Base, readonly AccessModel[] | BaseProblem>();

function readAt(
  { commit, files, problems }: Base,
  features: readonly Feature[],
): readonly AccessModel[] | BaseProblem {
  const unread = problems.find(({ severity }) => severity === "error");
  if (unread !== undefined) {
    return unread;
  }
  const models: AccessModel[] = [];
  // No rule has ever let a file without accounts pass, so that nobody has anything by it.
  for (const file of files.filter(
    ({ snapshot }) => snapshot?.accounts.length !== 0 || snapshot.nameless > 0,
  )) {
    const { access, problems: found } = accessOfFile(commit, file, features);
    if (access === undefined) {
      const first = found.find(({ severity }) => severity === "error");
      const message = `${file.path} at ${commit.ref} breaks a rule of this version, so no change from it can be compared (${first?.line}:${first?.column} ${first?.message}); compare with a commit where it is right: --base <commit>`;
      return { severity: "error", message };
    }
    models.push(access);
  }
  return models;
}

/** What one file of a commit granted, with the policy files and modules of that commit. */
export function accessOfFile(commit: Commit, file: BaseFile, features: readonly Feature[]): Access {
  return withFilesOf(commit, file, (source) => readAccess(source, features, { parsed: file.parsed }));
}
