import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyDocument } from "../../src/aws/policies";
import { packageRoot } from "../../src/project";
import { moduleReasons } from "../../src/report/readme-reasons";
import { NO_REASON } from "../../src/report/reasons";
import { reportOfFile } from "./made";

const MODULES = join(packageRoot, "modules");

/** Lists that a module refuses by. They are attached to nothing. */
const NOT_ATTACHED = ["hands-out-access.json", "refused-managed-policies.json"];

/** Documents whose one statement has a reason of its own, the same in every module. */
const BY_SID = ["in-managed-policies.json", "parameter-store-deny.json"];

const files = readdirSync(MODULES).flatMap((module) => {
  const folder = join(MODULES, module, "policies");
  const names = readdirSync(join(MODULES, module)).includes("policies") ? readdirSync(folder) : [];
  return names
    .filter((name) => ![...NOT_ATTACHED, ...BY_SID].includes(name))
    .map((name) => [module, name] as const);
});

test("there are policy files to look at", () => {
  expect(files.length).toBeGreaterThanOrEqual(9);
});

test.each(files)("%s: the README has a reason for each action of %s", (module, name) => {
  const document: PolicyDocument = JSON.parse(readFileSync(join(MODULES, module, "policies", name), "utf8"));
  const { actions, denials } = moduleReasons(join(MODULES, module));
  const without = document.Statement.flatMap(({ Sid = "", Effect, Action = [] }) =>
    Effect === "Deny"
      ? [denials.get(Sid) ?? Sid]
      : [Action].flat().map((action) => actions.get(action) ?? action),
  ).filter((reason) => !/ /.test(reason));
  expect(without).toEqual([]);
});

test("a reason is what the README says, without its Markdown", () => {
  expect(moduleReasons(join(MODULES, "pmm-iam-target")).actions.get("rds:DescribeDBLogFiles")).toBe(
    "A person who reads the error and slow-query logs of an engine through the role. Neither PMM nor Grafana calls them. Log files can hold query text: choose minimal where that matters.",
  );
});

test("every grant of a file with everything has a reason", () => {
  const { accounts, documents } = reportOfFile(
    `name: everything\n${readFileSync(join(packageRoot, "test/support/everything.yaml"), "utf8")}`,
    { folder: join(packageRoot, "test/support") },
  );
  const identities = accounts.flatMap((account) => account.identities);
  expect(identities.length).toBeGreaterThan(20);
  for (const { uses, policies } of identities) {
    expect(uses.filter(({ reason }) => reason === "")).toEqual([]);
    for (const { form, document, reason } of policies) {
      if (form === "aws") {
        expect(reason).toMatch(/ /);
        continue;
      }
      const found = documents[document ?? ""];
      expect(reason).toBeNull();
      for (const [index, { Action, NotAction }] of (found?.policy.Statement ?? []).entries()) {
        const explained = found?.reasons[index] ?? [];
        const actions = explained.flatMap((part) => part.actions);
        expect([...actions].sort()).toEqual([Action ?? NotAction ?? []].flat().sort());
        expect(actions).not.toEqual([]);
        expect(explained.filter((part) => part.reason === "" || part.reason === NO_REASON)).toEqual([]);
      }
    }
  }
});
