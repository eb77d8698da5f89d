import type { AccessModel } from "../access/model";
import type { Account } from "../accounts/model";
import type { Problem } from "../accounts/problem";
import { counted } from "../accounts/wording";
import { countsOf, countsText } from "../diff/groups";
import type { Row } from "../diff/row";
import { afterTheApply, afterTheApplyLines } from "./after-the-apply";
import { changesLines } from "./changes";
import { MOST_ON_MAP, mapLines } from "./map";
import { codeSpan, sizeOf } from "./markdown";
import { isRefused, type JudgedPlan, plansLines, planText, totalOf } from "./plans";
import { problemLines } from "./problems";
import { type OtherProgram, programLines } from "./program";

/** What is said of a change in a pull request. */
export interface Summary {
  /** The git ref as typed, with the commit that it came to. */
  readonly base: string;
  /** Of the file and of the change. */
  readonly problems: readonly Problem[];
  /** Both sides; undefined where errors keep the file from being used. */
  readonly sides:
    | { readonly before: readonly AccessModel[]; readonly after: AccessModel; readonly rows: readonly Row[] }
    | undefined;
  readonly plans: readonly JudgedPlan[];
  /** Why what `diff` does not explain is not taken for drift; undefined: it is. */
  readonly noDrift: string | undefined;
  /** A program that is another, or may be; undefined where it is the same, or nothing asks for it. */
  readonly program: OtherProgram | undefined;
}

/**
 * The most bytes of a comment: GitHub takes 65,536 characters, and the pipeline may put something around it. Each
 * section has its share, and who gains what has the rest.
 */
const MOST = {
  all: 58_000,
  errors: 6000,
  plans: 10_000,
  program: 12_000,
  warnings: 4000,
  after: 9000,
  map: 6000,
};

/** The Markdown of a pull request. Its first line is the verdict. */
export function summaryLines(summary: Summary): string[] {
  const { problems, sides, plans, noDrift, program } = summary;
  const [errors, warnings] = (["error", "warning"] as const).map((of) =>
    problems.filter(({ severity }) => severity === of),
  );
  const above = [
    verdictLine(summary),
    "",
    ...section("Errors", problemLines(errors ?? [], MOST.errors)),
    ...section("Plans", plans.length === 0 ? [] : plansLines(plans, MOST.plans)),
    ...(noDrift === undefined || plans.length === 0
      ? []
      : [`What \`diff\` does not explain in the plans may come of the program: ${codeSpan(noDrift)}.`, ""]),
    ...section("Program", program === undefined ? [] : programLines(program, MOST.program)),
  ];
  const below = [
    ...section("Warnings", problemLines(warnings ?? [], MOST.warnings)),
    ...(sides === undefined ? [] : aroundApply(sides)),
  ];
  const left = MOST.all - sizeOf(above) - sizeOf(below);
  return [...above, ...(sides === undefined ? [] : changesSection(summary, sides.rows, left)), ...below];
}

function section(title: string, lines: readonly string[]): string[] {
  const end = lines.at(-1) === "" ? [] : [""];
  return lines.length === 0 ? [] : [`### ${title}`, "", ...lines, ...end];
}

/** What changes, in one line; then, as long as it fits, each row. */
function changesSection({ base }: Summary, rows: readonly Row[], most: number): string[] {
  const counts = `${countsText(countsOf(rows))} since ${codeSpan(base)}`;
  return section("Access", [counts, ...(rows.length === 0 ? [] : ["", ...changesLines(rows, most)])]);
}

function aroundApply({ before, after, rows }: NonNullable<Summary["sides"]>): string[] {
  const steps = afterTheApply(before, after);
  const accounts = accountsOnMap(after, rows);
  const map = accounts.length === 0 ? [] : mapLines(after, accounts);
  return [
    ...section("After the apply", afterTheApplyLines(steps, MOST.after)),
    ...section("Who reaches what", sizeOf(map) <= MOST.map ? map : []),
  ];
}

/** All accounts or, of many, those that the change is about; none where those are many too. */
function accountsOnMap({ deployment: { accounts } }: AccessModel, rows: readonly Row[]): readonly Account[] {
  const active = accounts.filter(({ lifecycle }) => lifecycle === "active");
  const changed = new Set(rows.map(({ where }) => where.account_id));
  const shown =
    active.length > MOST_ON_MAP ? active.filter(({ accountId }) => changed.has(accountId)) : active;
  return shown.length > MOST_ON_MAP ? [] : shown;
}

/** What it comes to, in one line. */
function verdictLine(summary: Summary): string {
  const { problems, sides, plans, base } = summary;
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const refused = plans.filter(isRefused).length;
  return [
    `**${headline(summary)}**`,
    `\`check\`: ${counted(errors, "error")}, ${counted(problems.length - errors, "warning")}.`,
    sides === undefined
      ? `\`diff\`: not said, for ${unreadText(summary)}.`
      : `\`diff\`: ${countsText(countsOf(sides.rows))} since ${codeSpan(base)}.`,
    ...(plans.length === 0
      ? []
      : [`${counted(plans.length, "plan")}, ${refused} refused: ${planText(totalOf(plans))}.`]),
  ].join(" ");
}

/** Why there are no sides: errors of today's file, or of the file at the base. */
function unreadText({ problems, base }: Summary): string {
  return problems.some(({ severity, rule }) => severity === "error" && rule === "base")
    ? `the accounts file cannot be read at ${codeSpan(base)}`
    : "accounts.yaml has errors";
}

function headline({ problems, sides, plans, program }: Summary): string {
  const rules = plans.flatMap(({ refusals }) =>
    refusals.filter(({ isAllowed }) => !isAllowed).map(({ rule }) => rule),
  );
  const changes = new Set(sides?.rows.map(({ change }) => change));
  if (problems.some(({ severity }) => severity === "error")) {
    return "Refused: the change has errors.";
  }
  if (rules.length > 0) {
    return rules.every((rule) => rule === "plan-drift")
      ? "Refused: a plan does what the change does not explain."
      : "Refused: a plan destroys or opens what is in use.";
  }
  if (changes.has("gained") || changes.has("widened")) {
    return "More access.";
  }
  if (changes.size === 0 && program?.isChanged) {
    const what = program.upgrade === undefined ? "the program" : "the version of pmm-iam";
    return `No change of access in accounts.yaml; ${what} changes.`;
  }
  return changes.size > 0 ? "Less access." : "No change of access.";
}

/** The one line of a comment where nothing could be judged. */
export function unjudgedLine(message: string): string {
  return `**Nothing is judged:** ${codeSpan(message)}`;
}
