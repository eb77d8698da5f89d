import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { parseDocument } from "../accounts/document";
import type { SourceText } from "../accounts/source-text";
import type { Base } from "./base";
import { filesAt } from "./git";

/**
 * Lays the accounts file of a commit, and what it names, into a temporary folder, so that it is rendered with
 * the policy files and modules of that commit. The folder is gone when `use` has ended.
 */
export async function withFilesOf<Result>(
  { commit, path, source }: Base & { readonly source: SourceText },
  use: (source: SourceText) => Promise<Result>,
): Promise<Result> {
  const root = mkdtempSync(join(tmpdir(), "pmm-iam-base-"));
  try {
    // Relative paths may lead anywhere inside the repository, whose root this marks.
    mkdirSync(join(root, ".git"));
    mkdirSync(join(root, dirname(path)), { recursive: true });
    for (const [name, content] of filesAt(commit, namedPaths(source, path))) {
      mkdirSync(join(root, dirname(name)), { recursive: true });
      writeFileSync(join(root, name), content);
    }
    return await use({ ...source, path: join(root, path) });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Every relative path that the file names, from the repository's root. */
function namedPaths(source: SourceText, path: string): string[] {
  const { document } = parseDocument(source);
  const paths = [...texts(document?.plain)]
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
