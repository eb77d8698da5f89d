import type { z } from "zod";
import {
  ACCOUNT_ID,
  ENTRY_NAME,
  EXTERNAL_ID,
  MANAGED_POLICY,
  ROLE_NAME,
  THIRD_PARTY_PRINCIPAL,
} from "../../aws/formats";
import { type Effects, IN_PLACE, judged, NOTHING } from "../effects";
import { flag, list, mapping, shortText, text } from "../fields";

const policy = shortText(`expected ${MANAGED_POLICY.expected}`)
  .refine((value) => value.startsWith("./") || MANAGED_POLICY.pattern.test(value), {
    error: ({ input }) =>
      `expected ${MANAGED_POLICY.expected}, such as ${MANAGED_POLICY.example}${meantPolicy(String(input))}`,
  })
  .meta({
    description: "An AWS managed policy by its name in AWS, or a policy file that starts with ./",
    examples: ["ReadOnlyAccess", "./policies/site24x7.json"],
  });

/** "; did you mean ...?" where a file lacks its ./ or a managed policy is given by its ARN. */
function meantPolicy(given: string): string {
  const managed = /^arn:[a-z-]+:iam::aws:policy\/(?<name>[\w+=,.@/-]+)$/.exec(given)?.groups?.["name"];
  const file = /^[\w+=,.@/-]+\.json$/.test(given) && !given.startsWith("/") ? `./${given}` : undefined;
  const meant = managed ?? file;
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}

const thirdPartyMonitor = mapping(
  {
    name: text(
      { ...ENTRY_NAME, example: "site24x7" },
      "The monitor's name: part of Terraform addresses, so it never changes.",
    ),
    role_name: text(
      { ...ROLE_NAME, example: "site24x7-monitoring" },
      "The name of the role that the vendor assumes; default: <name>-monitoring.",
    ).optional(),
    principals: list(
      text(THIRD_PARTY_PRINCIPAL, "An AWS account by its id, or a role or user by its ARN."),
      "Who may assume the role with the external id: accounts, roles and users of the vendor's or your own.",
    )
      .min(1, { error: "expected at least one principal" })
      .optional(),
    account_id: text(
      ACCOUNT_ID,
      "Short for principals with one account: the vendor's, in quotes.",
    ).optional(),
    external_id: text(EXTERNAL_ID, "The external id that the vendor's console shows for you."),
    policies: list(policy, "What the vendor may do: AWS managed policies and policy files, ten at most.")
      .min(1, { error: "expected at least one policy" })
      .optional(),
    policy: policy
      .meta({
        description:
          "Short for policies with one: an AWS managed policy, or a policy file that starts with ./",
        examples: ["ReadOnlyAccess", "./policies/site24x7.json"],
      })
      .optional(),
    deny_data_access: flag("Adds a Deny on reading data and secrets to the role.").default(true),
    adopt: flag("true: takes over the role of this name, made by hand or by the vendor's template.").default(
      false,
    ),
  },
  "A vendor that monitors an account through a role.",
);

export const thirdPartyMonitors = list(
  thirdPartyMonitor,
  "The vendors that monitor this account, beside those of defaults. null: none of either.",
);

export type ThirdPartyMonitorInput = z.output<typeof thirdPartyMonitor>;

/** What a change of each key of a monitor does to what is in AWS. */
export const thirdPartyMonitorEffects: Effects<(typeof thirdPartyMonitor)["shape"]> = {
  name: judged("destroyed", "monitor-renamed", "monitor-dropped"),
  role_name: judged("replaced", "monitor-role-renamed"),
  principals: judged("in place", "monitor-principal-added"),
  account_id: judged("in place", "monitor-principal-added"),
  external_id: IN_PLACE,
  policies: IN_PLACE,
  policy: IN_PLACE,
  deny_data_access: judged("in place", "data-deny-off"),
  adopt: NOTHING,
};
