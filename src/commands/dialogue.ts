import { createInterface, type Interface } from "node:readline";
import { printable } from "../accounts/lines";

/** The person at the terminal has pressed Ctrl-C. */
export class Interrupted extends Error {}

/** No line comes any more: the terminal is closed, or Ctrl-D was pressed. */
export class Ended extends Error {}

/** Questions and answers on a terminal. What is typed ahead answers the next question. */
export class Dialogue {
  private readonly readline: Interface;
  private readonly typed: string[] = [];
  private end: Error | undefined;
  private wake: () => void = () => undefined;

  constructor(input: NodeJS.ReadableStream, output: NodeJS.WritableStream) {
    this.readline = createInterface({ input, output, historySize: 0 });
    this.readline.on("line", (line) => {
      this.typed.push(line);
      this.wake();
    });
    this.readline.on("SIGINT", () => this.stop(new Interrupted()));
    this.readline.on("close", () => this.stop(new Ended()));
  }

  /** Puts a question, and returns the line that is typed. Throws Interrupted or Ended where none is. */
  async ask(question: string): Promise<string> {
    this.readline.setPrompt(printable(question));
    this.readline.prompt();
    for (;;) {
      const line = this.typed.shift();
      if (line !== undefined) {
        return line;
      }
      if (this.end !== undefined) {
        throw this.end;
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Gives the terminal back. */
  close(): void {
    this.readline.close();
  }

  private stop(end: Error): void {
    this.end ??= end;
    this.wake();
  }
}
