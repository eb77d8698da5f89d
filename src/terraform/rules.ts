import type { DeploymentRule } from "../accounts/load";
import { features } from "../features";
import { assumePolicyLimits } from "./assume-policies";
import { assumePolicyHeadroom, stackSizes } from "./capacity-rules";
import { planStacks, sharedAddresses, sharedFolders, unusedAdoptions } from "./stack-plan";

/** What only the whole deployment shows: quotas of AWS, addresses that would clash. */
export const deploymentRules: readonly DeploymentRule[] = [
  assumePolicyLimits,
  assumePolicyHeadroom,
  stackSizes,
  (deployment) =>
    deployment.accounts.flatMap((account) =>
      features.flatMap((feature) => [...feature.limits(account, deployment)]),
    ),
  (deployment, cite) => {
    const stacks = planStacks(deployment, features);
    return [...sharedAddresses(stacks, cite), ...sharedFolders(stacks, cite), ...unusedAdoptions(stacks)];
  },
];
