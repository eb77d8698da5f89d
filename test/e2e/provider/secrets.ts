import { randomUUID } from "node:crypto";
import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import type { Aws } from "./aws";
import { differs, found, halves, nameOf, optional, setName, tagList, tagMap } from "./drafts";
import type { ResourceType } from "./types";
import { required, type State, text, texts } from "./values";

/* As in the provider's internal/service/secretsmanager. */

function client(aws: Aws, state: State): SecretsManagerClient {
  return aws.secrets(text(state, "region") ?? aws.region);
}

/** Import ids may end in @region, the region of the object where it is not its provider's. */
function imported(aws: Aws, id: string): { id: string; region: string } {
  const [, bare = id, region] = /^(.*)@([a-z]{2}[a-z-]*-\d)$/.exec(id) ?? [];
  return { id: bare, region: region ?? aws.region };
}

const secret: ResourceType = {
  replace: ["name", "name_prefix", "region"],
  defaults: { recovery_window_in_days: 30, force_overwrite_replica_secret: false },
  documents: ["policy"],
  tagging: {
    tag: (aws, state, Tags) =>
      client(aws, state).send(new TagResourceCommand({ SecretId: required(state, "id"), Tags })),
    untag: (aws, state, TagKeys) =>
      client(aws, state).send(new UntagResourceCommand({ SecretId: required(state, "id"), TagKeys })),
  },
  problems(config) {
    const days = config["recovery_window_in_days"];
    const wrong = typeof days === "number" && days !== 0 && (days < 7 || days > 30);
    return wrong ? [`expected recovery_window_in_days to be 0 or in the range (7 - 30), got ${days}`] : [];
  },
  async create(aws, draft) {
    const made = await client(aws, draft).send(
      new CreateSecretCommand({
        ClientRequestToken: randomUUID(),
        Name: nameOf(draft),
        Description: text(draft, "description") ?? "",
        ...optional("KmsKeyId", text(draft, "kms_key_id")),
        ...tagList(draft),
      }),
    );
    draft["id"] = made.ARN ?? null;
    if (text(draft, "policy") !== undefined) await putPolicy(aws, draft);
  },
  created: describe,
  async read(aws, draft) {
    const SecretId = required(draft, "id");
    const is = await found(describe(aws, draft));
    if (is === undefined || is.DeletedDate !== undefined) return false;
    const { ResourcePolicy } = await client(aws, draft).send(new GetResourcePolicyCommand({ SecretId }));
    setName(draft, is.Name);
    Object.assign(draft, {
      arn: is.ARN,
      description: is.Description ?? "",
      kms_key_id: is.KmsKeyId ?? "",
      policy: ResourcePolicy ?? "",
      replica: [],
      tags_all: tagMap(is.Tags),
    });
    return true;
  },
  async update(aws, draft, prior) {
    const SecretId = required(draft, "id");
    if (differs(draft, prior, "description") || differs(draft, prior, "kms_key_id")) {
      const Description = text(draft, "description") ?? "";
      const key = optional("KmsKeyId", text(draft, "kms_key_id"));
      await client(aws, draft).send(
        new UpdateSecretCommand({ ClientRequestToken: randomUUID(), SecretId, Description, ...key }),
      );
    }
    if (!differs(draft, prior, "policy")) return;
    if (text(draft, "policy") === undefined)
      await client(aws, draft).send(new DeleteResourcePolicyCommand({ SecretId }));
    else await putPolicy(aws, draft);
  },
  async delete(aws, state) {
    const days = Number(state["recovery_window_in_days"] ?? 30);
    const when = days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days };
    await found(
      client(aws, state).send(new DeleteSecretCommand({ SecretId: required(state, "id"), ...when })),
    );
    await found(describe(aws, state));
  },
  import: (aws, id) => imported(aws, id),
};

function describe(aws: Aws, state: State) {
  return client(aws, state).send(new DescribeSecretCommand({ SecretId: required(state, "id") }));
}

async function putPolicy(aws: Aws, state: State): Promise<void> {
  const block = state["block_public_policy"];
  await client(aws, state).send(
    new PutResourcePolicyCommand({
      SecretId: text(state, "secret_arn") ?? required(state, "id"),
      ResourcePolicy: required(state, "policy"),
      ...(typeof block === "boolean" ? { BlockPublicPolicy: block } : {}),
    }),
  );
}

function policyOf(aws: Aws, state: State) {
  return client(aws, state).send(new GetResourcePolicyCommand({ SecretId: required(state, "id") }));
}

const secretPolicy: ResourceType = {
  replace: ["secret_arn", "region"],
  documents: ["policy"],
  async create(aws, draft) {
    await putPolicy(aws, draft);
    draft["id"] = required(draft, "secret_arn");
  },
  created: policyOf,
  async read(aws, draft) {
    const SecretId = required(draft, "id");
    const is = await found(policyOf(aws, draft));
    if (is === undefined) return false;
    Object.assign(draft, { policy: is.ResourcePolicy ?? "", secret_arn: SecretId });
    return true;
  },
  update: (aws, draft) => putPolicy(aws, draft),
  async delete(aws, state) {
    await found(
      client(aws, state).send(new DeleteResourcePolicyCommand({ SecretId: required(state, "id") })),
    );
    await found(policyOf(aws, state));
  },
  import: (aws, id) => imported(aws, id),
};

const CURRENT = "AWSCURRENT";

const secretVersion: ResourceType = {
  // A version is never written again: another value, or another secret_string_wo_version, is another version.
  replace: ["secret_id", "secret_string", "secret_binary", "secret_string_wo_version", "region"],
  // As 6.45.0 to 6.49 do (github.com/hashicorp/terraform-provider-aws/pull/48318).
  awaits: (attribute) =>
    process.env.STANDIN_SECRET_VERSION === "6.45" && attribute === "secret_string_wo_version",
  problems(config) {
    const given = ["secret_string", "secret_binary", "secret_string_wo"].filter(
      (name) => config[name] !== null,
    );
    const found: string[] = [];
    if (given.length > 1) found.push(`"${given[0]}": conflicts with ${given[1]}`);
    if ((config["secret_string_wo"] === null) !== (config["secret_string_wo_version"] === null)) {
      found.push('"secret_string_wo": all of `secret_string_wo,secret_string_wo_version` must be specified');
    }
    return found;
  },
  async create(aws, draft, config) {
    const SecretId = required(draft, "secret_id");
    // The write-only value is in the configuration and nowhere else.
    const value = text(config, "secret_string_wo") ?? text(draft, "secret_string");
    const binary = text(draft, "secret_binary");
    const stages = texts(draft["version_stages"]);
    const made = await client(aws, draft).send(
      new PutSecretValueCommand({
        SecretId,
        ClientRequestToken: randomUUID(),
        ...optional("SecretString", value),
        ...(binary === undefined ? {} : { SecretBinary: Buffer.from(binary, "base64") }),
        ...(stages.length === 0 ? {} : { VersionStages: stages }),
      }),
    );
    draft["id"] = `${SecretId}|${made.VersionId}`;
    draft["has_secret_string_wo"] = text(config, "secret_string_wo") !== undefined ? true : null;
  },
  created: value,
  async read(aws, draft) {
    const [SecretId] = halves(required(draft, "id"), "|", "SecretID|VersionID");
    const is = await found(value(aws, draft));
    if (is === undefined) return false;
    Object.assign(draft, {
      arn: is.ARN,
      secret_id: SecretId,
      version_id: is.VersionId,
      version_stages: is.VersionStages ?? [],
      secret_string: draft["has_secret_string_wo"] === true ? "" : (is.SecretString ?? ""),
      secret_binary: is.SecretBinary === undefined ? "" : Buffer.from(is.SecretBinary).toString("base64"),
    });
    return true;
  },
  async update(aws, draft, prior) {
    const [SecretId, VersionId] = halves(required(draft, "id"), "|", "SecretID|VersionID");
    const [before, after] = [texts(prior["version_stages"]), texts(draft["version_stages"])];
    for (const VersionStage of after.filter((stage) => !before.includes(stage))) {
      const holder = VersionStage === CURRENT ? await holderOf(aws, draft, SecretId, CURRENT) : undefined;
      const from = optional("RemoveFromVersionId", holder);
      await client(aws, draft).send(
        new UpdateSecretVersionStageCommand({ SecretId, VersionStage, MoveToVersionId: VersionId, ...from }),
      );
    }
    await unstage(
      aws,
      draft,
      before.filter((stage) => !after.includes(stage)),
    );
  },
  async delete(aws, state) {
    await unstage(aws, state, texts(state["version_stages"]));
    await found(value(aws, state));
  },
  import(aws, id) {
    const { id: bare, region } = imported(aws, id);
    const [SecretId, VersionId] = halves(bare, "|", "SecretID|VersionID");
    return { id: bare, region, secret_id: SecretId, version_id: VersionId };
  },
};

function value(aws: Aws, state: State) {
  const [SecretId, VersionId] = halves(required(state, "id"), "|", "SecretID|VersionID");
  return client(aws, state).send(new GetSecretValueCommand({ SecretId, VersionId }));
}

async function holderOf(
  aws: Aws,
  state: State,
  SecretId: string,
  stage: string,
): Promise<string | undefined> {
  const { Versions } = await client(aws, state).send(new ListSecretVersionIdsCommand({ SecretId }));
  return Versions?.find(({ VersionStages }) => VersionStages?.includes(stage))?.VersionId;
}

/** Takes stages from a version; AWSCURRENT can only move, so the last value stays readable until the next is put. */
async function unstage(aws: Aws, state: State, stages: readonly string[]): Promise<void> {
  const [SecretId, RemoveFromVersionId] = halves(required(state, "id"), "|", "SecretID|VersionID");
  for (const VersionStage of stages.filter((stage) => stage !== CURRENT)) {
    await found(
      client(aws, state).send(
        new UpdateSecretVersionStageCommand({ SecretId, VersionStage, RemoveFromVersionId }),
      ),
    );
  }
}

/** The Secrets Manager resource types. */
export const SECRETS: Readonly<Record<string, ResourceType>> = {
  aws_secretsmanager_secret: secret,
  aws_secretsmanager_secret_policy: secretPolicy,
  aws_secretsmanager_secret_version: secretVersion,
};
