import { z } from "zod";
import { BOUNDARY, IAM_PATH, ROLE_ARN, ROLE_NAME_WITH_PATH, TAG_KEY, TAG_VALUE } from "../../aws/formats";
import { KNOWN_REGIONS } from "../../aws/partitions";
import { BOUNDARY_KINDS, type BoundaryKind } from "../boundaries";
import { type Effect, under } from "../effects";
import { choice, list, mapping, shortText, text } from "../fields";
import { shown } from "../wording";

/** Keys that several parts of the file have. */

export const region = (description: string) =>
  z
    .enum(KNOWN_REGIONS as [string, ...string[]], {
      error: "expected the name of an AWS region, such as eu-west-1",
    })
    .meta({ description });

export const adminRoleName = text(
  { ...ROLE_NAME_WITH_PATH, example: "pmm-iam-deployer" },
  "The role that Terraform assumes in the account, such as that of examples/deployer. AWSControlTowerExecution trusts the organization's management account alone.",
);

export const permissions = choice(
  ["minimal", "standard", "grafana"],
  "minimal: what PMM calls, and what Grafana needs for metrics. standard: every call of the original guide, scoped. grafana: standard, and on the monitoring role every call of Grafana's CloudWatch data source.",
);

/** How much PMM's role and user in an account may read. */
export type Permissions = z.output<typeof permissions>;

const boundaryPolicy = (what: string) =>
  text(
    BOUNDARY,
    `The permissions boundary of ${what}: a policy name in the account, or an ARN. null: none.`,
  ).nullable();

const bounded: Readonly<Record<BoundaryKind, string>> = {
  monitoring_role: "the role that PMM assumes",
  aurora_user: "the user that reads Aurora's OS metrics",
  teleport: "the role through which Teleport connects",
  cloudwatch_agent: "the CloudWatch agent's roles and users",
  third_party: "the roles of third-party monitors",
  pmm_ec2_role: "the PMM EC2 role, where the file makes it",
};

const boundaryByKind = Object.fromEntries(
  BOUNDARY_KINDS.map((kind) => [kind, boundaryPolicy(bounded[kind]).optional()]),
) as Record<BoundaryKind, z.ZodOptional<ReturnType<typeof boundaryPolicy>>>;

export const permissionsBoundary = z
  .union(
    [
      text(BOUNDARY, "One policy for all of them: its name in the account, or its ARN."),
      mapping(boundaryByKind, "A policy for each kind of role and user."),
    ],
    {
      error: `expected ${BOUNDARY.expected}, such as ${BOUNDARY.example}, or a mapping with any of ${BOUNDARY_KINDS.join(", ")}`,
    },
  )
  .nullable()
  .meta({
    description:
      "The permissions boundary of every role and user: a policy name in the account, an ARN, or a mapping with one for each kind. null: none.",
  });

export type PermissionsBoundary = z.output<typeof permissionsBoundary>;

/** The effects of `permissions_boundary` and of each kind in it, which are the same. */
export function boundaryEffects<Prefix extends string>(
  prefix: Prefix,
  effect: Effect,
): Readonly<Record<`${Prefix}permissions_boundary${"" | `.${BoundaryKind}`}`, Effect>> {
  const kinds = Object.fromEntries(BOUNDARY_KINDS.map((kind) => [`.${kind}`, effect]));
  return under(`${prefix}permissions_boundary`, { "": effect, ...kinds } as Record<
    "" | `.${BoundaryKind}`,
    Effect
  >);
}

export const iamPath = shortText(`expected ${IAM_PATH.expected}`)
  .regex(IAM_PATH.pattern, {
    error: ({ input }) =>
      `expected ${IAM_PATH.expected}, such as ${IAM_PATH.example}${meantPath(String(input))}`,
  })
  .meta({
    description:
      "The IAM path of every role, user, policy and instance profile that is made. Default: /. It never changes: AWS moves no role or policy to another path.",
    examples: [IAM_PATH.example],
  });

/** "; did you mean ...?" where only slashes are missing or too many. */
function meantPath(path: string): string {
  const meant = `/${path.trim()}/`.replace(/\/+/g, "/");
  return meant !== path && IAM_PATH.pattern.test(meant) ? `; did you mean ${shown(meant)}?` : "";
}

export const tags = z
  .record(
    shortText(`expected ${TAG_KEY.expected}`)
      .regex(TAG_KEY.pattern, { error: `expected ${TAG_KEY.expected}` })
      .meta({ description: "The tag's key.", pattern: TAG_KEY.portable }),
    text(TAG_VALUE, "The tag's value, in quotes where it looks like a number."),
    { error: "expected a mapping of tag keys to values" },
  )
  .meta({ description: "Tags of every resource in the account, merged by key over the defaults." });

export const additionalPrincipals = list(
  text(ROLE_ARN, "A role's ARN."),
  "More roles that may assume the monitoring role, such as pmm-agent hosts or Grafana.",
);
