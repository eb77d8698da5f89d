import { renderStacks } from "../../src/terraform/render";
import { accessOf } from "../support/synthesize";

const ACCOUNTS = `
source:
  account_id: "111111111111"
  pmm_ec2_role_name: pmm-ec2-role
  admin_role_name: dba/deployer
accounts:
  - name: orders-prod
    account_id: "222222222222"
    admin_role_name: deployer
  - name: own
    account_id: "111111111111"
  - name: gone
    account_id: "033333333333"
    admin_role_name: deployer
    lifecycle: closed
`;

/** Each provider's alias and the role that it assumes, and the rest of the file. */
async function rendered(adminRole?: string, accounts = ACCOUNTS) {
  const files = await renderStacks(accessOf(accounts), {
    format: "json",
    rootFromStack: "../../..",
    adminRole,
  });
  const text = files.get("stacks/pmm-iam/cdk.tf.json");
  const { provider, ...rest } = JSON.parse(String(text));
  const roles = provider.aws.map(
    ({ alias, assume_role }: { alias?: string; assume_role?: { role_arn: string }[] }) => [
      alias,
      assume_role?.[0]?.role_arn,
    ],
  );
  return { roles: Object.fromEntries(roles), rest };
}

test("another role is assumed in place of each admin role, and nothing else differs", async () => {
  const [own, reader] = [await rendered(), await rendered("pmm-iam-reader")];
  expect(own.roles).toMatchObject({
    undefined: "arn:aws:iam::111111111111:role/dba/deployer",
    orders_prod: "arn:aws:iam::222222222222:role/deployer",
  });
  expect(reader.roles).toEqual({
    ...own.roles,
    undefined: "arn:aws:iam::111111111111:role/pmm-iam-reader",
    orders_prod: "arn:aws:iam::222222222222:role/pmm-iam-reader",
    own: "arn:aws:iam::111111111111:role/pmm-iam-reader",
  });
  expect(reader.rest).toEqual(own.rest);
});

test("where Terraform's own credentials work, they still do", async () => {
  const { roles } = await rendered(
    "pmm-iam-reader",
    ACCOUNTS.replace("  admin_role_name: dba/deployer\n", ""),
  );
  expect(roles).toMatchObject({
    undefined: undefined,
    own: undefined,
    orders_prod: "arn:aws:iam::222222222222:role/pmm-iam-reader",
  });
});
