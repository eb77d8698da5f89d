import type { Deployment } from "../accounts/model";
import { sharedName, stackName } from "../accounts/names";
import { nameWithoutPath, pathOf } from "../aws/arns";
import { descriptionOf } from "../aws/descriptions";
import { CLOUDWATCH_AGENT, PMM_OWN_ACCOUNT_POLICY } from "../aws/names";
import { trustEc2 } from "../aws/policies";
import { agentDocument } from "../features/cloudwatch-agent/documents";
import type { Feature } from "../features/feature";
import { type Identity, inlinePolicy, type OwnPolicy } from "../features/identity";
import { modulePolicy } from "../modules/own";

const PURPOSE =
  "The EC2 instance of Percona PMM runs with this role, and assumes the monitoring roles with it.";

/** What the resources of the PMM EC2 role that are there for no feature are called in Terraform. */
const PMM_ROLE_RESOURCE = "pmm_ec2";
const PMM_AGENT_RESOURCE = "pmm_cloudwatch_agent";
const PMM_OWN_ACCOUNT_RESOURCE = "pmm_monitor_own_account";

/** The addresses of the PMM EC2 role where it is made, without the policies that say what it may assume. */
export const MADE_PMM_ROLE: readonly string[] = [
  "aws_iam_role",
  "aws_iam_instance_profile",
  "aws_iam_role_policies_exclusive",
  "aws_iam_role_policy_attachments_exclusive",
].map((type) => `${type}.${PMM_ROLE_RESOURCE}`);

/** Whether an address at the root of a stack is of what the output makes for the PMM EC2 role, in any mode. */
export function isOfPmmRole(address: string, features: readonly Pick<Feature, "assumedBy">[]): boolean {
  const grants = features.flatMap(({ assumedBy }) =>
    assumedBy?.caller === "pmm" ? [assumedBy.resourceName] : [],
  );
  const [, resource = ""] = address.split(".");
  return [PMM_ROLE_RESOURCE, PMM_AGENT_RESOURCE, PMM_OWN_ACCOUNT_RESOURCE, ...grants].includes(
    resource.replace(/_[0-7]$/, ""),
  );
}

/** The PMM EC2 role, with the policies that the output writes on it. */
export function pmmRole(deployment: Deployment, policies: readonly OwnPolicy[]): Identity {
  const { source } = deployment;
  const role: Identity = {
    kind: "role",
    accountId: source.accountId,
    name: nameWithoutPath(source.pmmRoleName),
    iamPath: pathOf(source.pmmRoleName),
    arn: source.pmmRoleArn,
    origin: "existing",
    stack: stackName(deployment.name),
    policies,
    tags: {},
    askedBy: [
      { what: "the PMM EC2 role", path: ["source", "pmm_ec2_role_name"], nameKey: "pmm_ec2_role_name" },
    ],
  };
  return source.createPmmRole ? madeHere(role, deployment) : role;
}

/** What the PMM EC2 role may do itself. Its own account's databases take the calls that a key is for elsewhere. */
export function ownPoliciesOf({ name, partition, source, cloudwatchAgent }: Deployment): OwnPolicy[] {
  const asked = [
    {
      is: source.cloudwatchAgent,
      name: CLOUDWATCH_AGENT.server.policy,
      document: agentDocument("server", partition, cloudwatchAgent?.parameter_prefixes),
      resource: PMM_AGENT_RESOURCE,
      key: "cloudwatch_agent",
    },
    {
      is: source.monitorOwnAccount,
      name: PMM_OWN_ACCOUNT_POLICY,
      document: modulePolicy("aurora-integration-user", "minimal", partition),
      resource: PMM_OWN_ACCOUNT_RESOURCE,
      key: "monitor_own_account",
    },
  ];
  return asked
    .filter(({ is }) => is)
    .map(({ name: policy, document, resource, key }) =>
      inlinePolicy(sharedName(policy, name), document, {
        address: `aws_iam_role_policy.${resource}`,
        path: ["source", key],
      }),
    );
}

/** The PMM EC2 role where the file asks for it to be made, instance profile and EC2 trust included. */
function madeHere(role: Identity, { source, partition }: Deployment): Identity {
  return {
    ...role,
    origin: "made",
    address: `aws_iam_role.${PMM_ROLE_RESOURCE}`,
    trust: trustEc2(partition),
    description: descriptionOf(PURPOSE, role.stack),
    boundary: source.boundaries.pmm_ec2_role.arn,
    boundedAs: "pmm_ec2_role",
    tags: source.tags,
    instanceProfile: { name: role.name, address: `aws_iam_instance_profile.${PMM_ROLE_RESOURCE}` },
  };
}
