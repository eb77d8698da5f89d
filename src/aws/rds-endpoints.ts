/**
 * What the host name of an RDS or Aurora endpoint says.
 *
 * Sources: Aurora User Guide, "Amazon Aurora endpoint connections"; RDS User Guide, "Working with Amazon RDS Proxy
 * endpoints". In China the region comes after `rds`, before it in the oldest endpoints (aws/aws-mysql-odbc#182); AWS's
 * drivers take both orders in GovCloud too (aws/aws-advanced-nodejs-wrapper#244).
 */

/** What an endpoint, or a resource id, is of. */
export type RdsKind = "cluster" | "instance" | "proxy";

export interface RdsEndpoint {
  /** undefined: of another kind, such as a shard group. */
  readonly kind: RdsKind | undefined;
  /** As it is written; AWS may have no region of that name. */
  readonly region: string;
  /** The host's last part: `amazonaws.com.cn`. */
  readonly suffix: string;
}

/** The suffix of the endpoints in each partition. Source: the `dnsSuffix` of botocore's partitions. */
export const DNS_SUFFIX = {
  aws: "amazonaws.com",
  "aws-us-gov": "amazonaws.com",
  "aws-cn": "amazonaws.com.cn",
  "aws-eusc": "amazonaws.eu",
} as const;

const REGION = "[a-z]{2,}(?:-[a-z]+)+-\\d+";
const HOST = new RegExp(
  `^[a-z0-9-]+\\.(?:endpoint\\.)?(?<label>[a-z0-9-]+)\\.(?:(?<before>${REGION})\\.rds|rds\\.(?<after>${REGION}))\\.(?<suffix>amazonaws\\.(?:com(?:\\.cn)?|eu))$`,
);

/**
 * Reads the host of an endpoint, without its port. undefined where it does not have RDS's shape: a name of one's own,
 * or the writer endpoint of a global database, which names no region.
 */
export function parseRdsHost(host: string): RdsEndpoint | undefined {
  const { label, before, after, suffix } = HOST.exec(host.toLowerCase())?.groups ?? {};
  const region = before ?? after;
  return label === undefined || region === undefined || suffix === undefined
    ? undefined
    : { kind: kindOf(label), region, suffix };
}

/** Whether a host is under RDS's own domain, but for the writer endpoints of global databases. */
export function isInRdsDomain(host: string): boolean {
  return /(?<!\.global)\.rds\.amazonaws\.(?:com(?:\.cn)?|eu)$/i.test(host);
}

/** `cluster-` is also how reader (`cluster-ro-`) and custom (`cluster-custom-`) endpoints begin. */
function kindOf(label: string): RdsKind | undefined {
  if (label.startsWith("cluster-")) {
    return "cluster";
  }
  if (label.startsWith("proxy-")) {
    return "proxy";
  }
  return label.includes("-") ? undefined : "instance";
}
