import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/project";
import { commandNames } from "../support/command-names";

/** docs/commands.md has every command, and it or the page that it names has every option. */

const read = (page: string) => readFileSync(join(packageRoot, "docs", page), "utf8");
const page = read("commands.md");
const pages = [page, read("plan-and-apply.md"), read("provider-locks.md")].join("\n");

function help(...command: string[]): string {
  const args = [join(packageRoot, "bin", "pmm-iam.js"), ...command, "--help"];
  return execFileSync(process.execPath, args, { encoding: "utf8" });
}

const commands = commandNames(help());

test("every command is in the table, and there are no others", () => {
  const [overview = ""] = page.split("\n## ");
  const listed = [...overview.matchAll(/^\| \[?`([a-z]+)`/gm)].map(([, command]) => command);
  expect(commands.length).toBeGreaterThan(8);
  expect([...listed].sort()).toEqual([...commands].sort());
});

test.each(commands)("%s: every option is on a page", (command) => {
  const options = [...help(command).matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(
    ([, option = ""]) => option,
  );
  expect(options).toContain("--help");
  const missing = options.filter(
    (option) => option !== "--help" && !new RegExp(`${option}(?![a-z-])`).test(pages),
  );
  expect(missing).toEqual([]);
});
