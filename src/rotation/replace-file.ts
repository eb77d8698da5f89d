import { randomUUID } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import type { SourceText } from "../accounts/source-text";
import { asRefusalOf } from "../accounts/system-refusals";
import { InputError } from "../changes/input-error";

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Puts another text into a file, whole or not at all. A link stays a link, and its file is replaced. The file keeps
 * its permissions, its owner where the system lets it, and a byte order mark. Throws an InputError where the file is
 * no longer what was read.
 */
export function replaceText({ path, name, text }: SourceText, after: string): void {
  const file = realpathSync(path);
  // Renaming asks for the folder alone: a file that is read-only would be replaced.
  accessSync(file, constants.W_OK);
  const before = readFileSync(file);
  const isMarked = before.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  const mark = isMarked ? BYTE_ORDER_MARK : Buffer.alloc(0);
  if (!before.equals(Buffer.concat([mark, Buffer.from(text)]))) {
    throw new InputError(
      `${name} was changed by something else in the meantime, and nothing was written; run this again`,
      "rotation",
    );
  }
  const draft = `${file}.${randomUUID()}`;
  try {
    asRefusalOf(name, () => {
      writeDraft(draft, Buffer.concat([mark, Buffer.from(after)]), file);
      renameSync(draft, file);
    });
  } finally {
    asRefusalOf(name, () => rmSync(draft, { force: true }));
  }
}

function writeDraft(draft: string, content: Buffer, like: string): void {
  const { mode, uid, gid } = statSync(like);
  const descriptor = openSync(draft, "wx", 0o600);
  try {
    try {
      fchownSync(descriptor, uid, gid);
    } catch {
      // Only root gives files away; without that the file becomes the user's.
    }
    fchmodSync(descriptor, mode & 0o7777);
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
