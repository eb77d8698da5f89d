import { appendFileSync } from "node:fs";
import { withLock } from "../../src/output/lock";

/*
 * Takes the lock of a folder again and again, and says in a file when it has it and when it gives it up. Arguments:
 * the folder, the file, how often; `forever` keeps the lock.
 */
const [, , folder = "", log = "", times = ""] = process.argv;

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

async function main(): Promise<void> {
  for (let time = 0; time < (times === "forever" ? 1 : Number(times)); time += 1) {
    await withLock(folder, () => {
      appendFileSync(log, `+${process.pid}\n`);
      pause(times === "forever" ? 600_000 : 5);
      appendFileSync(log, `-${process.pid}\n`);
    });
  }
}

void main();
