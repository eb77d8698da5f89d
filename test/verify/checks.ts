import type { AccessBy, PlannedCheck, Reader, VerifyPlan } from "../../src/verify/plan";

/** Checks of one account, written by hand. */

export const PMM_ROLE = "arn:aws:iam::111111111111:role/pmm-ec2-role";

export const byKey = {
  kind: "key",
  user: "arn:aws:iam::222222222222:user/PMMAWSIntegrationUser",
  generation: 1,
  secret: {
    name: "pmm/aurora/orders-prod",
    region: "us-east-1",
    isReadByPmmRole: true,
    heldKeyAddress: "module.aurora_user_orders_prod.module.key.aws_secretsmanager_secret_version.key",
  },
  allowedSources: { ips: [], vpcs: [] },
  boundary: undefined,
} as const satisfies AccessBy;

export const byRole = {
  kind: "role",
  role: "arn:aws:iam::222222222222:role/AmazonRDSforPMMrole",
  externalId: undefined,
  trusted: [PMM_ROLE],
  permissions: "standard",
  boundary: undefined,
} as const satisfies AccessBy;

export function checkOf(reader: Reader, by: AccessBy): PlannedCheck {
  return {
    reader,
    account: "orders-prod",
    accountId: "222222222222",
    stack: "pmm-iam",
    regions: ["us-east-1"],
    by,
  };
}

export function planOf(...checks: readonly PlannedCheck[]): VerifyPlan {
  return {
    deployment: "pmm-iam",
    partition: "aws",
    source: { accountId: "111111111111", region: "us-east-1" },
    pmmRole: { arn: PMM_ROLE, instanceProfile: undefined, boundary: undefined },
    teleportRole: undefined,
    checks,
  };
}
