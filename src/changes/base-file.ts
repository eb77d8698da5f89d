import { join } from "node:path";
import { type DocumentResult, parseDocument } from "../accounts/document";
import type { SourceText } from "../accounts/source-text";
import type { Feature } from "../features/feature";
import type { Commit } from "./commits";
import { readLeniently } from "./lenient";
import type { Snapshot } from "./snapshot";

/** An accounts file as it was at a commit. */
export interface BaseFile {
  /** From the repository's root, as it was called then: relative paths in it start from its folder. */
  readonly path: string;
  /** Where its text is: another path where `path` is a symbolic link. */
  readonly textPath: string;
  readonly source: SourceText;
  /** Its text, parsed: once for all who read it. */
  readonly parsed: DocumentResult;
  /** undefined where the text is not YAML that can be read. */
  readonly snapshot: Snapshot | undefined;
}

/** What was found at a commit. */
interface Found {
  readonly path: string;
  readonly textPath?: string;
  readonly bytes: Buffer;
}

/** Reads a file of a commit as an accounts file. It may hold anything. */
export function readBaseFile(
  commit: Commit,
  { path, textPath = path, bytes }: Found,
  features: readonly Feature[],
): BaseFile {
  const source: SourceText = {
    name: `${path} at ${commit.ref}`,
    path: join(commit.root, path),
    text: new TextDecoder().decode(bytes),
  };
  const parsed = parseDocument(source);
  return {
    path,
    textPath,
    source,
    parsed,
    snapshot: parsed.document && readLeniently(parsed.document, features),
  };
}
