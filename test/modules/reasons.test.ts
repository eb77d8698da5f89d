import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The table of grants in a module's README, against the policy files that the module attaches. */

const MODULES = join(__dirname, "../../modules");

interface Grant {
  readonly actions: readonly string[];
  /** The policy files that have the grant, by the table's columns. */
  readonly files: readonly string[];
  readonly reason: string;
}

/** The rows of the table that has a column for each policy file. */
function grantsOf(module: string): Grant[] {
  const rows = readFileSync(join(MODULES, module, "README.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
  const start = rows.findIndex(([first]) => first === "Action");
  const [, , ...names] = (rows[start] ?? []).slice(0, -1);
  const end = rows.findIndex((row, index) => index > start && row.length !== names.length + 3);
  return rows.slice(start + 2, end).map((row) => ({
    actions: [...(row[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, action = ""]) => action),
    files: names.filter((_, index) => row[index + 2] === "yes"),
    reason: row.at(-1) ?? "",
  }));
}

function actionsOf(module: string, file: string): string[] {
  const document: { Statement: readonly { Action: string | readonly string[] }[] } = JSON.parse(
    readFileSync(join(MODULES, module, "policies", `${file}.json`), "utf8"),
  );
  return document.Statement.flatMap(({ Action }) => [Action].flat()).sort();
}

const FILES = ["pmm-iam-target", "aurora-integration-user"].flatMap((module) =>
  readdirSync(join(MODULES, module, "policies")).map(
    (file) => [module, file.replace(/\.json$/, "")] as const,
  ),
);

test("there are policy files to look at", () => {
  expect(FILES).toHaveLength(5);
});

test.each(FILES)("%s: the README has each grant of %s.json and no other", (module, file) => {
  const listed = grantsOf(module).flatMap(({ actions, files }) => (files.includes(file) ? actions : []));
  expect(listed.sort()).toEqual(actionsOf(module, file));
});

test.each(["pmm-iam-target", "aurora-integration-user"])(
  "%s: the reason of each grant names who calls it",
  (module) => {
    const callers = /PMM|rds_exporter|Grafana|A person|guide|Percona/;
    expect(grantsOf(module).filter(({ reason }) => !callers.test(reason))).toEqual([]);
  },
);
