import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { diff } from "../../src/commands/diff";
import { summary } from "../../src/commands/summary";
import { features } from "../../src/features";
import { packageRoot } from "../../src/project";
import { PLAN_RULES } from "../../src/summary/plan/judge";
import { accountsFile } from "../changes/judged";
import { Repository, ran, ranCheck } from "../commands/repository";
import { blocksOf } from "../readme/blocks";

/** The program's commands on the page do what the page says. */

const page = readFileSync(join(packageRoot, "docs", "review-a-change.md"), "utf8");
const typed = blocksOf(page)
  .flatMap(({ text }) => text.split("\n"))
  .filter((line) => line.trim().startsWith("npx pmm-iam"))
  .map((line) => line.trim());

test("they are these", () => {
  expect(typed).toEqual([
    "npx pmm-iam check --base origin/main",
    "npx pmm-iam diff --base origin/main",
    "npx pmm-iam summary --base origin/main >comment.md",
    "npx pmm-iam summary --base origin/main --plan pmm-iam=plan.json >comment.md",
  ]);
  const rules = [...page.matchAll(/--allow (plan-[a-z-]+)/g)].map(([, rule = ""]) => rule);
  expect(rules.filter((rule) => !(rule in PLAN_RULES))).toEqual([]);
});

test("they run, in their order", async () => {
  const repository = Repository.create();
  try {
    repository.write("accounts.yaml", accountsFile(['name: orders, account_id: "222222222222"']));
    repository.commit();
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD");
    const base = "origin/main";
    const change = { actions: ["no-op"], before: { triggers_replace: "pmm-iam" } };
    const guard = { address: "terraform_data.deployment", mode: "managed", type: "terraform_data", change };
    repository.write("plan.json", JSON.stringify({ format_version: "1.2", resource_changes: [guard] }));
    const codes = [
      await ranCheck(repository, { base }),
      await ran(() => diff(features, { base, format: "text" }), repository.folder),
      await ran(() => summary(features, { base }), repository.folder),
      await ran(() => summary(features, { base, plan: ["pmm-iam=plan.json"] }), repository.folder),
    ].map(({ code }) => code);
    expect(codes).toEqual([0, 0, 0, 0]);
  } finally {
    rmSync(repository.folder, { recursive: true });
  }
});
