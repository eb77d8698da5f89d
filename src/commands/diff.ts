import type { AccessModel } from "../access/model";
import { readAccess } from "../access/read";
import { type Base, readBase } from "../changes/base";
import { withFilesOf } from "../changes/checkout";
import { placeOf } from "../changes/commits";
import { InputError } from "../changes/input-error";
import { snapshotOf } from "../changes/snapshot";
import { diffRows } from "../diff/rows";
import { features } from "../features";
import { type DiffFormat, formatDiff } from "./diff-formats";
import { readAccounts } from "./read-accounts";
import { reportNote } from "./report";
import { EXIT_MORE_ACCESS, EXIT_USER } from "./run";
import { print } from "./terminal";

export interface DiffOptions {
  /** The git ref to compare with. */
  readonly base: string;
  readonly format: DiffFormat;
  /** Whether the exit code says that there is more access. */
  readonly exitCode?: boolean;
}

/** Prints who gains and who loses access since a git ref. Returns the exit code. */
export async function diff({ base: ref, format, exitCode = false }: DiffOptions): Promise<number> {
  const read = readAccounts(features);
  if (read === undefined) {
    return EXIT_USER;
  }
  const { text, access } = read;
  const base = readBase({ place: placeOf(text.path), snapshot: snapshotOf(access) }, ref, "fork");
  for (const { message } of base.problems.filter(({ severity }) => severity === "warning")) {
    reportNote(message);
  }
  const rows = diffRows(await modelsOf(base), [access]);
  print("stdout", formatDiff(format, rows, { ref, commit: base.commit.id }));
  const isMore = rows.some(({ change }) => change === "gained" || change === "widened");
  return exitCode && isMore ? EXIT_MORE_ACCESS : 0;
}

/** What each file of the base granted. Nothing is judged where one of them cannot be read. */
async function modelsOf({ commit, files, problems }: Base): Promise<AccessModel[]> {
  const [unread] = problems.filter(({ severity }) => severity === "error");
  if (unread !== undefined) {
    throw new InputError(unread.message, "base");
  }
  const models: AccessModel[] = [];
  for (const file of files) {
    const { access, problems: found } = await withFilesOf(commit, file, async (source) =>
      readAccess(source, features, { parsed: file.parsed }),
    );
    if (access === undefined) {
      const [first] = found.filter(({ severity }) => severity === "error");
      throw new InputError(
        `${file.path} at ${commit.ref} breaks a rule of this version, so no change from it can be compared (${first?.line}:${first?.column} ${first?.message}); compare with a commit where it is right: --base <commit>`,
        "base",
      );
    }
    models.push(access);
  }
  return models;
}
