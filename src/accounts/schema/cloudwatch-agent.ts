import { z } from "zod";
import { PARAMETER_PREFIX } from "../../aws/formats";
import { type Effects, IN_PLACE, judged, NOTHING, under } from "../effects";
import { choice, flag, list, mapping, switchOr, text } from "../fields";
import { oneOf } from "../wording";
import { accessKeyEffects, accessKeyShape } from "./access-key";

/** What the agent's own tools call a parameter that holds its configuration. */
export const DEFAULT_PARAMETER_PREFIXES: readonly string[] = ["AmazonCloudWatch-"];

/** The kinds of object that the agent's `adopt` takes over, each of the name that it has here. */
const ADOPTABLE = ["role", "instance_profile", "policy"] as const;

/** What an account says of the CloudWatch agent; `defaults` says it for every account that does not. */
export const cloudwatchAgent = mapping(
  {
    server_role: flag("The role of EC2 instances that run the agent.").default(true),
    admin_role: flag(
      "The role that may also write the agent's configuration to Parameter Store: on only while one is being stored.",
    ).default(false),
    on_premises_server_user: switchOr(
      accessKeyShape,
      "The user of servers outside AWS that run the agent.",
    ).default(false),
    on_premises_admin_user: switchOr(
      accessKeyShape,
      "The user that may also write the agent's configuration to Parameter Store.",
    ).default(false),
    hybrid_activation: flag(
      "true: CloudWatchAgentHybridRole, which Systems Manager gives to servers outside EC2. They need no access key.",
    ).default(false),
    parameter_prefixes: list(
      text(PARAMETER_PREFIX, "What the names begin with, such as CloudWatch-Config or /cloudwatch-agent/."),
      "The parameters of Parameter Store that may hold the agent's configuration, by what their names begin with.",
    )
      .min(1, { error: "expected at least one, such as AmazonCloudWatch-" })
      .default([...DEFAULT_PARAMETER_PREFIXES]),
    adopt: z
      .union(
        [
          flag("true: all that the account has of the agent."),
          list(choice(ADOPTABLE, "A kind of object."), "Some kinds."),
        ],
        { error: `expected true, false or a list of ${oneOf(ADOPTABLE)}` },
      )
      .default(false)
      .meta({
        description:
          "Takes over the agent's roles, instance profiles and policies that were made by hand under the names that this program uses.",
      }),
    ssm_managed_policy: z
      .literal("AmazonSSMManagedInstanceCore", {
        error:
          "expected AmazonSSMManagedInstanceCore or null (AmazonEC2RoleforSSM is deprecated by AWS: it opens every S3 object)",
      })
      .nullable()
      .default(null)
      .meta({
        description:
          "Attached to the roles for Systems Manager; a Deny keeps other parameters shut. The role of hybrid_activation always has it.",
      }),
  },
  "What the CloudWatch agent needs in this account.",
);

export type CloudwatchAgentInput = z.output<typeof cloudwatchAgent>;

/** What a change of each key of the agent does to what is in AWS. */
export const cloudwatchAgentEffects: Effects<(typeof cloudwatchAgent)["shape"]> = {
  server_role: judged("destroyed", "role-dropped"),
  admin_role: judged("destroyed", "role-dropped"),
  on_premises_server_user: judged("destroyed", "user-dropped"),
  ...under("on_premises_server_user.", accessKeyEffects),
  on_premises_admin_user: judged("destroyed", "user-dropped"),
  ...under("on_premises_admin_user.", accessKeyEffects),
  hybrid_activation: judged("destroyed", "role-dropped"),
  parameter_prefixes: IN_PLACE,
  adopt: NOTHING,
  ssm_managed_policy: IN_PLACE,
};
