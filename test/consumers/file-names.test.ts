import { asFileName, fileNames } from "../../src/consumers/file-names";

const named = (...things: readonly (readonly string[])[]) => [
  ...fileNames(things, (names) => names).values(),
];

test("a name of its own is kept", () => {
  expect(named(["a", "a-1"], ["b", "b-2"])).toEqual(["a", "b"]);
});

test("those that share a name have the next, and no other is touched", () => {
  expect(new Set(named(["a", "a-1"], ["a", "a-2"], ["b", "b-3"]))).toEqual(new Set(["a-1", "a-2", "b"]));
});

test("case alone is no difference", () => {
  expect(named(["Grafana", "Grafana-1"], ["grafana", "grafana-2"])).toEqual(["Grafana-1", "grafana-2"]);
});

test("a next name that another has already is not taken", () => {
  expect(new Set(named(["a", "a-1", "a-1-x"], ["a", "a-2", "a-2-x"], ["a-1", "a-1-3"]))).toEqual(
    new Set(["a-1-x", "a-2", "a-1"]),
  );
});

test("the order changes nothing", () => {
  const things = [
    ["a", "a-1", "x"],
    ["a", "a-2", "y"],
    ["A-1", "z"],
  ] as const;
  const pairs = (order: readonly (readonly string[])[]) =>
    [...fileNames(order, (names) => names)].map(([thing, name]) => `${thing.join()} ${name}`).sort();
  expect(pairs([...things].reverse())).toEqual(pairs(things));
});

test("a last name that another is called by has a number behind it", () => {
  expect(named(["a", "a.1"], ["a", "a.2"], ["a.1"])).toEqual(["a.1", "a.2", "a.1-2"]);
});

test("things that share their last name are an error", () => {
  expect(() => named(["a"], ["a"])).toThrow('two files of a consumer have the last name "a"');
});

test.each([
  ["grafana", "grafana"],
  [".grafana", "-grafana"],
  ["a.tfstate", "a-tfstate"],
  ["A.TFSTATE.b", "A-TFSTATE.b"],
  ["a+b=c,d.e@f-g_h", "a+b=c,d.e@f-g_h"],
])("%s as a file name is %s", (name, expected) => {
  expect(asFileName(name)).toBe(expected);
});
