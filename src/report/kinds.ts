import type { Identity } from "../features/identity";

/**
 * The kinds of grants, which are the columns of the report's matrix, in their order: what a reader calls each.
 * A boundary is no grant and has a column beside these.
 */
export const GRANT_KINDS = {
  monitoring_role: "Monitoring role",
  aurora_key: "Database key",
  teleport: "Teleport",
  agent_role: "Agent roles",
  agent_key: "Agent keys",
  third_party: "Third parties",
  team_module: "Team modules",
  source_role: "Source roles",
} as const;

export type GrantKind = keyof typeof GRANT_KINDS;

/** Of which kind what an identity has and gives is. Roles that exist already are PMM's and Teleport's own. */
export function kindOf({ boundedAs, kind }: Pick<Identity, "boundedAs" | "kind">): GrantKind {
  switch (boundedAs) {
    case "monitoring_role":
    case "teleport":
    case "third_party":
      return boundedAs;
    case "aurora_user":
      return "aurora_key";
    case "cloudwatch_agent":
      return kind === "user" ? "agent_key" : "agent_role";
    case "pmm_ec2_role":
    case undefined:
      return "source_role";
  }
}
