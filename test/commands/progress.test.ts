import { withProgress } from "../../src/commands/progress";
import { reportNote } from "../../src/commands/report";

const label = (done: number): string => `Asking AWS: ${done} of 3 accounts`;

/** What is written to the error stream while three parts are done, with a note after the second. */
async function written(stream: { isTTY: boolean; columns?: number }, env: Record<string, string>) {
  const texts: string[] = [];
  const before = { isTTY: process.stderr.isTTY, columns: process.stderr.columns };
  Object.assign(process.stderr, { columns: 80, ...stream });
  const write = jest
    .spyOn(process.stderr, "write")
    .mockImplementation((text) => texts.push(String(text)) > 0);
  const clock = jest.spyOn(Date, "now");
  const environment = { ...process.env };
  Object.assign(process.env, { CI: "", TERM: "xterm" }, env);
  try {
    const result = await withProgress(label, async (advance) => {
      for (const [index, at] of [50, 150, 200].entries()) {
        clock.mockReturnValue(at);
        advance();
        if (index === 1) {
          reportNote("one is late");
        }
      }
      return "all";
    });
    return { result, text: texts.join("") };
  } finally {
    process.env = environment;
    clock.mockRestore();
    write.mockRestore();
    Object.assign(process.stderr, before);
  }
}

beforeEach(() => {
  jest.spyOn(Date, "now").mockReturnValue(0);
});

afterEach(() => jest.restoreAllMocks());

const NOTE = "note: one is late\n";
const CLEAR = "\r\u001b[K";

test("on a terminal: one line, rewritten ten times a second at most, and removed before anything else is printed", async () => {
  const { result, text } = await written({ isTTY: true }, { NO_COLOR: "1" });
  expect(result).toBe("all");
  // The colours of a note are chosen when the program starts, which is in a pipe here.
  expect(text).toBe(`${CLEAR}${label(0)}${CLEAR}${label(2)}${CLEAR}${NOTE}`);
});

test("no wider than the terminal", async () => {
  const { text } = await written({ isTTY: true, columns: 12 }, {});
  expect(text).toContain(`${CLEAR}Asking AWS:${CLEAR}`);
});

test.each([
  ["a pipe", { isTTY: false }, {}],
  ["CI", { isTTY: true }, { CI: "true" }],
  ["a terminal that cannot rewrite a line", { isTTY: true }, { TERM: "dumb" }],
])("%s: nothing of it", async (_, stream, env) => {
  expect((await written(stream, env)).text).toBe(NOTE);
});

test("removed where the work fails", async () => {
  const texts: string[] = [];
  const { isTTY } = process.stderr;
  const { CI } = process.env;
  Object.assign(process.stderr, { isTTY: true });
  Object.assign(process.env, { CI: "" });
  jest.spyOn(process.stderr, "write").mockImplementation((text) => texts.push(String(text)) > 0);
  const failed = withProgress(label, () => Promise.reject(new Error("no")));
  await expect(failed).rejects.toThrow("no");
  Object.assign(process.stderr, { isTTY });
  Object.assign(process.env, { CI: CI ?? "" });
  expect(texts.join("")).toBe(`${CLEAR}${label(0)}${CLEAR}`);
});
