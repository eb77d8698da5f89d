import { doubtful, type PlacedText, type Remark, wrong } from "./remark";

/** Source: IAM User Guide, "Identify AWS resources with Amazon Resource Names (ARNs)"; the others are AWS's own. */
const PARTITIONS = [
  ...["aws", "aws-cn", "aws-us-gov", "aws-eusc"],
  ...["aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"],
];

const FORM = 'expected "*" or an ARN, arn:<partition>:<service>:<region>:<account>:<resource>';

/** What the resource of an ARN of IAM begins with. Source: IAM's own message. */
const IAM_RESOURCE =
  /^(?:\*$|root$|(?:user|federated-user|role|role-template|group|instance-profile|mfa|server-certificate|policy|sms-mfa|saml-provider|oidc-provider|report|access-report|delegation-request)\/)/;

/** The resources of S3 that are in a region. Source: Service Authorization Reference, "Resource types defined by S3". */
const S3_IN_REGION = /^(?:accesspoint|access-grants|async-request|job|storage-lens|storage-lens-group)\//;

/** The six parts of an ARN, as far as it has them. A policy variable may have colons in it. */
export function arnParts(text: string): readonly string[] {
  const parts = text.replace(/\$\{[^{}]*\}/g, (variable) => variable.replaceAll(":", "_")).split(":");
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(":")] : [])];
}

/** The partition that an ARN names; undefined where it names none of AWS's. */
export function partitionIn(text: string): string | undefined {
  const [arn, partition = ""] = arnParts(text);
  return arn === "arn" && PARTITIONS.includes(partition) ? partition : undefined;
}

/** What IAM refuses in a resource, and what matches nothing. */
export function* resourceRemarks({ at, text }: PlacedText): Iterable<Remark> {
  if (text === "*") {
    return;
  }
  const parts = arnParts(text);
  const [arn, partition = "", service = "", region = "", account = "", resource = ""] = parts;
  if (arn !== "arn" || parts.length < 2) {
    yield wrong(at, `this resource is not an ARN; ${FORM}`);
  } else if (partition !== "*" && !PARTITIONS.includes(partition)) {
    yield wrong(at, `the partition in this ARN is not one of AWS's, such as aws; ${FORM}`);
  } else if (!/^[a-z0-9-]+$/.test(service)) {
    yield wrong(at, `the service in this ARN is not one in lower case without wildcards; ${FORM}`);
  } else if (parts.length < 6 && !text.endsWith("*")) {
    yield wrong(at, `this ARN has ${parts.length} of its six parts; ${FORM}`);
  } else if (parts.length === 6 && resource === "") {
    // One of AWS's own policies has such an ARN.
    yield doubtful(at, `this ARN ends before its resource, so it matches nothing; ${FORM}`);
  } else {
    yield* serviceRemarks(at, { service, region, resource: parts.length < 6 ? "*" : resource });
    yield* placeRemarks(at, { region, account });
  }
}

/** IAM and S3 have rules of their own. */
function* serviceRemarks(
  at: number,
  { service, region, resource }: { service: string; region: string; resource: string },
): Iterable<Remark> {
  if (service === "iam" && region !== "") {
    yield wrong(
      at,
      "this ARN of IAM names a region; expected none, as in arn:aws:iam::111111111111:role/name",
    );
  }
  if (service === "iam" && !IAM_RESOURCE.test(resource)) {
    yield wrong(
      at,
      'IAM has no resources of the kind in this ARN; expected "*", or one that begins with role/, user/, policy/ or another of IAM\'s kinds',
    );
  }
  if (service === "s3" && region !== "" && !S3_IN_REGION.test(resource)) {
    yield wrong(at, "this ARN of a bucket names a region; expected none, as in arn:aws:s3:::a-bucket/*");
  }
}

/** IAM takes any text here, but only these can match. */
function* placeRemarks(
  at: number,
  { region, account }: { region: string; account: string },
): Iterable<Remark> {
  if (!/^$|[*?]|\$\{|^[a-z]{2}(?:-[a-z]+)+-\d+$/.test(region)) {
    yield doubtful(
      at,
      "the region in this ARN is not an AWS region, so the ARN matches nothing; expected one such as eu-west-1, or *",
    );
  }
  if (!/^$|[*?]|\$\{|^\d{12}$|^(?:aws|cloudfront|aws-managed|amazon)$/.test(account)) {
    yield doubtful(
      at,
      "the account in this ARN is not an account id, so the ARN matches nothing; expected 12 digits, or *",
    );
  }
}
