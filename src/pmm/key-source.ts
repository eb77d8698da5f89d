import type { AccessModel } from "../access/model";
import { roleArn } from "../aws/arns";
import type { AwsSession } from "../aws-calls";
import { InputError } from "../changes/input-error";
import type { KeySource } from "./keys";

/**
 * Reads keys from AWS as Terraform does: with the credentials that are here, and in each account with the role that
 * Terraform assumes there. The source account's own credentials, such as the PMM instance's, read a secret themselves if
 * they may.
 *
 * @param adminRole What replaces the accounts' admin_role_name, as for Terraform.
 */
export async function awsKeySource(
  { deployment }: AccessModel,
  adminRole: string | undefined,
): Promise<KeySource> {
  const aws = await import("../aws-calls/index.ts");
  const { partition, source, accounts } = deployment;
  const own = aws.ownSession(source.region);
  const assumed = new Map<string, AwsSession>();
  let caller: Promise<string> | undefined;
  const isOwn = async (accountId: string): Promise<boolean> => {
    caller ??= aws.callerIdentity(own).then((identity) => identity.accountId);
    return (await caller) === accountId;
  };
  const inAccount = async (accountId: string, roleName: string | undefined): Promise<AwsSession> => {
    if (roleName !== undefined) {
      const arn = roleArn(partition, accountId, adminRole ?? roleName);
      const session = assumed.get(arn) ?? aws.assumeRole(own, { roleArn: arn });
      assumed.set(arn, session);
      return session;
    }
    // In another account, a user or a secret of the same name would be taken for this one.
    if (!(await isOwn(accountId))) {
      throw new InputError(
        `the AWS credentials here are of account ${await caller}, and accounts.yaml names no role to assume in ${accountId}; expected credentials of ${accountId}: AWS_PROFILE`,
        "rotation",
      );
    }
    return own;
  };
  return {
    reasonOf: aws.reasonOf,
    accessKeys: async (accountId, userName) => {
      const account = accounts.find((candidate) => candidate.accountId === accountId);
      return aws.accessKeys(await inAccount(accountId, account?.adminRoleName), userName);
    },
    secretText: async ({ accountId, region, name }, stage) => {
      const read = async (session: AwsSession) => aws.secretText(aws.inRegion(session, region), name, stage);
      const asTerraform = async () => read(await inAccount(accountId, source.adminRoleName));
      if (source.adminRoleName === undefined || !(await isOwn(accountId))) {
        return asTerraform();
      }
      try {
        return await read(own);
      } catch (cause) {
        if (aws.reasonOf(cause).kind === "denied") {
          return asTerraform();
        }
        throw cause;
      }
    },
  };
}
