import { dirname } from "node:path";
import { parseDocument } from "../accounts/document";
import type { SourceText } from "../accounts/text";
import { type Commit, commitOf, fileAt, nameBefore, pathInRepository } from "./git";
import { NOTHING, readLeniently, type Snapshot } from "./snapshot";

/** The accounts file as it was at a commit. */
export interface Base {
  readonly commit: Commit;
  /** From the repository's root, as it was called then. */
  readonly path: string;
  /** undefined where the file was not there. */
  readonly source: SourceText | undefined;
  /** undefined where the file was there and is not YAML. */
  readonly snapshot: Snapshot | undefined;
}

/** Reads the accounts file at a ref, under the name that it had there. */
export function readBase(head: SourceText, ref: string): Base {
  const commit = commitOf(dirname(head.path), ref);
  const today = pathInRepository(head.path) ?? head.name;
  let path = today;
  let bytes = fileAt(commit, today);
  if (bytes === undefined) {
    path = nameBefore(commit, today) ?? today;
    bytes = fileAt(commit, path);
  }
  if (bytes === undefined) {
    return { commit, path, source: undefined, snapshot: NOTHING };
  }
  const text = new TextDecoder().decode(bytes);
  const source = { name: `${path} at ${ref}`, path: head.path, text };
  const { document } = parseDocument(source);
  return { commit, path, source, snapshot: document && readLeniently(document) };
}
