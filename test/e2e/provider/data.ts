import { GetUserCommand, ListAccessKeysCommand, ListUsersCommand, type User } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Aws } from "./aws";
import { optional, tagMap, time } from "./drafts";
import type { DataSource } from "./types";
import { required, text } from "./values";

const partition: DataSource = async ({ partition: { name, dnsSuffix } }) => ({
  id: name,
  partition: name,
  dns_suffix: dnsSuffix,
  reverse_dns_prefix: dnsSuffix.split(".").reverse().join("."),
});

const callerIdentity: DataSource = async (aws) => {
  const is = await aws.sts.send(new GetCallerIdentityCommand({}));
  return {
    id: is.Account ?? null,
    account_id: is.Account ?? null,
    arn: is.Arn ?? null,
    user_id: is.UserId ?? null,
  };
};

const users: DataSource = async (aws, config) => {
  const pattern = new RegExp(text(config, "name_regex") ?? "");
  const all = await listUsers(aws, text(config, "path_prefix"));
  const matching = all.filter(({ UserName }) => pattern.test(UserName ?? ""));
  return {
    id: aws.region,
    names: matching.map(({ UserName }) => UserName ?? null),
    arns: matching.map(({ Arn }) => Arn ?? null),
  };
};

async function listUsers(aws: Aws, prefix: string | undefined): Promise<User[]> {
  const all: User[] = [];
  let marker: string | undefined;
  do {
    const page = await aws.iam.send(
      new ListUsersCommand({ ...optional("PathPrefix", prefix), ...optional("Marker", marker) }),
    );
    all.push(...(page.Users ?? []));
    marker = page.Marker;
  } while (marker !== undefined);
  return all;
}

const user: DataSource = async (aws, config) => {
  const { User: is } = await aws.iam.send(new GetUserCommand({ UserName: required(config, "user_name") }));
  return {
    id: is?.UserId ?? null,
    user_id: is?.UserId ?? null,
    arn: is?.Arn ?? null,
    path: is?.Path ?? null,
    permissions_boundary: is?.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
    tags: tagMap(is?.Tags),
  };
};

const accessKeys: DataSource = async (aws, config) => {
  const UserName = required(config, "user");
  const { AccessKeyMetadata = [] } = await aws.iam.send(new ListAccessKeysCommand({ UserName }));
  return {
    id: UserName,
    access_keys: AccessKeyMetadata.map(({ AccessKeyId, CreateDate, Status }) => ({
      access_key_id: AccessKeyId ?? null,
      create_date: time(CreateDate),
      status: Status ?? null,
    })),
  };
};

/** The data sources of aws-6.25.0.json. */
export const DATA_SOURCES: Readonly<Record<string, DataSource>> = {
  aws_partition: partition,
  aws_caller_identity: callerIdentity,
  aws_iam_users: users,
  aws_iam_user: user,
  aws_iam_access_keys: accessKeys,
};
