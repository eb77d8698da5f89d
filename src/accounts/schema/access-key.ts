import { z } from "zod";
import { VPC_ID } from "../../aws/formats";
import { type Effects, judged } from "../effects";
import { choice, counter, list, shortText, text } from "../fields";

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
  allowed_source_ips: judged("in place", "key-addresses-opened"),
  allowed_source_vpcs: judged("in place", "key-addresses-opened"),
};

export type AccessKey = z.output<z.ZodObject<typeof accessKeyShape>>;

/** Of an IPv6 block, the library's check takes a prefix with a fraction too. */
const ADDRESS_RANGE = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6().regex(/\/\d+$/)]);

function isAddressRange(range: string): boolean {
  return ADDRESS_RANGE.safeParse(range).success;
}
