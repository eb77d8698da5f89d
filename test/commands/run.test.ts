import { runCommand } from "../../src/commands/run";
import { OutputError } from "../../src/output/publish";

let written: string;

beforeEach(() => {
  written = "";
  jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    written += String(text);
    return true;
  });
  jest.replaceProperty(process, "env", { ...process.env });
  delete process.env["DEBUG"];
});

afterEach(() => {
  process.exitCode = 0;
  jest.restoreAllMocks();
});

const broken = (): Promise<number> => Promise.reject(new TypeError("x is not a function"));

test("a command's exit code is the program's", async () => {
  await runCommand(async () => 1);
  expect(process.exitCode).toBe(1);
  expect(written).toBe("");
});

test("an output folder that cannot be written is the user's to mend: one line, exit code 1", async () => {
  await runCommand(() => Promise.reject(new OutputError("the output folder is a file")));
  expect(process.exitCode).toBe(1);
  expect(written).toBe("error: the output folder is a file\n");
});

test("a fault of the program says so, asks for a report with the version, and shows no stack", async () => {
  await runCommand(broken);
  expect(process.exitCode).toBe(70);
  expect(written).toMatch(
    /^fault: pmm-iam \d+\.\d+\.\d+ failed by a fault of its own: x is not a function\nPlease report it with this version/,
  );
  expect(written).not.toMatch(/^ +at /m);
});

test("under DEBUG the stack follows", async () => {
  process.env["DEBUG"] = "1";
  await runCommand(broken);
  expect(written).toMatch(/TypeError: x is not a function\n +at /);
});
