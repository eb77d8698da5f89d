import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import type { Account, Deployment, Tags } from "../accounts/model";
import { roleArn } from "../aws/arns";
import { SESSION_NAME } from "../aws/names";
import type { Partition } from "../aws/partitions";
import { closedProvider } from "./closed-provider";
import { LiteralProvider } from "./literal-provider";

/** The provider of the source account, which every stack has as its default. */
export function sourceProvider(scope: Construct, { partition, source }: Deployment): AwsProvider {
  return provider(new Construct(scope, "default-provider"), { partition, ...source });
}

/** The provider of one account, under its alias. */
export function accountProvider(scope: Construct, account: Account, { partition }: Deployment): AwsProvider {
  return account.lifecycle === "closed"
    ? closedProvider(scope, account)
    : provider(scope, { partition, ...account });
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
