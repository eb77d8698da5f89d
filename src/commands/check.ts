import { type Place, placeOf } from "../changes/commits";
import { InputError } from "../changes/input-error";
import type { ProgramSince } from "../changes/program";
import { upgradeIn } from "../changes/upgrade";
import type { Feature } from "../features/feature";
import { version } from "../project";
import { type CheckFormat, type CheckSummary, formatCheck } from "./check-formats";
import { accountsFile } from "./environment";
import { type Judged, type JudgeOptions, judged, lineOnProgram } from "./judged";
import { reportNote } from "./report";
import { EXIT_USER } from "./run";
import { print } from "./terminal";

export interface CheckOptions extends JudgeOptions {
  readonly format: CheckFormat;
}

/** Reports every problem in accounts.yaml and, with a base, in the change. Returns the exit code. */
export async function check(features: readonly Feature[], options: CheckOptions): Promise<number> {
  const [, name] = accountsFile();
  const { format } = options;
  try {
    return report(options, judged(features, options));
  } catch (cause) {
    if (!(cause instanceof InputError) || format === "text") {
      throw cause;
    }
    // A format is printed whatever was wrong: a program reads it.
    const { message, rule } = cause;
    return report(options, {
      problems: [{ severity: "error", file: name, line: 1, column: 1, message, rule }],
    });
  }
}

function report({ base: ref = "", format }: CheckOptions, found: Judged): number {
  const { problems, base, access, place, program } = found;
  const [path, name] = accountsFile();
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const upgrade = program && upgradeIn(program);
  const summary: CheckSummary = {
    file: name,
    errors,
    warnings: problems.length - errors,
    ...(access === undefined
      ? {}
      : { accounts: access.deployment.accounts.length, stacks: access.stacks.length }),
    ...(base === undefined ? {} : { base: { ref, commit: base.commit.id } }),
    ...(program?.kind === "changed" ? programNow(program) : {}),
  };
  const { stdout, stderr } = formatCheck(
    format,
    problems,
    summary,
    format === "github" ? annotatedFile(path, name, place) : name,
  );
  print("stdout", stdout);
  print("stderr", stderr);
  const line = lineOnProgram(found);
  // A downgrade is among the problems.
  if (line !== undefined && !upgrade?.isDowngrade && format !== "json") {
    reportNote(line);
  }
  return errors === 0 ? 0 : EXIT_USER;
}

/** Another program than at the base: its versions or, where they are the same or not known, what has changed. */
function programNow(program: ProgramSince & { kind: "changed" }): Pick<CheckSummary, "program"> {
  const upgrade = upgradeIn(program);
  return {
    program:
      upgrade === undefined
        ? { now: version, changed: program.why }
        : { before: upgrade.from, now: upgrade.to },
  };
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
