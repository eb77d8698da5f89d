import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAccess } from "../../src/access/read";
import type { Problem } from "../../src/accounts/problem";
import { Cases, KINDS } from "./cases";
import { fuzz } from "./fuzz";
import { judge } from "./judge";
import { Random } from "./random";

jest.mock("../../src/access/read");

const mockedRead = jest.mocked(readAccess);
const actual = jest.requireActual<typeof import("../../src/access/read")>("../../src/access/read");

// The whole run is `npm run fuzz`; these tests show that it would find something.

let kept: string;

beforeEach(() => {
  mockedRead.mockImplementation(actual.readAccess);
  kept = mkdtempSync(join(tmpdir(), "pmm-iam-kept-"));
});

afterEach(() => {
  rmSync(kept, { recursive: true });
});

const COUNTS = { accounts: 120, policies: 20, modules: 20 };

test("nothing breaks the program", async () => {
  const { files, good, faults } = await fuzz({ seed: 3, counts: COUNTS, kept });
  expect(faults).toEqual([]);
  expect(files).toBe(160);
  expect(good).toBeGreaterThan(5);
});

test("a seed decides the files", () => {
  const [first, second] = [new Cases(), new Cases()];
  try {
    for (const kind of KINDS) {
      const bytes = (cases: Cases, seed: number) =>
        cases.make(kind, new Random(seed)).bytes.toString("latin1");
      expect(bytes(first, 5)).toBe(bytes(second, 5));
      expect(bytes(first, 5)).not.toBe(bytes(second, 6));
    }
  } finally {
    first.remove();
    second.remove();
  }
});

test("what breaks the program is kept, each fault once", async () => {
  mockedRead.mockImplementation(() => {
    throw new TypeError("planted");
  });
  const { faults } = await fuzz({ seed: 3, counts: { accounts: 20, policies: 0, modules: 0 }, kept });
  expect(faults).toHaveLength(1);
  const [file = "", message] = faults[0]?.split(": ") ?? [];
  expect(message).toMatch(/^planted/);
  expect(readFileSync(file).length).toBeGreaterThan(0);
});

const problem: Problem = {
  severity: "error",
  file: "accounts.yaml",
  line: 1,
  column: 1,
  message: "m",
  rule: "r",
};

test.each<[string, Partial<Problem>, RegExp]>([
  ["a line that the file does not have", { line: 3 }, /^there is no 3:1/],
  ["a column that the line does not have", { column: 7 }, /^there is no 1:7/],
  ["a message of two lines", { message: "a\nb" }, /several lines/],
  ["a message that says undefined", { message: "a is undefined" }, /a is undefined$/],
  ["a rule without a name", { rule: "" }, /^a rule is called/],
])("%s is a fault", async (_, fault, message) => {
  mockedRead.mockReturnValue({ problems: [{ ...problem, ...fault }] });
  const given = { text: "a: b\n", path: join(kept, "accounts.yaml") };
  await expect(judge(given, { twice: false, render: false })).rejects.toThrow(message);
});

test("a file without errors is good", async () => {
  const text = readFileSync(join(__dirname, "..", "corpus", "ok", "smallest.yaml"), "utf8");
  const given = { text, path: join(kept, "accounts.yaml") };
  expect(await judge(given, { twice: true, render: true })).toBe(true);
  expect(await judge({ ...given, text: `${text}x: 1\n` }, { twice: true, render: true })).toBe(false);
});
