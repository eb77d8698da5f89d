/**
 * AWS partitions and their regions.
 *
 * Source: AWS General Reference, "Regions and endpoints", as of late 2026. A region that AWS opens later
 * is added here; until then accounts.yaml refuses it, because a misspelt region only fails at apply.
 */

export type Partition = "aws" | "aws-cn" | "aws-us-gov" | "aws-eusc";

const REGIONS: Readonly<Record<Partition, readonly string[]>> = {
  aws: [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
  ],
  "aws-cn": ["cn-north-1", "cn-northwest-1"],
  "aws-us-gov": ["us-gov-east-1", "us-gov-west-1"],
  "aws-eusc": ["eusc-de-east-1"],
};

const PARTITION_OF_REGION = new Map<string, Partition>(
  (Object.keys(REGIONS) as Partition[]).flatMap((partition) =>
    REGIONS[partition].map((region): [string, Partition] => [region, partition]),
  ),
);

/** Every region of every partition, sorted within its partition. */
export const KNOWN_REGIONS: readonly string[] = [...PARTITION_OF_REGION.keys()];

/** The partition that a region belongs to; undefined for a region that is not in the list. */
export function partitionOf(region: string): Partition | undefined {
  return PARTITION_OF_REGION.get(region);
}

/** The regions of a partition, sorted. */
export function regionsOf(partition: Partition): readonly string[] {
  return REGIONS[partition];
}

/** A region of each partition that every account has enabled from its start. */
export const ENABLED_REGION: Readonly<Record<Partition, string>> = {
  aws: "us-east-1",
  "aws-cn": "cn-north-1",
  "aws-us-gov": "us-gov-west-1",
  "aws-eusc": "eusc-de-east-1",
};
