import { z } from "zod";
import type { Deployment, Tags } from "../accounts/model";
import { type Finding, type Path, warning } from "../accounts/problem";
import { type AccessKey, accessKeyShape } from "../accounts/schema";
import { GENERATION_TAG } from "../aws/names";
import { denyOtherSources, readableBy } from "../aws/policies";
import { allowedSourceIps } from "./allowed-source-ips";
import { perDeployment, type VariableValue, variables } from "./feature";
import { type Handover, outputOf } from "./handover";
import { type Identity, type IdentityPolicy, inlinePolicy, type RotatingKeys } from "./identity";

const FIRST_KEY: AccessKey = z.object(accessKeyShape).parse({});

/** `true` asks for all defaults; `false` and nothing for no user. */
export function accessKeyOf(setting: boolean | AccessKey | undefined): AccessKey | undefined {
  if (setting === true) {
    return FIRST_KEY;
  }
  return setting === false ? undefined : setting;
}

export function accessKeyVariables(key: AccessKey): Readonly<Record<string, VariableValue>> {
  const { ips, vpcs } = sourcesOf(key);
  return variables({
    key_generation: key.key_generation,
    previous_key: key.previous_key,
    allowed_source_ips: ips,
    allowed_source_vpcs: vpcs,
  });
}

export function* accessKeyRules(key: AccessKey, path: Path): Iterable<Finding> {
  if (key.key_generation === 1 && key.previous_key !== "active") {
    yield warning(
      [...path, "previous_key"],
      "previous-key",
      `previous_key ${key.previous_key} has no effect at key_generation 1, which has no key before it; remove it`,
    );
  }
  yield* allowedSourceIps(key.allowed_source_ips, [...path, "allowed_source_ips"]);
}

/** What the modules make of the key: the keys themselves, and the secret in the source account. */
export function rotatingKeys(
  key: AccessKey,
  deployment: Deployment,
  secret: { readonly name: string; readonly address: string },
): RotatingKeys {
  const { source, secrets } = deployment;
  return {
    generation: key.key_generation,
    previous: key.previous_key,
    allowedSources: sourcesOf(key),
    secret: {
      ...secret,
      accountId: source.accountId,
      region: source.region,
      policy: readersPolicy(deployment),
      kmsKeyId: secrets.kmsKeyId,
      tags: source.tags,
    },
  };
}

/** What is handed on of a user with keys: its secret, never the key. The references are outputs of `instance`. */
export function keyHandover(
  { name, arn, keys }: Identity,
  { partition }: Deployment,
  {
    instance,
    outputs,
    to,
    steps,
  }: {
    readonly instance: string;
    readonly outputs: { readonly arn: string; readonly secretArn: string; readonly secretName: string };
    readonly to: string;
    readonly steps: readonly string[];
  },
): Handover[] {
  if (keys === undefined) {
    return [];
  }
  const { generation, secret } = keys;
  const { region, accountId } = secret;
  return [
    {
      to,
      key: ["users", name],
      facts: {
        arn: outputOf(instance, outputs.arn, arn),
        key_generation: { value: generation },
        secret_arn: outputOf(
          instance,
          outputs.secretArn,
          `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${secret.name}`,
        ),
        secret_name: outputOf(instance, outputs.secretName, secret.name),
      },
      steps: [
        `Read the newest key from the secret ${secret.name} in ${accountId}, ${region}. The command prints a secret, so clear the terminal: aws secretsmanager get-secret-value --region ${region} --secret-id ${secret.name} --query SecretString --output text`,
        ...steps,
      ],
    },
  ];
}

/** Every secret has the same readers. */
const readersPolicy = perDeployment(({ secrets: { readers } }) => {
  const [first, ...others] = readers;
  return first === undefined ? undefined : readableBy([first, ...others]);
});

/** The tag from which the next plan reads the generation. */
export function generationTag(key: AccessKey): Tags {
  return { [GENERATION_TAG]: String(key.key_generation) };
}

/** The Deny that the modules write beside the user's policy; none where the key works from everywhere. */
export function sourcesPolicy(
  key: AccessKey,
  policy: { readonly name: string; readonly address: string; readonly path: Path },
): IdentityPolicy[] {
  const { ips, vpcs } = sourcesOf(key);
  if (ips.length === 0 && vpcs.length === 0) {
    return [];
  }
  const document = denyOtherSources(ips, vpcs);
  const remedy = "join neighbouring addresses into CIDR blocks, or name VPCs instead";
  return [inlinePolicy(policy.name, document, { ...policy, remedy })];
}

function sourcesOf(key: AccessKey): RotatingKeys["allowedSources"] {
  return { ips: sortedSet(key.allowed_source_ips), vpcs: sortedSet(key.allowed_source_vpcs) };
}

function sortedSet(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
