/** Stands for the account of whichever subject a comparison is of. */
export const ANY_ACCOUNT = "000000000000";

/** An ARN that looks like one in place of a pattern with `*`. */
export function exampleArn(pattern: string): string {
  const [arn, partition, service, region = "", account = "", ...rest] = pattern.split(":");
  return [
    arn,
    partition,
    service,
    region.replace("*", "us-east-1"),
    account.replace("*", ANY_ACCOUNT),
    rest.join(":").replaceAll("*", "example"),
  ].join(":");
}
