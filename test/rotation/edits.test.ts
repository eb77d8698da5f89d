import { afterStep, fileOf } from "./planned";

/** The lines of the entry after a step. */
function entryAfter(step: "raise" | "finish" | "revoke", ...entry: readonly string[]): string[] {
  const after = afterStep(fileOf(...entry), step, ["orders"]).split("\n");
  expect(after.slice(0, 5).join("\n")).toBe(fileOf().trimEnd());
  return after.slice(5, -1).map((line) => line.slice(4));
}

test.each([
  ["a switch", ["aurora: true # the user"], ["aurora: {key_generation: 2, previous_key: active} # the user"]],
  ["a switch in other letters", ["aurora: TRUE"], ["aurora: {key_generation: 2, previous_key: active}"]],
  [
    "a switch with an anchor",
    ["aurora: &on true"],
    ["aurora: &on {key_generation: 2, previous_key: active}"],
  ],
  ["a key in quotes", ['"aurora":   true'], ['"aurora":   {key_generation: 2, previous_key: active}']],
  ["an empty mapping", ["aurora: {}"], ["aurora: {key_generation: 2, previous_key: active}"]],
  ["an empty mapping with a space", ["aurora: { }"], ["aurora: { key_generation: 2, previous_key: active }"]],
  [
    "an empty mapping with a comment",
    ["aurora: { # none", "}"],
    ["aurora: { key_generation: 2, previous_key: active # none", "}"],
  ],
  [
    "flow style without the keys",
    ["aurora: {allowed_source_ips: [198.51.100.7/32]}"],
    ["aurora: {key_generation: 2, previous_key: active, allowed_source_ips: [198.51.100.7/32]}"],
  ],
  [
    "block style without the keys",
    ["aurora:  # a", "    # of the office", "    allowed_source_ips: [198.51.100.7/32] # b"],
    [
      "aurora:  # a",
      "    key_generation: 2",
      "    previous_key: active",
      "    # of the office",
      "    allowed_source_ips: [198.51.100.7/32] # b",
    ],
  ],
  [
    "block style behind an anchor on a line of its own",
    ["aurora:", "  &user", "  allowed_source_ips: [198.51.100.7/32]"],
    [
      "aurora:",
      "  &user",
      "  key_generation: 2",
      "  previous_key: active",
      "  allowed_source_ips: [198.51.100.7/32]",
    ],
  ],
  [
    "an explicit key",
    ["? aurora", ": allowed_source_ips: [198.51.100.7/32]"],
    ["? aurora", ": key_generation: 2", "  previous_key: active", "  allowed_source_ips: [198.51.100.7/32]"],
  ],
  [
    "previous_key alone",
    ["aurora: {previous_key: active}"],
    ["aurora: {key_generation: 2, previous_key: active}"],
  ],
  ["the generation alone", ["aurora: {key_generation: 1}"], ["aurora: {key_generation: 2}"]],
  ["a number in another form", ["aurora: {key_generation: 0x1}"], ["aurora: {key_generation: 2}"]],
  ["a number with a tag", ["aurora: {key_generation: !!int 1}"], ["aurora: {key_generation: !!int 2}"]],
  [
    "both keys",
    ["aurora:", "  previous_key: deleted # last time", "  key_generation:   9"],
    ["aurora:", "  previous_key: active # last time", "  key_generation:   10"],
  ],
  [
    "quotes",
    ["aurora: {key_generation: 3, previous_key: 'deleted'}"],
    ["aurora: {key_generation: 4, previous_key: 'active'}"],
  ],
])("raise: %s", (_, before, after) => {
  expect(entryAfter("raise", ...before)).toEqual(after);
});

test.each([
  ["flow style", ["aurora: {key_generation: 2}"], ["aurora: {key_generation: 2, previous_key: inactive}"]],
  [
    "flow style on several lines",
    ["aurora: {", "  key_generation: 2   # now", "}"],
    ["aurora: {", "  key_generation: 2, previous_key: inactive   # now", "}"],
  ],
  [
    "block style",
    ["aurora:", "    key_generation: 2 # now", "    allowed_source_ips: []", "tags: {a: b}"],
    [
      "aurora:",
      "    key_generation: 2 # now",
      "    previous_key: inactive",
      "    allowed_source_ips: []",
      "tags: {a: b}",
    ],
  ],
  [
    "a value that is there",
    ['aurora: {previous_key: "active", key_generation: 2}'],
    ['aurora: {previous_key: "inactive", key_generation: 2}'],
  ],
])("finish: %s", (_, before, after) => {
  expect(entryAfter("finish", ...before)).toEqual(after);
});

test("finish: where the last line has no end", () => {
  const text = fileOf("aurora:", "  key_generation: 2");
  expect(afterStep(text.trimEnd(), "finish", ["orders"])).toBe(`${text}      previous_key: inactive`);
  const crlf = text.replaceAll("\n", "\r\n");
  expect(afterStep(crlf.trimEnd(), "finish", ["orders"])).toBe(`${crlf}      previous_key: inactive`);
});

test("revoke", () => {
  expect(entryAfter("revoke", "aurora: {key_generation: 2, previous_key: inactive}")).toEqual([
    "aurora: {key_generation: 2, previous_key: deleted}",
  ]);
});

test("a switch becomes a mapping in the style of the file's first mapping on one line", () => {
  const text = fileOf("aurora: true").replace(/\{(.+)\}/g, "{ $1 }");
  expect(afterStep(text, "raise", ["orders"])).toBe(
    text.replace("aurora: true", "aurora: { key_generation: 2, previous_key: active }"),
  );
});

test("the agent's users", () => {
  const text = fileOf(
    "cloudwatch_agent:",
    "  on_premises_server_user: true",
    "  on_premises_admin_user: true",
  );
  expect(afterStep(text, "raise", ["orders"], "on_premises_admin_user")).toBe(
    text.replace("admin_user: true", "admin_user: {key_generation: 2, previous_key: active}"),
  );
});
