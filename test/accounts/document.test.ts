import { parseDocument } from "../../src/accounts/document";
import type { Path } from "../../src/accounts/problem";
import { processorSeconds } from "../support/processor-time";

function read(text: string) {
  const { document, problems } = parseDocument({ name: "accounts.yaml", path: "/accounts.yaml", text });
  return {
    document,
    plain: document?.plain,
    problems: problems.map(({ line, column, message }) => `${line}:${column} ${message}`),
  };
}

/** "line:column" of the key and of the value at a path. */
function places(text: string, path: Path): [string, string] {
  const { document } = read(text);
  const [key, value] = (["key", "value"] as const).map((on) => {
    const { line, column } = document?.locate(path, on) ?? { line: 0, column: 0 };
    return `${line}:${column}`;
  });
  return [key ?? "", value ?? ""];
}

describe("a merge key", () => {
  test.each([
    ["before the mapping's own keys", "{<<: *base, region: own}"],
    ["after them", "{region: own, <<: *base}"],
  ])("%s: the mapping's own keys win", (_, account) => {
    expect(read(`base: &base {region: merged, group: a}\naccount: ${account}\n`)).toMatchObject({
      plain: { account: { region: "own", group: "a" } },
      problems: [],
    });
  });

  test("with a list: the first mapping that has the key wins", () => {
    const text = "- &a {x: 1}\n- &b {x: 2, y: 2}\n- {<<: [*a, {y: 3, z: 3}, *b]}\n";
    expect(read(text).plain).toEqual([{ x: 1 }, { x: 2, y: 2 }, { x: 1, y: 3, z: 3 }]);
  });

  test("merges keys, not their values", () => {
    const text = "base: &base {tags: {a: 1, b: 2}}\naccount: {<<: *base, tags: {c: 3}}\n";
    expect(read(text).plain).toMatchObject({ account: { tags: { c: 3 } } });
  });

  test("brings in what its mapping merges itself", () => {
    const text = "- &a {x: 1, y: 1}\n- &b {<<: *a, y: 2}\n- {<<: *b, z: 3}\n";
    expect(read(text).plain).toEqual([
      { x: 1, y: 1 },
      { x: 1, y: 2 },
      { x: 1, y: 2, z: 3 },
    ]);
  });

  test("may name a mapping that another merge key holds", () => {
    expect(read("- {<<: &a {x: 1}}\n- *a\n- {<<: *a, y: 2}\n").plain).toEqual([
      { x: 1 },
      { x: 1 },
      { x: 1, y: 2 },
    ]);
  });

  test("in quotes is a key like any other", () => {
    expect(read('- &a {x: 1}\n- {"<<": *a}\n').plain).toEqual([{ x: 1 }, { "<<": { x: 1 } }]);
  });

  test("leads to where the key and its value are written", () => {
    const text = "base: &base\n  region: merged\n  group: a\naccount:\n  region: own\n  <<: *base\n";
    expect(places(text, ["account", "region"])).toEqual(["5:3", "5:11"]);
    expect(places(text, ["account", "group"])).toEqual(["3:3", "3:10"]);
    expect(places(text, ["account", "gone"])).toEqual(["4:1", "4:1"]);
  });

  test("may be one of a long chain", () => {
    const links = Array.from(
      { length: 200 },
      (_, index) => `- &a${index + 1} {<<: *a${index}, k${index}: 1}\n`,
    );
    const { plain, problems } = read(`- &a0 {x: 1}\n${links.join("")}`);
    expect(problems).toEqual([]);
    expect(Object.keys((plain as object[])[200] ?? {})).toHaveLength(201);
  });
});

describe("an alias", () => {
  test("has a place of its own; what is in it has the anchor's", () => {
    const text = "a: &a\n  k: 012\nb: *a\n";
    expect(places(text, ["b"])).toEqual(["3:1", "3:4"]);
    expect(places(text, ["b", "k"])).toEqual(["2:3", "2:6"]);
    expect(read(text).document?.written(["b", "k"])).toBe("012");
  });

  test("of a scalar is written as the scalar is", () => {
    const { document, plain } = read("a: &a 0123\nb: *a\nc: &c\nd: *c\n");
    expect(plain).toEqual({ a: 123, b: 123, c: null, d: null });
    expect(document?.written(["b"])).toBe("0123");
    expect(document?.locate(["b"], "value")).toEqual({ line: 2, column: 4 });
  });

  test("means the last anchor of its name before it", () => {
    expect(read("- &a 1\n- *a\n- &a 2\n- *a\n").plain).toEqual([1, 1, 2, 2]);
  });

  test("may name a key", () => {
    expect(read("&a key: *a\n").plain).toEqual({ key: "key" });
  });
});

describe("keys", () => {
  test("of the prototype are like any other", () => {
    const { plain } = read("base: &base {__proto__: {a: 1}, constructor: 2}\nmerged: {<<: *base}\n");
    expect(JSON.stringify(plain)).toBe(
      '{"base":{"__proto__":{"a":1},"constructor":2},"merged":{"__proto__":{"a":1},"constructor":2}}',
    );
    expect(Object.getPrototypeOf((plain as { merged: object }).merged)).toBe(Object.prototype);
  });

  test("that are there twice: each is reported with the first, and the last one counts", () => {
    const text = "a: 1\nb: {}\na: 2\na: 3\n";
    const { plain, problems } = read(text);
    expect(plain).toEqual({ a: 3, b: {} });
    expect(problems).toEqual([
      '3:1 the key "a" is there twice; it is first at 1:1: keep one of the two',
      '4:1 the key "a" is there twice; it is first at 1:1: keep one of the two',
    ]);
    expect(places(text, ["a"])).toEqual(["4:1", "4:4"]);
  });

  test("without a value are where the key is", () => {
    expect(places("a: {b}\n", ["a", "b"])).toEqual(["1:5", "1:5"]);
  });
});

describe("lines", () => {
  test("are given without their ends", () => {
    const { document } = read("a: 1\r\n\r\nb: 2\nc: 3");
    expect([1, 2, 3, 4, 5].map((line) => document?.line(line))).toEqual(["a: 1", "", "b: 2", "c: 3", ""]);
  });
});

describe("nesting", () => {
  const DEEP = "the file is nested too deeply; expected a handful of levels: is it the right file?";
  const indented = (levels: number) =>
    Array.from({ length: levels }, (_, level) => `${" ".repeat(level)}a:\n`).join("");
  /** A list of lists that ends in an alias; the anchor around it holds as many levels more. */
  const nested = (levels: number, name: string, inner: string) =>
    `- &${name} ${"[".repeat(levels)}${inner}${"]".repeat(levels)}\n`;

  test("may have 50 levels", () => {
    expect(read(indented(50)).problems).toEqual([]);
    expect(read(indented(51)).problems).toEqual([`51:51 ${DEEP}`]);
  });

  test("counts what aliases stand for", () => {
    expect(read(nested(29, "a", "1") + nested(20, "b", "*a")).problems).toEqual([]);
    expect(read(nested(29, "a", "1") + nested(21, "b", "*a")).problems).toEqual([`2:27 ${DEEP}`]);
  });

  test("by aliases of aliases ends in an answer", () => {
    const lines = Array.from({ length: 250 }, (_, index) => nested(45, `a${index + 1}`, `*a${index}`));
    expect(read(`- &a0 1\n${lines.join("")}`)).toMatchObject({
      document: undefined,
      problems: [`3:52 ${DEEP}`],
    });
  });
});

describe("time grows with the file alone", () => {
  // Looking each alias up among all anchors and aliases before it takes minutes.
  test("100,000 aliases", () => {
    const text = `a: &a 1\nb: [${"*a,".repeat(100_000)}]\n`;
    expect(processorSeconds(() => expect(read(text).problems).toEqual([]))).toBeLessThan(15);
  });

  // Merging once more what each merged mapping merges takes over ten seconds.
  test("a chain of 800 mappings that merge the one before", () => {
    const keys = Array.from({ length: 700 }, (_, index) => `k${index}: 1`).join(", ");
    const links = Array.from({ length: 800 }, (_, index) => `- &a${index + 1} {<<: *a${index}}\n`).join("");
    const text = `- &a0 {${keys}}\n${links}`;
    expect(processorSeconds(() => expect(read(text).problems).toEqual([]))).toBeLessThan(10);
  });

  // Going through the keys for each place takes a minute.
  test("the places of 100,000 keys", () => {
    const { document } = read(Array.from({ length: 100_000 }, (_, index) => `k${index}: 1\n`).join(""));
    const locate = () => {
      for (let index = 0; index < 100_000; index += 1) {
        document?.locate([`k${index}`], "key");
      }
    };
    expect(processorSeconds(locate)).toBeLessThan(15);
  });
});
