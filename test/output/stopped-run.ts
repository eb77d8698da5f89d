import fs from "node:fs";
import { join } from "node:path";

/*
 * Loaded before the program, whose run then stops where it first reads the accounts file, or first writes a file of
 * the output, until a signal ends it. Environment: STOP_AT says which, STOPPED is the file that says that it is there.
 */
const { STOP_AT, STOPPED = "", ACCOUNTS_FILE } = process.env;

const STAGING = join(".pmm-iam", "staging");

function stop(): void {
  real.writeFileSync(STOPPED, "");
  for (;;) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
}

const real = { readFileSync: fs.readFileSync, writeFileSync: fs.writeFileSync };

Object.assign(fs, {
  readFileSync: (path: fs.PathOrFileDescriptor, options?: BufferEncoding) => {
    if (STOP_AT === "reads" && path === ACCOUNTS_FILE) {
      stop();
    }
    return real.readFileSync(path, options);
  },
  writeFileSync: (path: fs.PathOrFileDescriptor, ...rest: [string | Uint8Array, fs.WriteFileOptions?]) => {
    real.writeFileSync(path, ...rest);
    if (STOP_AT === "writes" && String(path).includes(STAGING)) {
      stop();
    }
  },
});
