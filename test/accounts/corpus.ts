import { readdirSync } from "node:fs";
import { join } from "node:path";
import pico from "picocolors";
import { type Access, readAccess } from "../../src/access/read";
import type { Problem } from "../../src/accounts/problem";
import { formatProblem } from "../../src/accounts/problem-lines";
import { readSourceText, type SourceText } from "../../src/accounts/source-text";
import { features } from "../../src/features";

export const CORPUS = join(__dirname, "..", "corpus");

const noColors = pico.createColors(false);

/** The names of the corpus files of one kind, without `.yaml`. */
export function corpusNames(kind: "bad" | "ok"): string[] {
  return readdirSync(join(CORPUS, kind))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => name.slice(0, -".yaml".length))
    .sort();
}

/** Reads and checks a file the way every command does; it is called accounts.yaml in messages. */
export function loadFile(path: string): Access {
  const source = readSourceText(path, "accounts.yaml");
  return "severity" in source ? { problems: [source] } : loadSource(source);
}

export function loadText(text: string, path = join(CORPUS, "ok", "accounts.yaml")): Access {
  return loadSource({ name: "accounts.yaml", path, text });
}

function loadSource(source: SourceText): Access {
  return readAccess(source, features);
}

/** What a command prints for problems, without colours. */
export function printed(problems: readonly Problem[]): string {
  return problems.map((problem) => `${formatProblem(problem, noColors)}\n`).join("");
}
