import { isIP } from "node:net";
import { z } from "zod";
import { choice, counter, list, text } from "../accounts/fields";
import type { Path } from "../accounts/problem";
import { error, type Finding, warning } from "../accounts/problem";
import { VPC_ID } from "../aws/formats";
import { USER_INLINE_CHARACTERS } from "../aws/limits";
import { type VariableValue, variables } from "./feature";

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
    z
      .string({ error: EXPECTED_RANGE })
      .refine(isAddressRange, { error: EXPECTED_RANGE })
      .meta({ description: "An IPv4 or IPv6 address or CIDR block.", examples: ["198.51.100.7/32"] }),
    "The key works from these addresses (or from the VPCs below) and from nowhere else.",
  ).default([]),
  allowed_source_vpcs: list(
    text(VPC_ID, "A VPC whose endpoints the calls come through."),
    "The key works through the endpoints of these VPCs (or from the addresses above) and from nowhere else.",
  ).default([]),
} satisfies z.ZodRawShape;

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
  return variables({
    key_generation: key.key_generation,
    previous_key: key.previous_key,
    allowed_source_ips: [...new Set(key.allowed_source_ips)].sort(),
    allowed_source_vpcs: [...new Set(key.allowed_source_vpcs)].sort(),
  });
}

export function* accessKeyRules(key: AccessKey, path: Path): Iterable<Finding> {
  if (key.key_generation === 1 && key.previous_key !== "active") {
    yield warning(
      [...path, "previous_key"],
      "previous-key",
      `previous_key ${key.previous_key} has no effect at key_generation 1, which has no key before it; take it away`,
    );
  }
  for (const [index, range] of key.allowed_source_ips.entries()) {
    if (range.endsWith("/0")) {
      yield error(
        [...path, "allowed_source_ips", index],
        "allowed-source-ips",
        `${range} is every address, so it limits nothing; name the addresses that the consumers call from, or take the list away`,
      );
    } else if (/^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(range)) {
      yield warning(
        [...path, "allowed_source_ips", index],
        "allowed-source-ips",
        `${range} is a private range, which AWS never sees as a source address; name the public address, or the VPC under allowed_source_vpcs`,
      );
    }
  }
}

/**
 * A user's inline policies share one quota of 2,048 characters. `fixed` is what the user has without the
 * list of sources.
 */
export function* accessKeyLimits(key: AccessKey, fixed: number, path: Path): Iterable<Finding> {
  const size = fixed + allowedSourcesSize(key);
  if (size > USER_INLINE_CHARACTERS) {
    yield error(
      path,
      "user-policy-size",
      `the user's inline policies would have ${size} characters; AWS allows ${USER_INLINE_CHARACTERS}: join neighbouring addresses into CIDR blocks or name VPCs instead`,
      "key",
    );
  }
}

/** The Deny that the modules write beside the user's policy, in characters. */
export function allowedSourcesSize(key: AccessKey): number {
  if (key.allowed_source_ips.length === 0 && key.allowed_source_vpcs.length === 0) {
    return 0;
  }
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OnlyFromAllowedSources",
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: {
          ...(key.allowed_source_ips.length === 0
            ? {}
            : { NotIpAddressIfExists: { "aws:SourceIp": key.allowed_source_ips } }),
          ...(key.allowed_source_vpcs.length === 0
            ? {}
            : { StringNotEqualsIfExists: { "aws:SourceVpc": key.allowed_source_vpcs } }),
        },
      },
    ],
  }).length;
}

function isAddressRange(range: string): boolean {
  const [address = "", prefix, ...rest] = range.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || address.includes("%")) {
    return false;
  }
  return (
    prefix === undefined ||
    (/^(?:0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
  );
}
