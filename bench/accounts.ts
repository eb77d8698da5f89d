export interface AccountsOptions {
  /** How many groups the accounts are spread over; 0: none has one. */
  readonly groups?: number;
  /** A stack for each account, and no groups. */
  readonly stacks?: "per_account";
  /** Whether each has Aurora and one Teleport database besides the monitoring role. */
  readonly databases?: boolean;
}

/** An accounts.yaml with this many accounts. */
export function manyAccounts(
  count: number,
  { groups = 0, stacks, databases = true }: AccountsOptions = {},
): string {
  const accounts = Array.from({ length: count }, (_, index) => {
    const number = String(index).padStart(5, "0");
    const group = groups === 0 ? "" : `    group: group-${index % groups}\n`;
    return `  - name: account-${number}
    account_id: "2000000${number}"
${group}${databases ? databaseKeys(number) : ""}`;
  });
  const spread = stacks === undefined ? "" : `stacks: ${stacks}\n`;
  return `${spread}source:
  account_id: "111111111111"
  pmm_ec2_role_name: pmm-ec2-role
  assume_policy: organization
  organization_id: o-exampleorgid
defaults:
  admin_role_name: pmm-iam-deployer
  tags: {team: dba}
teleport:
  role_name: teleport-db-service
  proxy_address: teleport.example.com:443
accounts:
${accounts.join("")}`;
}

function databaseKeys(number: string): string {
  return `    aurora: true
    teleport:
      databases:
        - name: database-${number}
          engine: aurora-postgresql
          resource_id: cluster-ABCDEFGHIJKL${number}
          endpoint: database-${number}.cluster-abc.us-east-1.rds.amazonaws.com:5432
          db_users: [alice]
`;
}
