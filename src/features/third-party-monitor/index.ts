import type { z } from "zod";
import { IN_PLACE, judged } from "../../accounts/effects";
import { flag, list, mapping, shortText, text } from "../../accounts/fields";
import { type AccountsFile, place } from "../../accounts/file";
import type { Account } from "../../accounts/model";
import { aliasOf } from "../../accounts/names";
import { error, type Finding, type Path, warning } from "../../accounts/problem";
import { repeated } from "../../accounts/rules";
import { valueAt } from "../../accounts/values";
import { ACCOUNT_ID, ENTRY_NAME, EXTERNAL_ID, MANAGED_POLICY, ROLE_NAME } from "../../aws/formats";
import { MONITOR_DENY_POLICY, MONITOR_POLICY, monitorRoleName } from "../../aws/names";
import type { Partition } from "../../aws/partitions";
import { type PolicyDocument, trustAccount } from "../../aws/policies";
import { modulePolicy } from "../../modules/own";
import { type Feature, type InstanceList, iamVariables, type ModuleCall, variables } from "../feature";
import { awsPolicy, type IdentityPolicy, inlinePolicy, madeIn } from "../identity";
import { managedPolicyRules } from "./managed-policies";
import { readPolicyFile } from "./policy-file";

const monitor = mapping(
  {
    name: text({ ...ENTRY_NAME, example: "site24x7" }, "The monitor's name; its role is <name>-monitoring."),
    role_name: text(
      { ...ROLE_NAME, example: "site24x7-monitoring" },
      "Another name for the role; it ends in -monitoring.",
    ).optional(),
    account_id: text(ACCOUNT_ID, "The vendor's AWS account, in quotes."),
    external_id: text(EXTERNAL_ID, "The external id that the vendor's console shows for you."),
    policy: shortText(`expected ${MANAGED_POLICY.expected}`)
      .refine((policy) => policy.startsWith("./") || MANAGED_POLICY.pattern.test(policy), {
        error: ({ input }) =>
          `expected ${MANAGED_POLICY.expected}, such as ${MANAGED_POLICY.example}${meantPolicy(String(input))}`,
      })
      .meta({
        description: "An AWS managed policy, or a policy file that starts with ./",
        examples: ["ReadOnlyAccess", "./policies/site24x7.json"],
      }),
    deny_data_access: flag("Adds a Deny on reading data and secrets to the role.").default(true),
  },
  "A vendor that monitors this account through a role.",
);

const keys = {
  third_party_monitors: list(monitor, "The vendors that monitor this account.").optional(),
};

type Monitor = z.output<typeof monitor>;

const BOUNDED_AS = "third_party";

const LIST: InstanceList = {
  noun: "monitor",
  sameBy: "external_id",
  roleName: (name, entry) => String(valueAt(entry, ["role_name"]) ?? monitorRoleName(name)),
};

/** "; did you mean ...?" where a file lacks its ./ or a managed policy is given by its ARN. */
function meantPolicy(policy: string): string {
  const managed = /^arn:[a-z-]+:iam::aws:policy\/(?<name>[\w+=,.@/-]+)$/.exec(policy)?.groups?.["name"];
  const file = /^[\w+=,.@/-]+\.json$/.test(policy) && !policy.startsWith("/") ? `./${policy}` : undefined;
  const meant = managed ?? file;
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}

/** A role for each third party, opened by the external id that only it knows. */
export const thirdPartyMonitor: Feature<typeof keys> = {
  keys,
  effects: {
    third_party_monitors: judged("destroyed", "monitor-dropped"),
    "third_party_monitors[].name": judged("destroyed", "monitor-renamed", "monitor-dropped"),
    "third_party_monitors[].role_name": judged("replaced", "monitor-role-renamed"),
    "third_party_monitors[].account_id": IN_PLACE,
    "third_party_monitors[].external_id": IN_PLACE,
    "third_party_monitors[].policy": IN_PLACE,
    "third_party_monitors[].deny_data_access": IN_PLACE,
  },

  boundedAs: BOUNDED_AS,
  instances: { prefix: "third_party_", key: "third_party_monitors", list: LIST },

  *rules(file) {
    yield* externalIds(file);
    for (const { path, input } of file.entries) {
      const monitors = (input.third_party_monitors ?? []).map((settings, index) => ({
        settings,
        path: [...path, "third_party_monitors", index] as Path,
      }));
      yield* repeated(
        file,
        monitors.map(({ settings, path: at }) => ({ value: settings.name, path: [...at, "name"] })),
        "third-party-monitors",
        (name, first) =>
          `the monitor "${name}" is there already at ${first}; expected each once in an account`,
      );
      for (const { settings, path: at } of monitors) {
        yield* monitorRules(file, settings, at);
      }
    }
  },

  calls: (account, deployment) =>
    monitorsOf(account).map(({ settings, index }) => {
      const file = settings.policy.startsWith("./")
        ? deployment.folder.once(readPolicyFile, settings.policy)
        : undefined;
      const name = `third_party_${aliasOf(settings.name)}_${account.alias}`;
      const path = [...account.path, "third_party_monitors", index];
      return {
        name,
        module: "third-party-monitor",
        usesSecrets: false,
        path,
        makes: [
          madeIn(account, deployment, {
            kind: "role",
            boundedAs: BOUNDED_AS,
            name: roleNameOf(settings),
            address: `module.${name}.aws_iam_role.monitor`,
            trust: trustAccount(deployment.partition, settings.account_id, settings.external_id),
            policies: policiesOf(settings, file?.document, { name, path }, deployment.partition),
            asked: { what: `the role of the monitor "${settings.name}"`, path, nameKey: "role_name" },
          }),
        ],
        variables: variables({
          role_name: roleNameOf(settings),
          monitor_account_id: settings.account_id,
          external_id: settings.external_id,
          managed_policy: file === undefined ? settings.policy : undefined,
          deny_data_access: settings.deny_data_access,
          ...iamVariables(account, BOUNDED_AS),
        }),
        locals: file === undefined ? {} : { policy_json: file.text ?? "" },
      };
    }),
};

/** The vendor's policy, and the Deny beside it. */
function policiesOf(
  settings: Monitor,
  document: PolicyDocument | undefined,
  { name, path }: Pick<ModuleCall, "name" | "path">,
  partition: Partition,
): IdentityPolicy[] {
  const policyPath = [...path, "policy"];
  const deny = modulePolicy("third-party-monitor", MONITOR_DENY_POLICY, partition);
  return [
    document === undefined
      ? awsPolicy(partition, settings.policy, {
          address: `module.${name}.aws_iam_role_policy_attachment.managed[0]`,
          path: policyPath,
        })
      : inlinePolicy(MONITOR_POLICY, document, {
          address: `module.${name}.aws_iam_role_policy.custom[0]`,
          path: policyPath,
          remedy: "shorten the file, or use a managed policy",
        }),
    ...(settings.deny_data_access
      ? [
          inlinePolicy(MONITOR_DENY_POLICY, deny, {
            address: `module.${name}.aws_iam_role_policy.deny_data_access[0]`,
            path,
          }),
        ]
      : []),
  ];
}

function* externalIds(file: AccountsFile<typeof keys>): Iterable<Finding> {
  const first = new Map<string, { accountId: string; path: Path }>();
  for (const { path, input } of file.entries) {
    for (const [index, settings] of (input.third_party_monitors ?? []).entries()) {
      const at = [...path, "third_party_monitors", index, "external_id"];
      const earlier = first.get(settings.external_id);
      if (earlier === undefined) {
        first.set(settings.external_id, { accountId: settings.account_id, path: at });
      } else if (earlier.accountId !== settings.account_id) {
        yield error(
          at,
          "external-id",
          `this external id is given to the vendor account ${earlier.accountId} at ${place(file, earlier.path)} too; each vendor could pose as the other: take the id that this vendor's console shows`,
        );
      }
    }
  }
}

function* monitorRules(file: AccountsFile, settings: Monitor, path: Path): Iterable<Finding> {
  if (settings.role_name !== undefined && !/.-monitoring$/.test(settings.role_name)) {
    yield error(
      [...path, "role_name"],
      "role-name",
      `role_name is "${settings.role_name}"; expected a name that ends in -monitoring, such as ${monitorRoleName(settings.name)}`,
    );
  }
  if (roleNameOf(settings).length > 64) {
    yield error(
      [...path, "name"],
      "role-name",
      `the role's name ${roleNameOf(settings)} has ${roleNameOf(settings).length} characters; IAM allows 64`,
    );
  }
  const owner = file.entries.find(({ input }) => input.account_id === settings.account_id);
  if (owner !== undefined || settings.account_id === file.source?.account_id) {
    yield warning(
      [...path, "account_id"],
      "third-party-monitors",
      "this is one of your own accounts, not a vendor's; check the id in the vendor's console",
    );
  }
  const policyPath = [...path, "policy"];
  if (settings.policy.startsWith("./")) {
    const { problem, opens } = file.folder.once(readPolicyFile, settings.policy);
    if (problem !== undefined) {
      yield error(policyPath, "policy", problem);
    } else if (opens !== undefined) {
      yield warning(
        policyPath,
        "policy",
        `${settings.policy} lets the third party open to others what is stored here: it allows ${opens}; expected the reads that it needs, each by its name or as Get*, List* and Describe*`,
      );
    }
  } else {
    yield* managedPolicyRules(settings.policy, policyPath);
  }
}

/** Sorted by name, each with its place in the file's list. */
function monitorsOf(account: Account<typeof keys>): readonly { settings: Monitor; index: number }[] {
  return (account.input.third_party_monitors ?? [])
    .map((settings, index) => ({ settings, index }))
    .sort((a, b) => (a.settings.name < b.settings.name ? -1 : 1));
}

function roleNameOf(settings: Monitor): string {
  return settings.role_name ?? monitorRoleName(settings.name);
}
