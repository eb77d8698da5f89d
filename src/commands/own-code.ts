import { realpathSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../project";
import { ownMain } from "./environment";

/** An error of the user's own code: the file that calls `run`, and the place in it or beside it that threw it. */
export interface OwnFault {
  readonly error: Error;
  readonly main: string;
  /** `file:line:column`, from the working directory. */
  readonly place: string;
}

/** undefined where no code of the user's own runs, or this program threw it. */
export function ownFaultOf(cause: unknown): OwnFault | undefined {
  const main = ownMain();
  if (main === undefined || !(cause instanceof Error)) {
    return undefined;
  }
  const place = thrownAt(cause, realpathSync(packageRoot));
  return place === undefined ? undefined : { error: cause, main: fromHere(main), place };
}

/** The first frame of a stack that is not of Node.js or of a library; undefined where it is of this program. */
function thrownAt({ stack = "", message }: Error, program: string): string | undefined {
  const frames = stack.slice(stack.indexOf(message) + message.length).split("\n");
  for (const frame of frames) {
    const [, file, position] = FRAME.exec(frame) ?? [];
    const path = file?.startsWith("file:") ? fileURLToPath(file) : file;
    if (path === undefined || path.startsWith("node:")) {
      continue;
    }
    if (path.startsWith(program + sep)) {
      return undefined;
    }
    if (!path.includes(`${sep}node_modules${sep}`)) {
      return `${fromHere(path)}:${position}`;
    }
  }
  return undefined;
}

/** `at name (path:line:column)` or `at path:line:column`, as V8 writes a frame. */
const FRAME = /^ +at (?:.*\()?((?:file:\/\/)?[^()]+?):(\d+:\d+)\)?$/;

function fromHere(path: string): string {
  return relative(process.cwd(), path);
}
