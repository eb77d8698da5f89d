import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import type { Account, Deployment, Tags } from "../accounts/model";
import { roleArn } from "../aws/arns";
import { SESSION_NAME } from "../aws/names";
import type { Partition } from "../aws/partitions";
import { closedProvider } from "./closed-provider";
import { LiteralProvider } from "./literal-provider";

/**
 * The provider of the source account, which every stack has as its default. `adminRole` replaces the role that
 * it assumes, where it assumes one.
 */
export function sourceProvider(
  scope: Construct,
  { partition, source }: Deployment,
  adminRole?: string,
): AwsProvider {
  return provider(new Construct(scope, "default-provider"), { partition, ...working(source, adminRole) });
}

/** The provider of one account, under its alias. `adminRole` replaces the role that it assumes. */
export function accountProvider(
  scope: Construct,
  account: Account,
  { partition }: Deployment,
  adminRole?: string,
): AwsProvider {
  return account.lifecycle === "closed"
    ? closedProvider(scope, account)
    : provider(scope, { partition, ...working(account, adminRole) });
}

/** An account in which another role works. Where Terraform's own credentials work, they still do. */
function working<Of extends Pick<ProviderProps, "adminRoleName">>(account: Of, adminRole?: string): Of {
  return adminRole === undefined || account.adminRoleName === undefined
    ? account
    : { ...account, adminRoleName: adminRole };
}

interface ProviderProps {
  readonly partition: Partition;
  readonly accountId: string;
  readonly region: string;
  readonly adminRoleName: string | undefined;
  readonly tags: Tags;
  readonly alias?: string;
}

/**
 * Starts from Terraform's own credentials and refuses to act in any other account. Without an admin role
 * those credentials are the account's already.
 */
function provider(scope: Construct, props: ProviderProps): AwsProvider {
  const { partition, accountId, region, adminRoleName, tags, alias } = props;
  // Not the alias alone: constructs has no child called "constructor".
  return new LiteralProvider(scope, `provider-${alias ?? "aws"}`, {
    region,
    allowedAccountIds: [accountId],
    defaultTags: [{ tags: { ...tags } }],
    ...(alias === undefined ? {} : { alias }),
    ...(adminRoleName === undefined
      ? {}
      : {
          assumeRole: [{ roleArn: roleArn(partition, accountId, adminRoleName), sessionName: SESSION_NAME }],
        }),
  });
}
