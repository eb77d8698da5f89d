import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { ownFaultOf } from "../../src/commands/own-code";
import { packageRoot } from "../../src/project";

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "own-code-")));
  writeFileSync(join(folder, "main.ts"), "");
  jest.replaceProperty(process, "argv", [process.execPath, join(folder, "main.ts")]);
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** An error with the frames of a stack, each as V8 writes it behind `at`. */
function thrown(message: string, ...frames: readonly string[]): Error {
  const error = new TypeError(message);
  error.stack = `TypeError: ${message}\n${frames.map((frame) => `    at ${frame}`).join("\n")}`;
  return error;
}

const fromHere = (name: string): string => relative(process.cwd(), join(folder, name));
const url = (path: string): string => pathToFileURL(path).href;
const feature = (): string => `Object.calls (${url(join(folder, "my feature.ts"))}:12:5)`;
const program = `read (${join(packageRoot, "src", "access", "model.ts")}:3:4)`;

test("the first frame in a file of the user's own", () => {
  const own = { main: fromHere("main.ts"), place: `${fromHere("my feature.ts")}:12:5` };
  const thrownHere = thrown("x is not a function", feature(), program);
  expect(ownFaultOf(thrownHere)).toEqual({ error: thrownHere, ...own });
  const belowLibraries = thrown(
    "x is not a function",
    "Array.map (<anonymous>)",
    "node:internal/fs/utils:1:2",
    `load (${join(folder, "node_modules", "library", "index.js")}:1:2)`,
    `${join(folder, "my feature.ts")}:12:5`,
  );
  expect(ownFaultOf(belowLibraries)).toEqual({ error: belowLibraries, ...own });
});

test("an error of this program's own code, called by the user's", () => {
  expect(ownFaultOf(thrown("x is not a function", program, feature()))).toBeUndefined();
});

test("a message that looks like a frame is none", () => {
  const message = "wrong:\n    at fake (/elsewhere/file.ts:1:2)";
  expect(ownFaultOf(thrown(message, program))).toBeUndefined();
});

test("no error, no frame, and no code of a user's own", () => {
  expect(ownFaultOf("a text")).toBeUndefined();
  expect(ownFaultOf(thrown("x"))).toBeUndefined();
  jest.replaceProperty(process, "argv", [process.execPath, join(packageRoot, "bin", "pmm-iam.js")]);
  expect(ownFaultOf(thrown("x is not a function", feature()))).toBeUndefined();
});
