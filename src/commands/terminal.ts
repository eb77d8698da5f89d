import pico from "picocolors";
import { type Line, renderLines } from "../accounts/lines";
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
  process[stream].write(renderLines(lines, stream === "stderr" ? colors : noColors));
}

/** Opens the terminal for questions; undefined where nobody answers: in a pipe, and in CI. */
export async function openDialogue(): Promise<Dialogue | undefined> {
  const { stdin, stdout } = process;
  const isTerminal = stdin.isTTY === true && stdout.isTTY === true;
  return isTerminal && ["", "0", "false"].includes(process.env["CI"] ?? "")
    ? new (await import("./dialogue.ts")).Dialogue(stdin, stdout)
    : undefined;
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
