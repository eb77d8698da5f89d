import pico from "picocolors";
import { type Line, printable, renderLines } from "../accounts/lines";
import type { Dialogue } from "./dialogue";

/** Colour only on a terminal, and never with NO_COLOR. */
const colors = pico.createColors(pico.isColorSupported && process.stderr.isTTY === true);
const noColors = pico.createColors(false);

type Stream = "stdout" | "stderr";

/**
 * Prints lines: the one way to the two streams, so that everything printed is escaped as lines.ts says. Where the
 * reader has gone (`| head`), the rest is dropped.
 */
export function print(stream: Stream, lines: readonly Line[]): void {
  watch(stream);
  clearStatus();
  process[stream].write(renderLines(lines, stream === "stderr" ? colors : noColors));
}

/** Opens the terminal for questions; undefined where nobody answers: in a pipe, and in CI. */
export async function openDialogue(): Promise<Dialogue | undefined> {
  const { stdin, stdout } = process;
  const isTerminal = stdin.isTTY === true && stdout.isTTY === true;
  return isTerminal && !isCi() ? new (await import("./dialogue.ts")).Dialogue(stdin, stdout) : undefined;
}

/** Whether somebody sees a line that is rewritten: not in a pipe, in CI, or on a terminal that cannot do it. */
export function showsStatus(): boolean {
  return process.stderr.isTTY === true && !isCi() && process.env["TERM"] !== "dumb";
}

/** To the start of the line, and the rest of it removed. */
const LINE_START = "\r\u001b[K";

let hasStatus = false;

/** Shows one line for as long as nothing else is printed, in place of the one before. Nothing where nobody sees it. */
export function showStatus(text: string): void {
  if (showsStatus()) {
    watch("stderr");
    // A line that the terminal breaks in two could not be removed.
    const shown = [...printable(text)].slice(0, Math.max(0, (process.stderr.columns || 80) - 1)).join("");
    process.stderr.write(`${LINE_START}${shown}`);
    hasStatus = true;
  }
}

/** Removes that line. */
export function clearStatus(): void {
  if (hasStatus) {
    hasStatus = false;
    process.stderr.write(LINE_START);
  }
}

function isCi(): boolean {
  return !["", "0", "false"].includes(process.env["CI"] ?? "");
}

const watched = new Set<Stream>();

/** A stream that can take no more tells so by an event, which without a listener ends the program with a trace. */
function watch(stream: Stream): void {
  if (watched.has(stream)) {
    return;
  }
  watched.add(stream);
  process[stream].on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") {
      return;
    }
    if (stream === "stdout") {
      print("stderr", [[{ style: "red", text: "error:" }, ` the output cannot be written (${code})`]]);
    }
    process.on("exit", () => {
      process.exitCode ||= 1;
    });
  });
}
