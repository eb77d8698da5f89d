import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ignoreText } from "../../src/init/ignore-text";
import { packageRoot } from "../../src/project";
import { Repository } from "../commands/repository";

/** The page names the files that hold keys, and the ignore rules have each. */

const page = readFileSync(join(packageRoot, "docs", "files-that-hold-keys.md"), "utf8");
const cells = page.split("\n").flatMap((line) => (/^\| `/.test(line) ? [line.split("|")[1] ?? ""] : []));

/** Each name in the table, where it is, for a stack and a number. */
const FILES = cells.flatMap((cell) => {
  const folder = cell.includes("in a stack's folder") ? "cdktf.out/stacks/pmm-iam-finance/" : "";
  const names = [...cell.matchAll(/`([a-z<>.-]+\.(?:tfstate|backup|tfplan|json|log)|plan)`/g)];
  return names.map(
    ([, name = ""]) =>
      `${folder}${name.replace("<stack>", "pmm-iam-finance").replace("<number>", "1700000000")}`,
  );
});

test("they are these", () => {
  expect(FILES).toEqual([
    "terraform.pmm-iam-finance.tfstate",
    "terraform.pmm-iam-finance.tfstate.backup",
    "terraform.pmm-iam-finance.tfstate.1700000000.backup",
    "cdktf.out/stacks/pmm-iam-finance/errored.tfstate",
    "cdktf.out/stacks/pmm-iam-finance/pmm-iam-finance.tfplan",
    "cdktf.out/stacks/pmm-iam-finance/plan",
    "plan.json",
    "pmm-iam-finance-plan.json",
    "pmm-iam-finance.tfplan.json",
    "state.json",
    "pmm-iam-finance-state.json",
    "crash.log",
  ]);
});

test.each([
  ["here", readFileSync(join(packageRoot, ".gitignore"), "utf8")],
  ["in a repository that init makes", ignoreText("pmm-iam")],
])(
  "git ignores each %s, whatever the output folder is called, and nothing that is to be committed",
  (_, rules) => {
    const repository = Repository.create();
    try {
      repository.write(".gitignore", rules);
      const names = [...FILES, ...FILES.map((name) => name.replace(/^cdktf\.out/, "envs/terraform"))];
      const kept = [
        "accounts.yaml",
        "accounts.schema.json",
        "package.json",
        "package-lock.json",
        "policies/vendor.json",
        "provider-locks/pmm-iam.terraform.lock.hcl",
      ];
      for (const name of [...names, ...kept]) {
        repository.write(name, "");
      }
      repository.git("add", "--all");
      expect(repository.git("ls-files").trim().split("\n")).toEqual([".gitignore", ...kept.sort()]);
    } finally {
      rmSync(repository.folder, { recursive: true });
    }
  },
);
