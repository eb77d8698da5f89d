import { judged, under } from "../../accounts/effects";
import type { Account, Deployment } from "../../accounts/model";
import { aliasOf } from "../../accounts/names";
import type { Path } from "../../accounts/problem";
import { repeated } from "../../accounts/rules";
import {
  type ThirdPartyMonitorInput,
  thirdPartyMonitorEffects,
  thirdPartyMonitors,
} from "../../accounts/schema";
import { valueAt } from "../../accounts/values";
import { iamArn, inPath } from "../../aws/arns";
import { descriptionOf } from "../../aws/descriptions";
import { MONITOR_DENY_POLICY, MONITOR_POLICY, monitorRoleName } from "../../aws/names";
import { policyText, trustThirdParty } from "../../aws/policies";
import { modulePolicy } from "../../modules/own";
import {
  adoptableGrants,
  descriptionVariables,
  type Feature,
  type InstanceList,
  iamVariables,
  type ModuleCall,
  variables,
} from "../feature";
import { type Handover, outputOf } from "../handover";
import {
  awsPolicy,
  type Identity,
  type IdentityPolicy,
  inlinePolicy,
  madeIn,
  managedPolicy,
} from "../identity";
import { listedAt, listedFor } from "../listed";
import { externalIdRules, type Monitor } from "./external-ids";
import {
  filesOf,
  isPolicyFile,
  type NamedPolicy,
  type PlacedFiles,
  placeFiles,
  policiesOf,
} from "./policies";
import { type PolicyFileUse, policyFileRules } from "./policy-file";
import { policyRules } from "./policy-rules";
import { accountOf, principalRules, principalsOf } from "./principals";

const KEY = "third_party_monitors";

const keys = {
  [KEY]: thirdPartyMonitors.nullable().optional(),
};

const BOUNDED_AS = "third_party";

const PURPOSE = "A third party assumes this role, with its external id, to monitor this account.";

const LIST: InstanceList = {
  noun: "monitor",
  sameBy: "external_id",
  roleName: (name, entry) => String(valueAt(entry, ["role_name"]) ?? monitorRoleName(name)),
};

/** A role for each third party, opened by the external id that only it knows. */
export const thirdPartyMonitor: Feature<typeof keys> = {
  keys,
  effects: {
    third_party_monitors: judged("destroyed", "monitor-dropped"),
    ...under("third_party_monitors[].", thirdPartyMonitorEffects),
  },

  boundedAs: BOUNDED_AS,
  instances: { prefix: "third_party_", key: KEY, list: LIST },

  *rules(file) {
    const lists = [
      listedAt(file.defaults.third_party_monitors, ["defaults", KEY]),
      ...file.entries.map(({ path, input }) => listedAt(input.third_party_monitors, [...path, KEY])),
    ];
    yield* externalIdRules(file, lists.flat());
    const uses: PolicyFileUse[] = [];
    for (const monitors of lists) {
      yield* repeated(
        file,
        monitors.map(({ input, path }) => ({ value: input.name, path: [...path, "name"] })),
        "third-party-monitors",
        (name, first) =>
          `the monitor "${name}" is there already at ${first}; expected each once in an account`,
      );
      for (const { input, path } of monitors) {
        yield* principalRules(file, input, path);
        yield* policyRules(file, input, { path, roleName: roleNameOf(input) });
        uses.push(
          ...policiesOf(input, path)
            .filter(({ policy }) => isPolicyFile(policy))
            .map((named): PolicyFileUse => ({ ...named, deny: input.deny_data_access })),
        );
      }
    }
    yield* policyFileRules(file, uses);
  },

  calls: (account, deployment) =>
    monitorsOf(account, deployment).map((monitor) => callOf(monitor, account, deployment)),
};

/** Sorted by name. */
function monitorsOf(account: Account<typeof keys>, deployment: Deployment): readonly Monitor[] {
  return [
    ...listedFor(
      KEY,
      deployment.inherited.third_party_monitors,
      account.input.third_party_monitors,
      account.path,
    ),
  ].sort((a, b) => (a.input.name < b.input.name ? -1 : 1));
}

function callOf({ input, path }: Monitor, account: Account, deployment: Deployment): ModuleCall {
  const { partition, folder } = deployment;
  const name = `third_party_${aliasOf(input.name)}_${account.alias}`;
  const roleName = roleNameOf(input);
  const principals = principalsOf(input, path).map(({ principal }) => principal);
  const policies = policiesOf(input, path);
  const listed = policies.filter(({ policy }) => !isPolicyFile(policy)).sort(byPolicy);
  const [only] = listed.length === 1 ? listed : [];
  const files = placeFiles(filesOf(folder, policies), input, partition);
  const role = madeIn(account, deployment, {
    kind: "role",
    boundedAs: BOUNDED_AS,
    name: roleName,
    purpose: PURPOSE,
    address: `module.${name}.aws_iam_role.monitor`,
    trust: trustThirdParty(partition, principals, input.external_id),
    policies: [
      ...listed.map((named) => listedPolicy(named, name, deployment)),
      ...filePolicies(files, { roleName, name }, account, deployment),
      ...(input.deny_data_access ? [denyPolicy(name, path, deployment)] : []),
    ],
    asked: {
      what: `the role of the monitor "${input.name}"`,
      path,
      nameKey: "role_name",
      remedy: "name fewer principals, or an account by its id instead of its roles",
    },
  });
  return {
    name,
    module: "third-party-monitor",
    usesSecrets: false,
    path,
    makes: [role],
    handsOn: [handoverOf(role, input, name)],
    ...(input.adopt ? { adopts: adoptedRole(roleName) } : {}),
    ...(only === undefined ? {} : { moved: [{ from: ATTACHED_BEFORE, to: attached(only.policy) }] }),
    variables: variables({
      role_name: roleName,
      ...principalVariables(principals),
      external_id: input.external_id,
      ...(only === undefined
        ? { managed_policies: listed.map(({ policy }) => policy) }
        : { managed_policy: only.policy }),
      deny_data_access: input.deny_data_access,
      ...iamVariables(account, BOUNDED_AS),
      ...descriptionVariables(account),
    }),
    locals: {
      ...(files.inline === undefined ? {} : { policy_json: policyText(files.inline.document) }),
      ...(files.managed.length === 0
        ? {}
        : {
            policy_documents: Object.fromEntries(
              files.managed.map(({ key, document }) => [key, policyText(document)]),
            ),
          }),
    },
  };
}

function handoverOf(
  { arn }: Identity,
  { name, external_id }: ThirdPartyMonitorInput,
  instance: string,
): Handover {
  return {
    to: "the vendor",
    key: ["third_party_roles", name],
    facts: {
      arn: outputOf(instance, "role_arn", arn),
      external_id: { value: external_id },
    },
    steps: [`In the console of ${name}, enter the role ARN ${arn} and the external id ${external_id}`],
  };
}

/** One account as before there were several principals, so that what it has stays as it is. */
function principalVariables(principals: readonly string[]) {
  const [first, ...others] = principals;
  return first !== undefined && others.length === 0 && accountOf(first) === first
    ? { monitor_account_id: first }
    : { principals: [...principals].sort() };
}

/**
 * The role, and what says that it has no other policies: with those, the plan shows what hangs on the role before
 * the apply removes it.
 */
function adoptedRole(roleName: string) {
  return [{ address: "aws_iam_role.monitor", id: roleName }, ...adoptableGrants("role", "monitor", roleName)];
}

/**
 * Where version 0.1.0 has the one policy of AWS's, whatever its name. Only one that is still alone is moved from there:
 * among several nobody knows which it is, and one that is moved under another's name would be replaced while it is
 * attached under its own. The module forgets it then, and it stays attached.
 */
const ATTACHED_BEFORE = "aws_iam_role_policy_attachment.managed[0]";

/** Each of AWS's policies has its address by its name, however many there are. */
function attached(policy: string): string {
  return `aws_iam_role_policy_attachment.listed["${policy}"]`;
}

const TOO_MANY =
  "put the statements of several files into one of at most 6144 characters, or remove a policy";

function listedPolicy(
  { policy, path }: NamedPolicy,
  name: string,
  { partition }: Deployment,
): IdentityPolicy {
  return awsPolicy(partition, policy, {
    address: `module.${name}.${attached(policy)}`,
    path,
    remedy: TOO_MANY,
  });
}

function filePolicies(
  { inline, managed }: PlacedFiles,
  { roleName, name }: { readonly roleName: string; readonly name: string },
  { accountId, iamPath, stack }: Account,
  { partition }: Deployment,
): IdentityPolicy[] {
  return [
    ...(inline === undefined
      ? []
      : [
          inlinePolicy(MONITOR_POLICY, inline.document, {
            address: `module.${name}.aws_iam_role_policy.custom[0]`,
            path: inline.path,
          }),
        ]),
    ...managed.map(({ key, document, path }) => {
      const policyName = `${roleName}-${key}`;
      return managedPolicy(
        {
          name: policyName,
          arn: iamArn(partition, accountId, "policy", inPath(iamPath, policyName)),
          description: descriptionOf(
            `What a third party may do with the role ${roleName}, as one of its policies.`,
            stack,
          ),
        },
        document,
        {
          addresses: [
            `module.${name}.aws_iam_policy.document["${key}"]`,
            `module.${name}.aws_iam_role_policy_attachment.document["${key}"]`,
          ],
          path,
          remedy: TOO_MANY,
        },
      );
    }),
  ];
}

function denyPolicy(name: string, path: Path, { partition }: Deployment): IdentityPolicy {
  return inlinePolicy(
    MONITOR_DENY_POLICY,
    modulePolicy("third-party-monitor", MONITOR_DENY_POLICY, partition),
    { address: `module.${name}.aws_iam_role_policy.deny_data_access[0]`, path },
  );
}

/** The name that the role has in AWS. */
function roleNameOf({ role_name, name }: ThirdPartyMonitorInput): string {
  return role_name ?? monitorRoleName(name);
}

function byPolicy(a: NamedPolicy, b: NamedPolicy): number {
  return a.policy < b.policy ? -1 : 1;
}
