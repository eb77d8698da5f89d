import type { AwsProviderEndpoints } from "@cdktf/provider-aws/lib/provider";
import type { Construct } from "constructs";
import type { Account } from "../accounts/model";
import { LiteralProvider } from "./literal-provider";

/** Nothing listens on the discard port, and no name has to be looked up: every call is refused at once. */
const NOWHERE = "http://127.0.0.1:9";

/** No access key of AWS's. With it the provider looks for no other credentials, which would be another account's. */
const NO_KEY = "closed";

/**
 * The services that modules are most likely to call. A custom endpoint in Terraform's environment would win over the
 * proxy, which leads every other service nowhere; an endpoint in the provider block wins over it.
 */
const SERVICES = [
  "accessanalyzer",
  "acm",
  "acmpca",
  "amp",
  "apigateway",
  "apigatewayv2",
  "appautoscaling",
  "athena",
  "autoscaling",
  "backup",
  "batch",
  "bedrock",
  "budgets",
  "ce",
  "cloudformation",
  "cloudfront",
  "cloudtrail",
  "cloudwatch",
  "codeartifact",
  "codebuild",
  "codepipeline",
  "cognitoidentity",
  "cognitoidp",
  "configservice",
  "deploy",
  "dlm",
  "dms",
  "docdb",
  "ds",
  "dynamodb",
  "ec2",
  "ecr",
  "ecs",
  "efs",
  "eks",
  "elasticache",
  "elb",
  "elbv2",
  "emr",
  "events",
  "firehose",
  "fsx",
  "glue",
  "grafana",
  "guardduty",
  "iam",
  "identitystore",
  "inspector2",
  "kafka",
  "kinesis",
  "kms",
  "lakeformation",
  "lambda",
  "logs",
  "macie2",
  "memorydb",
  "mq",
  "neptune",
  "oam",
  "opensearch",
  "organizations",
  "quicksight",
  "ram",
  "rds",
  "redshift",
  "resourcegroups",
  "rolesanywhere",
  "route53",
  "s3",
  "sagemaker",
  "scheduler",
  "secretsmanager",
  "securityhub",
  "servicecatalog",
  "servicediscovery",
  "servicequotas",
  "ses",
  "sesv2",
  "sfn",
  "shield",
  "sns",
  "sqs",
  "ssm",
  "ssoadmin",
  "sts",
  "synthetics",
  "transfer",
  "wafv2",
  "xray",
] as const satisfies readonly (keyof AwsProviderEndpoints)[];

/**
 * The provider of an account that is gone. It has to be there, for Terraform forgets objects only with their provider
 * at hand, and it can reach nothing: what a plan asks of it all the same fails, and never happens in another account.
 * It cannot ask which account it is in either, so it names none.
 */
export function closedProvider(
  scope: Construct,
  { name, alias, region }: Pick<Account, "name" | "alias" | "region">,
): LiteralProvider {
  // The path names the account in the error, because Terraform does not say whose object it could not read.
  const endpoint = `${NOWHERE}/${name}-is-closed`;
  return new LiteralProvider(scope, `provider-${alias}`, {
    alias,
    region,
    accessKey: NO_KEY,
    secretKey: NO_KEY,
    endpoints: [Object.fromEntries(SERVICES.map((service) => [service, endpoint]))],
    httpProxy: NOWHERE,
    httpsProxy: NOWHERE,
    // Of Terraform's environment, it would name hosts to be called without the proxy.
    noProxy: "localhost",
    maxRetries: 1,
    skipCredentialsValidation: true,
    skipMetadataApiCheck: "true",
    skipRegionValidation: true,
    skipRequestingAccountId: true,
  });
}
