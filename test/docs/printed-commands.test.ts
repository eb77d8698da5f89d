import { readFileSync } from "node:fs";
import { join } from "node:path";
import { judge } from "../changes/judged";
import { accountsFilesOf, DOCS, pages, pageText, type Step, stepsOf } from "../e2e/docs/steps";
import { blocksOf } from "../readme/blocks";

/** Commands that check prints are on a page too: the same, in the same order, for the accounts.yaml of the page. */

const PAGE = "move-to-another-group.md";

/** The commands of some of the page's blocks, one each. */
function commandsOf(isMeant: (step: Step) => boolean): string[] {
  return stepsOf(PAGE)
    .filter((step) => step.kind === "run" && isMeant(step))
    .flatMap(({ text }) => text.trimEnd().split("\n"));
}

const { before, after } = accountsFilesOf(PAGE);

function printed(change: { readonly before: string; readonly after: string }) {
  const errors = judge({ ...change, ref: "origin/main" }).problems.filter(
    ({ severity }) => severity === "error",
  );
  expect(errors.map(({ rule }) => rule)).toEqual(["group-changed"]);
  return { steps: errors[0]?.steps ?? [], undo: errors[0]?.undo ?? [] };
}

test("the move to another group is what check prints", () => {
  expect(commandsOf(({ how }) => how === "as check prints it")).toEqual(printed({ before, after }).steps);
});

test("its undo is what check prints", () => {
  expect(commandsOf(({ where }) => where === "it is undone")).toEqual(printed({ before, after }).undo);
});

test("with local states check prints what the page has for that case, and no more", () => {
  const local = (file: string) => file.replace(/^backend:\n( .*\n)+/m, "");
  const { steps } = printed({ before, after });
  const more = printed({ before: local(before), after: local(after) }).steps.filter(
    (step) => !steps.includes(step),
  );
  expect(more).toEqual(commandsOf(({ where }) => where === "the states are local files"));
});

test("no other page has commands that check and affected print", () => {
  const texts = new Map([
    ["README.md", readFileSync(join(DOCS, "..", "README.md"), "utf8")],
    ...pages().map((page) => [page, pageText(page)] as const),
  ]);
  const found = [...texts].filter(([, text]) =>
    blocksOf(text).some((block) => /\$copies|\bstate (pull|push|mv)\b|before\.out/.test(block.text)),
  );
  expect(found.map(([page]) => page)).toEqual([PAGE]);
});
