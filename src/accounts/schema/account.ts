import { z } from "zod";
import { ACCOUNT_ID, ENTRY_NAME } from "../../aws/formats";
import { type Effects, IN_PLACE, judged, NOTHING } from "../effects";
import { choice, flag, list, mapping, text } from "../fields";
import { oneOf } from "../wording";
import {
  adminRoleName,
  boundaryEffects,
  iamPath,
  permissions,
  permissionsBoundary,
  region,
  tags,
} from "./common";

/** What `adopt` can take over: what the original guide makes by hand. */
const ADOPTABLE = ["role", "role_policy", "user", "user_policy"] as const;

export type Adoptable = (typeof ADOPTABLE)[number];

const accountBase = {
  name: text(ENTRY_NAME, "The account's name here: part of Terraform addresses, so it never changes."),
  account_id: text(ACCOUNT_ID, "The AWS account, in quotes."),
  group: text(
    { ...ENTRY_NAME, example: "finance" },
    "The group whose stack holds the account; left out: the main stack.",
  ).optional(),
  region: region("The account's region; default: defaults.region.").optional(),
  admin_role_name: adminRoleName.nullable().optional(),
  permissions: permissions.optional(),
  permissions_boundary: permissionsBoundary.optional(),
  iam_path: iamPath.nullable().optional(),
  tags: tags.nullable().optional(),
  lifecycle: choice(
    ["active", "retiring", "closed"],
    "active: everything is made and kept. retiring: the next apply destroys it, then the entry can go. closed: the account is gone, so it is forgotten and nothing in it is called.",
  ).default("active"),
  adopt: z
    .union(
      [flag("true: all that the account uses."), list(choice(ADOPTABLE, "A kind of object."), "Some kinds.")],
      {
        error: `expected true, false or a list of ${oneOf(ADOPTABLE)}`,
      },
    )
    .default(false)
    .meta({ description: "Takes over what was made by hand under the names that this program uses." }),
};

/** What a change of each key of `accountBase` does to what is in AWS. */
export const accountEffects: Effects<typeof accountBase> = {
  name: judged("orphaned", "name-changed", "account-removed", "account-moved", "account-shared"),
  account_id: judged("orphaned", "account-id-changed"),
  group: judged("orphaned", "group-changed"),
  region: judged("in place", "module-region-changed"),
  admin_role_name: NOTHING,
  permissions: IN_PLACE,
  ...boundaryEffects("", judged("in place", "boundary-changed")),
  "permissions_boundary.pmm_ec2_role": NOTHING,
  iam_path: judged("replaced", "iam-path-changed"),
  tags: IN_PLACE,
  lifecycle: judged("orphaned", "closed-from-active", "dropped-when-closed", "account-reopened"),
  adopt: NOTHING,
};

/** The schema of one entry under `accounts`, with the features' keys. */
export function accountSchema(featureKeys: z.ZodRawShape) {
  return mapping({ ...accountBase, ...featureKeys }, "A monitored account.");
}

/** An account as written; the features' keys are typed by each feature. */
export type AccountInput = z.output<z.ZodObject<typeof accountBase>> & Readonly<Record<string, unknown>>;
