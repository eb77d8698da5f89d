import { tmpdir } from "node:os";
import { shellWord } from "./shell";

/** What the system's refusals mean to a user, by their code in errno(3). */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied: give yourself permission on it",
  EAGAIN: "the system has no more processes to give: end some, or raise the limit (ulimit -u)",
  EBUSY: "it is in use: end what uses it",
  EDQUOT: "your disk quota is used up: free some space",
  EEXIST: "something is there already: move it away",
  EFBIG: "the file would be too large: raise the limit (ulimit -f)",
  EINVAL: "the system does not take it: name another",
  EIO: "the device failed to read or write: check the disk",
  EISDIR: "it is a folder: name a file",
  ELOOP: "it is a symbolic link that leads to itself: name the file itself",
  EMFILE: "too many files are open: raise the limit (ulimit -n)",
  ENAMETOOLONG: "the name is too long: shorten it",
  ENFILE: "too many files are open on the system: end some programs",
  ENODEV: "there is no such device: name a file",
  ENOENT: "there is no such file or folder: make it, or name another",
  ENOMEM: "the memory is used up: end some programs",
  ENOSPC: "the disk is full: free some space",
  ENOTDIR: "a part of the path is a file, not a folder: name another path",
  ENOTEMPTY: "the folder is not empty: empty it",
  ENXIO: "it is not a regular file: name another",
  EPERM: "the system does not permit it: give yourself permission on it",
  EROFS: "the file system is read-only: name a place that can be written",
  ESTALE: "the network file system has lost it: run this again",
  ETIMEDOUT: "the network file system does not answer: run this again",
  ETXTBSY: "it is a program that runs: end it",
  EXDEV: "it is on another file system: name a place on the same",
};

/** What a refusal of the system means to a user, and what to do; undefined for a code that is none. */
export function systemReason(code: string): string | undefined {
  return REASONS[code];
}

/** The same of any code, with the code. */
export function reasonOf(code: string | undefined): string {
  return `${systemReason(code ?? "") ?? "the system gives no known reason"} (${code ?? "no code"})`;
}

/** Does work on a draft of a file. What the system refuses, it refuses of the file itself: users do not know the draft. */
export function asRefusalOf<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (typeof cause === "object" && cause !== null && "path" in cause) {
      cause.path = path;
    }
    throw cause;
  }
}

/**
 * What to tell the user where the system refused a file, a folder or a process to this program: that is for the user
 * to fix. undefined where an error is none of these.
 */
export function refusalOfSystem(cause: unknown): string | undefined {
  const { code = "", syscall, path, message = "" } = Object(cause) as Partial<NodeJS.ErrnoException>;
  if (syscall === "uv_cwd") {
    return "the current folder is gone; change into a folder that exists (cd)";
  }
  if (code === "ERR_INVALID_ARG_VALUE" && message.includes("null bytes")) {
    return "found the character U+0000 in a path; expected the path of a file or a folder: remove it";
  }
  if (syscall === undefined || systemReason(code) === undefined) {
    return undefined;
  }
  if (path?.startsWith(tmpdir()) === true && syscall === "mkdtemp") {
    return `no temporary folder can be made in ${shellWord(tmpdir())} (${code}); set TMPDIR to a folder that can be written`;
  }
  return `${path === undefined ? syscall : shellWord(path)}: ${reasonOf(code)}`;
}
