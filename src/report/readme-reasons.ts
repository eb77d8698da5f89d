import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Why each grant of a module is there. The tables in the modules' READMEs say it, once for the
 * readers of a module and once for the report.
 */
export interface ModuleReasons {
  /** By action, as the policy files write it. */
  readonly actions: ReadonlyMap<string, string>;
  /** By the Sid of a statement that denies. */
  readonly denials: ReadonlyMap<string, string>;
}

/** The reasons that the README in a module's folder gives, without its Markdown. Read once per process. */
export function moduleReasons(folder: string): ModuleReasons {
  const known = reasons.get(folder) ?? readReasons(folder);
  reasons.set(folder, known);
  return known;
}

const reasons = new Map<string, ModuleReasons>();

function readReasons(folder: string): ModuleReasons {
  const path = join(folder, "README.md");
  const tables = existsSync(path) ? tablesOf(readFileSync(path, "utf8")) : [];
  const saying = (title: string, second: RegExp) =>
    new Map(
      tables
        .filter(
          ([head]) => head?.[0] === title && second.test(head[1] ?? "") && /\bwhy$/i.test(head.at(-1) ?? ""),
        )
        .flatMap(([, , ...rows]) =>
          rows.flatMap((row) =>
            [...(row[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]): [string, string] => [
              name,
              plain(row.at(-1) ?? ""),
            ]),
          ),
        ),
    );
  return { actions: saying("Action", /./), denials: saying("Statement", /^Denied$/) };
}

/** The tables of a Markdown text, row by row: the first is the head, the second the rule below it. */
function tablesOf(markdown: string): string[][][] {
  return markdown
    .split(/\n(?!\|)/)
    .map((part) => part.split("\n").filter((line) => line.startsWith("|")))
    .filter((lines) => lines.length > 2)
    .map((lines) =>
      lines.map((line) =>
        line
          .slice(1, -1)
          .split("|")
          .map((cell) => cell.trim()),
      ),
    );
}

function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\([^)]*\)/g, "$1").replaceAll("`", "");
}
