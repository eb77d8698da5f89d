import { readFileSync } from "node:fs";
import { InputError } from "../../src/changes/input-error";
import { parsePlan } from "../../src/summary/plan/plan";
import { guarded } from "../changes/judged";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

const guard = (stack = "pmm-iam", actions = ["no-op"]) => ({
  address: "terraform_data.deployment",
  mode: "managed",
  type: "terraform_data",
  change: { actions, before: { triggers_replace: stack }, after: { triggers_replace: stack } },
});

const planOf = (changes: object[], rest: object = {}) =>
  JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: { secret: SECRET },
    resource_changes: changes,
    ...rest,
  });

function refusal(text: string, stack = "pmm-iam"): string {
  try {
    parsePlan(text, "plan.json", stack);
  } catch (cause) {
    if (cause instanceof InputError) {
      expect(cause.message).not.toContain(SECRET);
      return cause.message;
    }
    throw cause;
  }
  throw new Error("it was read");
}

const COMMAND =
  "in the stack's folder, terraform plan -out=pmm-iam.tfplan, then terraform show -json pmm-iam.tfplan >plan.json";

test.each([
  ["nothing", " \n", "is empty"],
  ["a plan file itself", "PK\u0003\u0004tfplan", "is a plan file as terraform plan -out writes it"],
  ["a plan that is cut off", planOf([guard()]).slice(0, -9), "is cut off, or is not JSON"],
  ["text", "Plan: 1 to add", "is not JSON"],
  ["the log of a plan", '{"@level":"info"}\n{"@level":"info"}', "is the log of terraform plan -json"],
  ["one line of that log", '{"@level":"info"}', "is the log of terraform plan -json"],
  ["UTF-16", Buffer.from("{}", "utf16le").toString(), "is not UTF-8 text"],
  ["a state", guarded("pmm-iam"), "is a state, not a plan"],
  ["a raw state", `{"version":4,"lineage":"x","resources":[],"x":"${SECRET}"}`, "is a state, not a plan"],
  ["something else", `{"secret":"${SECRET}"}`, "is no Terraform plan"],
  ["a list", "[]", "is no Terraform plan"],
  ["an older format", planOf([guard()], { format_version: "0.2" }), "has an older or unknown format"],
  [
    "a format that does not say what is imported",
    planOf([guard()], { format_version: "1.1" }),
    "has an older or unknown format",
  ],
  ["no format", planOf([guard()], { format_version: undefined }), "has an older or unknown format"],
  [
    "an action that nobody knows",
    planOf([guard("pmm-iam", ["explode"])]),
    "has parts that this version cannot read",
  ],
  [
    "a plan that failed",
    planOf([guard()], { errored: true }),
    "is of a plan that failed, so it does not say all",
  ],
  [
    "a plan of a part",
    planOf([]),
    "does not hold terraform_data.deployment, which says of which stack it is",
  ],
  ["another stack's", planOf([guard("pmm-iam-finance")]), "is of the stack pmm-iam-finance"],
  ["deep nesting", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, "is no"],
])("%s", (_, text, what) => {
  const message = refusal(text);
  expect(message).toMatch(`the plan plan.json of pmm-iam ${what}`);
  expect(message.endsWith(COMMAND)).toBe(true);
});

test("a file's name that a shell would take apart is quoted in the command", () => {
  expect(() => parsePlan("", "a b.json", "pmm-iam")).toThrow("pmm-iam.tfplan >'a b.json'");
});

test("a byte order mark means nothing, and neither does a later format", () => {
  expect(
    parsePlan(`\uFEFF${planOf([guard()], { format_version: "1.12" })}`, "plan.json", "pmm-iam").changes,
  ).toEqual([]);
});

test("of a key, only what is compared is kept", () => {
  const key = {
    id: "AKIAIOSFODNN7EXAMPLE",
    status: "Active",
    secret: SECRET,
    user: "x",
    ses_smtp_password_v4: SECRET,
  };
  const change = { actions: ["no-op"], before: key, after: { ...key, status: 5 } };
  const address = 'module.aurora_user_x.module.key.aws_iam_access_key.slot["odd"]';
  const text = planOf([guard(), { address, mode: "managed", type: "aws_iam_access_key", change }]);
  const { changes } = parsePlan(text, "plan.json", "pmm-iam");
  expect(changes.map(({ before, after }) => [before, after])).toEqual([
    [{ id: "AKIAIOSFODNN7EXAMPLE", status: "Active" }, { id: "AKIAIOSFODNN7EXAMPLE" }],
  ]);
});

test("of all values, those that are read are these", () => {
  const source = readFileSync(require.resolve("../../src/summary/plan/plan"), "utf8");
  const [, body = ""] = /const known = z\.object\(\{(.*?)\}\);/s.exec(source) ?? [];
  expect([...body.matchAll(/^ {2}(\w+): text,$/gm)].map(([, name]) => name)).toEqual([
    "assume_role_policy",
    "permissions_boundary",
    "status",
    "id",
    "input",
    "triggers_replace",
  ]);
});
