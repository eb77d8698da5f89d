import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import type { SourceText } from "../accounts/source-text";
import type { BaseFile } from "./base-file";
import { filesAt } from "./commit-files";
import type { Commit } from "./commits";

/**
 * Lays the accounts file of a commit, and what it names, into a temporary folder, so that it is rendered with
 * the policy files and modules of that commit. The folder is gone when `use` has ended.
 */
export async function withFilesOf<Result>(
  commit: Commit,
  { path, source, parsed }: BaseFile,
  use: (source: SourceText) => Promise<Result>,
): Promise<Result> {
  const root = mkdtempSync(join(tmpdir(), "pmm-iam-base-"));
  try {
    // Relative paths may lead anywhere inside the repository, whose root this marks.
    mkdirSync(join(root, ".git"));
    mkdirSync(join(root, dirname(path)), { recursive: true });
    for (const [name, content] of filesAt(commit, namedPaths(parsed.document?.plain, path))) {
      mkdirSync(join(root, dirname(name)), { recursive: true });
      writeFileSync(join(root, name), content);
    }
    return await use({ ...source, path: join(root, path) });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Every relative path that a file's plain data names, from the repository's root. */
function namedPaths(plain: unknown, path: string): string[] {
  const paths = [...texts(plain)]
    .filter((text) => /^\.\.?\//.test(text))
    .map((text) => posix.normalize(posix.join(posix.dirname(path), text)).replace(/\/$/, ""))
    .filter((named) => named !== "." && named !== ".." && !named.startsWith("../"));
  return [...new Set(paths)];
}

function* texts(value: unknown): Iterable<string> {
  if (typeof value === "string") {
    yield value;
  } else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) {
      yield* texts(part);
    }
  }
}
