import { z } from "zod";
import { type Effects, IN_PLACE, judged } from "../accounts/effects";
import { choice, counter, list, shortText, text } from "../accounts/fields";
import type { Deployment, Tags } from "../accounts/model";
import type { Path } from "../accounts/problem";
import { type Finding, warning } from "../accounts/problem";
import { VPC_ID } from "../aws/formats";
import { GENERATION_TAG } from "../aws/names";
import { denyOtherSources, readableBy } from "../aws/policies";
import { allowedSourceIps } from "./allowed-source-ips";
import { perDeployment, type VariableValue, variables } from "./feature";
import { type IdentityPolicy, inlinePolicy, type RotatingKeys } from "./identity";

const EXPECTED_RANGE = "expected an IP address or CIDR block, such as 198.51.100.7/32";

/** The keys of everything that has an access key: the Aurora user and the on-premises agents' users. */
export const accessKeyShape = {
  key_generation: counter(
    "The generation of the newest access key: 1 at first; raise it by one to rotate.",
  ).default(1),
  previous_key: choice(
    ["active", "inactive", "deleted"],
    "What becomes of the key before the newest: active, until every consumer has the new one; then inactive; then deleted.",
  ).default("active"),
  allowed_source_ips: list(
    shortText(EXPECTED_RANGE)
      .refine(isAddressRange, { error: EXPECTED_RANGE })
      .meta({ description: "An IPv4 or IPv6 address or CIDR block.", examples: ["198.51.100.7/32"] }),
    "The key works from these addresses (or from the VPCs below) and from nowhere else.",
  ).default([]),
  allowed_source_vpcs: list(
    text(VPC_ID, "A VPC whose endpoints the calls come through."),
    "The key works through the endpoints of these VPCs (or from the addresses above) and from nowhere else.",
  ).default([]),
} satisfies z.ZodRawShape;

/** What a change of each of these keys does to what is in AWS. */
export const accessKeyEffects: Effects<typeof accessKeyShape> = {
  key_generation: judged("replaced", "key-generation", "previous-key"),
  previous_key: judged("destroyed", "previous-key-deleted", "previous-key-restored", "previous-key"),
  allowed_source_ips: IN_PLACE,
  allowed_source_vpcs: IN_PLACE,
};

export type AccessKey = z.output<z.ZodObject<typeof accessKeyShape>>;

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

/** Of an IPv6 block, the library's check takes a prefix with a fraction too. */
const ADDRESS_RANGE = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6().regex(/\/\d+$/)]);

function isAddressRange(range: string): boolean {
  return ADDRESS_RANGE.safeParse(range).success;
}
