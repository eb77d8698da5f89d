import { clearStatus, showStatus } from "./terminal";

/** Milliseconds between two rewritings: more often, nobody reads it. */
const INTERVAL = 100;

/**
 * Does work of many parts and says on a terminal how far it is: one line on the error stream, rewritten, and removed at
 * the end. In a pipe and in CI nothing is written.
 *
 * @param label the line when so many parts are done: `Asking AWS: 12 of 200 accounts`.
 * @param work is given what it calls after each part.
 */
export async function withProgress<Result>(
  label: (done: number) => string,
  work: (advance: () => void) => Promise<Result>,
): Promise<Result> {
  let done = 0;
  let shownAt = Date.now();
  showStatus(label(done));
  const advance = (): void => {
    done += 1;
    const now = Date.now();
    if (now - shownAt >= INTERVAL) {
      shownAt = now;
      showStatus(label(done));
    }
  };
  try {
    return await work(advance);
  } finally {
    clearStatus();
  }
}
