import fs from "node:fs";

/*
 * A run of publish that is killed before its nth change of the file system, or in the midst of a write. Arguments:
 * the output folder, a JSON file with the output, n.
 */
const [, , out = "", output = "", nth = ""] = process.argv;
const { publish } = require("../../src/output/publish");
const files = new Map<string, string>(Object.entries(JSON.parse(fs.readFileSync(output, "utf8"))));

let changes = 0;

function killHere(): void {
  changes += 1;
  if (changes === Number(nth)) {
    process.kill(process.pid, "SIGKILL");
  }
}

const CHANGING = ["copyFileSync", "linkSync", "mkdirSync", "renameSync", "rmSync", "rmdirSync"] as const;

for (const name of CHANGING) {
  const real = fs[name] as (...args: unknown[]) => unknown;
  Object.assign(fs, {
    [name]: (...args: unknown[]) => {
      killHere();
      return real(...args);
    },
  });
}
const write = fs.writeFileSync;
Object.assign(fs, {
  writeFileSync: (path: string, content: string, options?: fs.WriteFileOptions) => {
    killHere();
    write(path, content.slice(0, content.length / 2), options);
    killHere();
    write(path, content, { ...(options as object), flag: "w" });
  },
});

void publish(files, out, { underCdktfCommand: false, deployment: "pmm-iam" });
