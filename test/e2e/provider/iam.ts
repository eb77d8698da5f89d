// More than 300 lines: one table of IAM's resource types, each with its calls.
import {
  AddRoleToInstanceProfileCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteInstanceProfileCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  GetAccessKeyLastUsedCommand,
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetUserCommand,
  ListGroupsForUserCommand,
  ListInstanceProfilesForRoleCommand,
  ListPolicyVersionsCommand,
  PutRolePermissionsBoundaryCommand,
  PutUserPermissionsBoundaryCommand,
  RemoveRoleFromInstanceProfileCommand,
  RemoveUserFromGroupCommand,
  TagInstanceProfileCommand,
  TagPolicyCommand,
  TagRoleCommand,
  TagUserCommand,
  UntagInstanceProfileCommand,
  UntagPolicyCommand,
  UntagRoleCommand,
  UntagUserCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import type { Aws } from "./aws";
import { differs, found, nameOf, optional, setName, tagList, tagMap, time } from "./drafts";
import { keysOf, strip } from "./force-destroy";
import { attached, attachment, exclusive, inline, inlinePolicy, policies, ROLE, USER } from "./grants";
import { sesPassword } from "./ses";
import type { ResourceType } from "./types";
import { isEmpty, required, type State, text } from "./values";

/*
 * Which attributes need a new object, the calls and their order, and the import
 * ids are those of the provider's internal/service/iam, one file for each type.
 * Left out: its waits for AWS to become consistent, which here it always is.
 */

const role: ResourceType = {
  replace: ["name", "name_prefix", "path"],
  defaults: { path: "/", force_detach_policies: false, max_session_duration: 3600 },
  documents: ["assume_role_policy"],
  tagging: {
    tag: (aws, state, Tags) => aws.iam.send(new TagRoleCommand({ RoleName: required(state, "id"), Tags })),
    untag: (aws, state, TagKeys) =>
      aws.iam.send(new UntagRoleCommand({ RoleName: required(state, "id"), TagKeys })),
  },
  async create(aws, draft) {
    const RoleName = nameOf(draft);
    await aws.iam.send(
      new CreateRoleCommand({
        RoleName,
        Path: required(draft, "path"),
        AssumeRolePolicyDocument: required(draft, "assume_role_policy"),
        MaxSessionDuration: Number(draft["max_session_duration"]),
        ...optional("Description", text(draft, "description")),
        ...optional("PermissionsBoundary", text(draft, "permissions_boundary")),
        ...tagList(draft),
      }),
    );
    draft["id"] = RoleName;
  },
  async read(aws, draft) {
    const RoleName = required(draft, "id");
    const is = (await found(aws.iam.send(new GetRoleCommand({ RoleName }))))?.Role;
    if (is === undefined) return false;
    setName(draft, is.RoleName);
    const names = await policies(aws, ROLE, RoleName);
    const documents = await Promise.all(
      names.map(async (name) => ({ name, policy: (await inline(aws, ROLE, RoleName, name)) ?? null })),
    );
    Object.assign(draft, {
      arn: is.Arn,
      create_date: time(is.CreateDate),
      description: is.Description ?? "",
      max_session_duration: is.MaxSessionDuration ?? 3600,
      path: is.Path,
      permissions_boundary: is.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
      unique_id: is.RoleId,
      assume_role_policy: decodeURIComponent(is.AssumeRolePolicyDocument ?? ""),
      inline_policy: documents,
      managed_policy_arns: await attached(aws, ROLE, RoleName),
      tags_all: tagMap(is.Tags),
    });
    return true;
  },
  async update(aws, draft, prior) {
    const RoleName = required(draft, "id");
    if (differs(draft, prior, "assume_role_policy")) {
      const PolicyDocument = required(draft, "assume_role_policy");
      await aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    }
    if (differs(draft, prior, "description")) {
      const Description = text(draft, "description") ?? "";
      await aws.iam.send(new UpdateRoleDescriptionCommand({ RoleName, Description }));
    }
    if (differs(draft, prior, "max_session_duration")) {
      const MaxSessionDuration = Number(draft["max_session_duration"]);
      await aws.iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration }));
    }
    if (differs(draft, prior, "permissions_boundary")) {
      const PermissionsBoundary = text(draft, "permissions_boundary");
      if (PermissionsBoundary === undefined)
        await aws.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
      else await aws.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
    }
  },
  async delete(aws, state) {
    const RoleName = required(state, "id");
    const forced = state["force_detach_policies"] === true;
    const profiles = await found(aws.iam.send(new ListInstanceProfilesForRoleCommand({ RoleName })));
    for (const { InstanceProfileName } of profiles?.InstanceProfiles ?? []) {
      await found(aws.iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName })));
    }
    if (forced || !isEmpty(state["managed_policy_arns"])) {
      for (const arn of (await found(attached(aws, ROLE, RoleName))) ?? [])
        await found(ROLE.detach(aws, RoleName, arn));
    }
    if (forced || !isEmpty(state["inline_policy"])) {
      for (const name of (await found(policies(aws, ROLE, RoleName))) ?? [])
        await found(ROLE.drop(aws, RoleName, name));
    }
    await found(aws.iam.send(new DeleteRoleCommand({ RoleName })));
  },
  import: (_, id) => ({ id, force_detach_policies: false }),
};

const user: ResourceType = {
  // A new name or path is a call to UpdateUser, not a new user.
  replace: [],
  defaults: { path: "/", force_destroy: false },
  tagging: {
    tag: (aws, state, Tags) => aws.iam.send(new TagUserCommand({ UserName: required(state, "id"), Tags })),
    untag: (aws, state, TagKeys) =>
      aws.iam.send(new UntagUserCommand({ UserName: required(state, "id"), TagKeys })),
  },
  async create(aws, draft) {
    const UserName = required(draft, "name");
    await aws.iam.send(
      new CreateUserCommand({
        UserName,
        Path: required(draft, "path"),
        ...optional("PermissionsBoundary", text(draft, "permissions_boundary")),
        ...tagList(draft),
      }),
    );
    draft["id"] = UserName;
  },
  async read(aws, draft) {
    const is = (await found(aws.iam.send(new GetUserCommand({ UserName: required(draft, "id") }))))?.User;
    if (is === undefined) return false;
    Object.assign(draft, {
      arn: is.Arn,
      name: is.UserName,
      path: is.Path,
      permissions_boundary: is.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
      unique_id: is.UserId,
      tags_all: tagMap(is.Tags),
    });
    return true;
  },
  async update(aws, draft, prior) {
    const UserName = required(draft, "name");
    if (differs(draft, prior, "name") || differs(draft, prior, "path")) {
      const NewPath = required(draft, "path");
      await aws.iam.send(
        new UpdateUserCommand({ UserName: required(prior, "name"), NewUserName: UserName, NewPath }),
      );
      draft["id"] = UserName;
    }
    if (differs(draft, prior, "permissions_boundary")) {
      const PermissionsBoundary = text(draft, "permissions_boundary");
      if (PermissionsBoundary === undefined)
        await aws.iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }));
      else await aws.iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
    }
  },
  async delete(aws, state) {
    const UserName = required(state, "id");
    const groups = await found(aws.iam.send(new ListGroupsForUserCommand({ UserName })));
    for (const { GroupName } of groups?.Groups ?? [])
      await aws.iam.send(new RemoveUserFromGroupCommand({ GroupName, UserName }));
    if (state["force_destroy"] === true) await strip(aws, UserName);
    await found(aws.iam.send(new DeleteUserCommand({ UserName })));
  },
  import: (_, id) => ({ id }),
};

const accessKey: ResourceType = {
  replace: ["user", "pgp_key"],
  defaults: { status: "Active" },
  createTells: true,
  problems: (config) => [
    ...(["Active", "Inactive", undefined].includes(text(config, "status"))
      ? []
      : ['expected status to be one of ["Active" "Inactive"]']),
    ...(text(config, "pgp_key") === undefined ? [] : ["the stand-in does not know pgp_key"]),
  ],
  async create(aws, draft) {
    const UserName = required(draft, "user");
    const made = (await aws.iam.send(new CreateAccessKeyCommand({ UserName }))).AccessKey;
    Object.assign(draft, {
      id: made?.AccessKeyId,
      create_date: time(made?.CreateDate),
      secret: made?.SecretAccessKey,
      ses_smtp_password_v4: sesPassword(made?.SecretAccessKey ?? "", aws.region),
    });
    if (draft["status"] === "Inactive") await setStatus(aws, draft);
  },
  async read(aws, draft) {
    const is = (await keysOf(aws, required(draft, "user"))).find(
      ({ AccessKeyId }) => AccessKeyId === draft["id"],
    );
    if (is === undefined) return false;
    Object.assign(draft, { create_date: time(is.CreateDate), status: is.Status, user: is.UserName });
    return true;
  },
  async update(aws, draft, prior) {
    if (differs(draft, prior, "status")) await setStatus(aws, draft);
  },
  async delete(aws, state) {
    await found(
      aws.iam.send(
        new DeleteAccessKeyCommand({ UserName: required(state, "user"), AccessKeyId: required(state, "id") }),
      ),
    );
  },
  async import(aws, id) {
    const { UserName } = await aws.iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id }));
    return { id, user: UserName ?? null };
  },
};

async function setStatus(aws: Aws, draft: State): Promise<void> {
  const Status = draft["status"] === "Inactive" ? "Inactive" : "Active";
  await aws.iam.send(
    new UpdateAccessKeyCommand({
      UserName: required(draft, "user"),
      AccessKeyId: required(draft, "id"),
      Status,
    }),
  );
}

const policy: ResourceType = {
  replace: ["name", "name_prefix", "path", "description"],
  defaults: { path: "/" },
  documents: ["policy"],
  tagging: {
    tag: (aws, state, Tags) => aws.iam.send(new TagPolicyCommand({ PolicyArn: required(state, "id"), Tags })),
    untag: (aws, state, TagKeys) =>
      aws.iam.send(new UntagPolicyCommand({ PolicyArn: required(state, "id"), TagKeys })),
  },
  async create(aws, draft) {
    const made = await aws.iam.send(
      new CreatePolicyCommand({
        PolicyName: nameOf(draft),
        Path: required(draft, "path"),
        PolicyDocument: required(draft, "policy"),
        ...optional("Description", text(draft, "description")),
        ...tagList(draft),
      }),
    );
    draft["id"] = made.Policy?.Arn ?? null;
  },
  async read(aws, draft) {
    const PolicyArn = required(draft, "id");
    const is = (await found(aws.iam.send(new GetPolicyCommand({ PolicyArn }))))?.Policy;
    if (is === undefined) return false;
    const { PolicyVersion } = await aws.iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: is.DefaultVersionId }),
    );
    setName(draft, is.PolicyName);
    Object.assign(draft, {
      arn: is.Arn,
      attachment_count: is.AttachmentCount ?? 0,
      description: is.Description ?? "",
      path: is.Path,
      policy_id: is.PolicyId,
      policy: decodeURIComponent(PolicyVersion?.Document ?? ""),
      tags_all: tagMap(is.Tags),
    });
    return true;
  },
  async update(aws, draft, prior) {
    if (!differs(draft, prior, "policy")) return;
    const PolicyArn = required(draft, "id");
    const { Versions = [] } = await aws.iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
    const [oldest] = Versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion).sort(
      (a, b) => Number(a.CreateDate) - Number(b.CreateDate),
    );
    // AWS keeps five versions.
    if (Versions.length >= 5)
      await aws.iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: oldest?.VersionId }));
    const PolicyDocument = required(draft, "policy");
    await aws.iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
  },
  async delete(aws, state) {
    const PolicyArn = required(state, "id");
    const versions = await found(aws.iam.send(new ListPolicyVersionsCommand({ PolicyArn })));
    for (const { VersionId, IsDefaultVersion } of versions?.Versions ?? []) {
      if (!IsDefaultVersion) await aws.iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
    }
    await found(aws.iam.send(new DeletePolicyCommand({ PolicyArn })));
  },
  import: (_, id) => ({ id }),
};

const instanceProfile: ResourceType = {
  replace: ["name", "name_prefix", "path"],
  defaults: { path: "/" },
  tagging: {
    tag: (aws, state, Tags) =>
      aws.iam.send(new TagInstanceProfileCommand({ InstanceProfileName: required(state, "id"), Tags })),
    untag: (aws, state, TagKeys) =>
      aws.iam.send(new UntagInstanceProfileCommand({ InstanceProfileName: required(state, "id"), TagKeys })),
  },
  async create(aws, draft) {
    const InstanceProfileName = nameOf(draft);
    const Path = required(draft, "path");
    await aws.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName, Path, ...tagList(draft) }));
    draft["id"] = InstanceProfileName;
    await profileOf(aws, draft);
    const RoleName = text(draft, "role");
    if (RoleName !== undefined)
      await aws.iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
  },
  created: settledProfile,
  async read(aws, draft) {
    const is = (await found(profileOf(aws, draft)))?.InstanceProfile;
    if (is === undefined) return false;
    const RoleName = is.Roles?.[0]?.RoleName;
    const isGone =
      RoleName !== undefined && (await found(aws.iam.send(new GetRoleCommand({ RoleName })))) === undefined;
    // A role that was deleted past AWS's own checks leaves its name behind.
    if (isGone) await removeRole(aws, { ...draft, role: RoleName });
    setName(draft, is.InstanceProfileName);
    Object.assign(draft, {
      arn: is.Arn,
      create_date: time(is.CreateDate),
      path: is.Path,
      role: isGone ? null : (RoleName ?? null),
      unique_id: is.InstanceProfileId,
      tags_all: tagMap(is.Tags),
    });
    return true;
  },
  async update(aws, draft, prior) {
    if (differs(draft, prior, "role")) {
      const InstanceProfileName = required(draft, "id");
      await removeRole(aws, prior);
      const RoleName = text(draft, "role");
      if (RoleName !== undefined)
        await aws.iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
    }
    await settledProfile(aws, draft);
  },
  async delete(aws, state) {
    await removeRole(aws, state);
    await found(
      aws.iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: required(state, "id") })),
    );
  },
  import: (_, id) => ({ id }),
};

function profileOf(aws: Aws, state: State) {
  return aws.iam.send(new GetInstanceProfileCommand({ InstanceProfileName: required(state, "id") }));
}

/** The provider asks until it was answered the same several times. */
async function settledProfile(aws: Aws, state: State): Promise<void> {
  for (let times = 0; times < 3; times++) await profileOf(aws, state);
}

async function removeRole(aws: Aws, state: State): Promise<void> {
  const RoleName = text(state, "role");
  if (RoleName === undefined) return;
  await found(
    aws.iam.send(
      new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: required(state, "id"), RoleName }),
    ),
  );
}

/** The IAM resource types. */
export const IAM: Readonly<Record<string, ResourceType>> = {
  aws_iam_role: role,
  aws_iam_role_policy: inlinePolicy(ROLE),
  aws_iam_role_policy_attachment: attachment(ROLE),
  aws_iam_role_policies_exclusive: exclusive(ROLE, "policy_names"),
  aws_iam_role_policy_attachments_exclusive: exclusive(ROLE, "policy_arns"),
  aws_iam_user: user,
  aws_iam_user_policy: inlinePolicy(USER),
  aws_iam_user_policy_attachment: attachment(USER),
  aws_iam_user_policies_exclusive: exclusive(USER, "policy_names"),
  aws_iam_user_policy_attachments_exclusive: exclusive(USER, "policy_arns"),
  aws_iam_access_key: accessKey,
  aws_iam_policy: policy,
  aws_iam_instance_profile: instanceProfile,
};
