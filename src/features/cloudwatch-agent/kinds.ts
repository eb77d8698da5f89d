import type { Account, Deployment } from "../../accounts/model";
import type { Path } from "../../accounts/problem";
import type { CloudwatchAgentInput } from "../../accounts/schema";
import { CLOUDWATCH_AGENT, CLOUDWATCH_AGENT_HYBRID_ROLE } from "../../aws/names";

export const INSTANCE = {
  prefix: "cloudwatch_agent",
  module: "cloudwatch-agent",
  key: "cloudwatch_agent",
  isInherited: true,
};

export const BOUNDED_AS = "cloudwatch_agent";

/** The roles, by their kind in Terraform, with the key that asks for each, the kind of its policy and what it is for. */
export const ROLES = [
  {
    kind: "server",
    key: "server_role",
    name: CLOUDWATCH_AGENT.server.role,
    policy: "server",
    trusts: "ec2",
    purpose: "EC2 instances run the CloudWatch agent with this role.",
  },
  {
    kind: "admin",
    key: "admin_role",
    name: CLOUDWATCH_AGENT.admin.role,
    policy: "admin",
    trusts: "ec2",
    purpose: "An EC2 instance stores the CloudWatch agent's configuration with this role.",
  },
  {
    kind: "hybrid",
    key: "hybrid_activation",
    name: CLOUDWATCH_AGENT_HYBRID_ROLE,
    policy: "server",
    trusts: "systems_manager",
    purpose:
      "Servers outside EC2, registered by a hybrid activation, run the CloudWatch agent with this role.",
  },
] as const;

export type AgentRole = (typeof ROLES)[number];

/** The users, by their kind in Terraform, with the key that asks for each. */
export const USERS = [
  { kind: "server", key: "on_premises_server_user", name: CLOUDWATCH_AGENT.server.user },
  { kind: "admin", key: "on_premises_admin_user", name: CLOUDWATCH_AGENT.admin.user },
] as const;

export type AgentUser = (typeof USERS)[number];

/** What the managed policy of each kind is for. */
export const POLICY_PURPOSES: Readonly<Record<AgentUser["kind"], string>> = {
  server: "Lets the CloudWatch agent send metrics and logs and read its configuration.",
  admin: "Lets the CloudWatch agent send metrics and logs, and read and store its configuration.",
};

/** What an account asks for, and where the file says so. */
export interface Asked {
  readonly settings: CloudwatchAgentInput;
  readonly path: Path;
}

/** An account's own settings replace those of `defaults` as a whole; null: nothing. */
export function askedFor(
  own: CloudwatchAgentInput | null | undefined,
  { path }: Pick<Account, "path">,
  { cloudwatchAgent: inherited }: Pick<Deployment, "cloudwatchAgent">,
): Asked | undefined {
  const settings = own === undefined ? inherited : own;
  return settings == null
    ? undefined
    : { settings, path: [...(own === undefined ? ["defaults"] : path), "cloudwatch_agent"] };
}
