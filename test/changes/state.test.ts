import { InputError } from "../../src/changes/input-error";
import { parseState } from "../../src/changes/state";

const ROLE = "module.pmm_iam_orders.aws_iam_role.pmm_rds_monitoring";
const KEY = 'module.aurora_user_orders.module.key.aws_iam_access_key.slot["odd"]';

/** As `terraform state pull` prints it. */
const RAW = JSON.stringify({
  version: 4,
  terraform_version: "1.11.4",
  serial: 3,
  lineage: "4d1f",
  outputs: {},
  resources: [
    {
      module: "module.pmm_iam_orders",
      mode: "managed",
      type: "aws_iam_role",
      name: "pmm_rds_monitoring",
      provider: 'provider["registry.terraform.io/hashicorp/aws"].orders',
      instances: [{ schema_version: 0, attributes: { arn: "arn:aws:iam::222222222222:role/A" } }],
    },
    {
      module: "module.aurora_user_orders.module.key",
      mode: "managed",
      type: "aws_iam_access_key",
      name: "slot",
      provider: 'provider["registry.terraform.io/hashicorp/aws"].orders',
      instances: [{ index_key: "odd", attributes: { secret: "very-secret" } }],
    },
    {
      module: "module.aurora_user_orders.module.key",
      mode: "data",
      type: "aws_iam_users",
      name: "existing",
      provider: 'provider["registry.terraform.io/hashicorp/aws"].orders',
      instances: [{ attributes: {} }],
    },
    {
      module: "module.aurora_user_orders.module.key",
      mode: "managed",
      type: "aws_iam_access_key",
      name: "gone",
      provider: 'provider["registry.terraform.io/hashicorp/aws"].orders',
      instances: [],
    },
  ],
});

/** As `terraform show -json` prints it: modules within modules. */
const SHOWN = JSON.stringify({
  format_version: "1.0",
  values: {
    root_module: {
      child_modules: [
        { address: "module.pmm_iam_orders", resources: [{ address: ROLE, mode: "managed" }] },
        {
          address: "module.aurora_user_orders",
          child_modules: [
            {
              address: "module.aurora_user_orders.module.key",
              resources: [
                { address: KEY, mode: "managed", values: { secret: "very-secret" } },
                { address: "module.aurora_user_orders.module.key.data.aws_iam_users.existing", mode: "data" },
              ],
            },
          ],
        },
      ],
    },
  },
});

test("both forms name the same managed objects", () => {
  const inModule = [
    { address: ROLE, module: "pmm_iam_orders" },
    { address: KEY, module: "aurora_user_orders" },
  ];
  expect(parseState(RAW, "a").objects).toEqual(inModule.map((object) => ({ ...object, alias: "orders" })));
  expect(parseState(SHOWN, "a").objects).toEqual(inModule.map((object) => ({ ...object, alias: undefined })));
});

test("an empty state holds nothing", () => {
  expect(parseState('{"format_version":"1.0"}', "a").objects).toEqual([]);
});

test.each([
  [
    "nothing",
    "",
    "the state a.json is empty; expected the output of terraform show -json: did that command fail?",
  ],
  ["text", "very-secret", "the state a.json is not JSON; expected the output of terraform show -json"],
  [
    "other JSON",
    '{"secret": "very-secret"}',
    "the state a.json is no Terraform state; expected the output of terraform show -json without a plan file, or of terraform state pull",
  ],
  [
    "a plan",
    '{"format_version": "1.2", "planned_values": {"secret": "very-secret"}}',
    "the state a.json is a plan, not a state; expected the output of terraform show -json without a plan file, or of terraform state pull",
  ],
  [
    "an old state",
    '{"version": 3, "modules": []}',
    "the state a.json is no Terraform state; expected the output of terraform show -json without a plan file, or of terraform state pull",
  ],
])("%s is refused without a word of it", (_, text, message) => {
  expect(() => parseState(text, "a.json")).toThrow(new InputError(message, "state"));
});

test("modules nested beyond any use are refused, not a crash", () => {
  const text = `{"format_version":"1.0","values":{"root_module":${'{"child_modules":['.repeat(20_000)}${"]}".repeat(20_000)}}}`;
  expect(() => parseState(text, "s.json")).toThrow("the state s.json is nested too deeply to be read");
});
