import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import pico from "picocolors";
import { type Access, readAccess } from "../../src/access/read";
import { renderLines } from "../../src/accounts/lines";
import type { Problem } from "../../src/accounts/problem";
import { problemsLines } from "../../src/accounts/problem-lines";
import { readSourceText, type SourceText } from "../../src/accounts/source-text";
import { features } from "../../src/features";
import { renderStacks } from "../../src/terraform/render";

/** A file that the program mishandles, and how. */
export class Broken extends Error {}

const noColors = pico.createColors(false);

/** What messages call the accounts file. */
const NAME = "accounts.yaml";

/** Of processor time; the mutated files are small. */
const MOST_SECONDS = 10;

/** A file in the reader's hands: as text, or as it is on the disk. */
export type Given = { readonly text: string; readonly path: string } | { readonly path: string };

/**
 * Holds what must hold of any file: an answer without an exception, in time, the same each time; problems that are
 * one printable line and stand inside the file; Terraform of what has no errors. Returns whether it has none.
 */
export async function judge(
  given: Given,
  how: { readonly twice: boolean; readonly render: boolean },
): Promise<boolean> {
  const start = process.cpuUsage();
  const { access, problems, text } = read(given);
  const { user, system } = process.cpuUsage(start);
  holds((user + system) / 1e6 < MOST_SECONDS, "it takes over ten seconds");
  const isRefused = problems.some(({ severity }) => severity === "error");
  holds((access === undefined) === isRefused, "there is a deployment beside errors, or neither");
  judgePrinted(problems);
  judgePlaces(problems, (file) =>
    file === NAME ? text : readFileSync(join(dirname(given.path), file), "utf8").replace(/^\uFEFF/, ""),
  );
  if (how.twice) {
    holds(
      JSON.stringify(read(given).problems) === JSON.stringify(problems),
      "a second reading finds something else",
    );
  }
  if (how.render && access !== undefined) {
    await renderStacks(access, { format: "json", rootFromStack: "../../.." });
  }
  return !isRefused;
}

function read(given: Given): Access & { text: string } {
  const source: SourceText | Problem =
    "text" in given ? { name: NAME, ...given } : readSourceText(given.path, NAME);
  return "severity" in source
    ? { problems: [source], text: readFileSync(given.path, "utf8") }
    : { ...readAccess(source, features), text: source.text };
}

function judgePrinted(problems: readonly Problem[]): void {
  const printed = renderLines(problemsLines(problems), noColors);
  const odd = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|##\w*\[/u.exec(printed);
  holds(odd === null, `what is printed has ${JSON.stringify(odd?.[0])}`);
  for (const line of printed
    .trimEnd()
    .split("\n")
    .filter((each) => each !== "")) {
    holds(
      /^(?:(?:accounts\.yaml|[\w./-]+\.json):\d+:\d+: (?:error|warning): \S| {2}\||and |\d+ problems?: | {2}\d+ )/.test(
        line,
      ),
      `a line begins with ${line.slice(0, 40)}`,
    );
  }
  for (const { message, rule } of problems) {
    holds(/^[^\n]+$/.test(message) && message.length < 5_000, `a message is empty, long or of several lines`);
    holds(
      !/\bundefined\b|\[object |\bNaN\b(?! ?")|node_modules|^\s+at /.test(message),
      `a message says ${message}`,
    );
    holds(/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(rule), `a rule is called ${rule}`);
  }
}

function judgePlaces(problems: readonly Problem[], textOf: (file: string) => string): void {
  const linesOf = new Map<string, string[]>();
  for (const { file, line, column, message } of problems) {
    const lines = linesOf.get(file) ?? textOf(file).split("\n");
    linesOf.set(file, lines);
    const length = lines[line - 1]?.length;
    holds(
      length !== undefined && column >= 1 && column <= length + 1,
      `there is no ${line}:${column} for: ${message}`,
    );
  }
}

function holds(isRight: boolean, message: string): void {
  if (!isRight) {
    throw new Broken(message);
  }
}
