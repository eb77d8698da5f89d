import pico from "picocolors";
import { type Line, renderLines } from "../accounts/lines";

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
