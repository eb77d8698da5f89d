import { z } from "zod";
import { BOUNDARY, ROLE_ARN, ROLE_NAME_WITH_PATH, TAG_KEY, TAG_VALUE } from "../../aws/formats";
import { KNOWN_REGIONS } from "../../aws/partitions";
import { choice, list, shortText, text } from "../fields";

/** Keys that several parts of the file have. */

export const region = (description: string) =>
  z
    .enum(KNOWN_REGIONS as [string, ...string[]], {
      error: "expected the name of an AWS region, such as eu-west-1",
    })
    .meta({ description });

export const adminRoleName = text(
  { ...ROLE_NAME_WITH_PATH, example: "AWSControlTowerExecution" },
  "The role that Terraform assumes in the account.",
);

export const permissions = choice(
  ["standard", "minimal"],
  "standard: every call of the original guide, scoped. minimal: what PMM and Grafana call.",
);

export const permissionsBoundary = text(
  BOUNDARY,
  "The permissions boundary of every role and user: a policy name in the account, or an ARN. null: none.",
).nullable();

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
