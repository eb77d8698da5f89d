import { tmpdir } from "node:os";
import { shellWord } from "../accounts/shell";
import { systemReason } from "../system-reasons";

/**
 * What to tell the user where the system refused a file, a folder or a process to this program: that is for the user
 * to fix. undefined where an error is none of these.
 */
export function refusalOfSystem(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) {
    return undefined;
  }
  const { code = "", syscall, path, message } = cause as NodeJS.ErrnoException;
  if (syscall === "uv_cwd") {
    return "the current folder is gone; change into a folder that exists (cd)";
  }
  if (code === "ERR_INVALID_ARG_VALUE" && message.includes("null bytes")) {
    return "found the character U+0000 in a path; expected the path of a file or a folder: remove it";
  }
  const reason = systemReason(code);
  if (syscall === undefined || reason === undefined) {
    return undefined;
  }
  if (path?.startsWith(tmpdir()) === true && syscall === "mkdtemp") {
    return `no temporary folder can be made in ${shellWord(tmpdir())} (${code}); set TMPDIR to a folder that can be written`;
  }
  return `${path === undefined ? syscall : shellWord(path)}: ${reason} (${code})`;
}
