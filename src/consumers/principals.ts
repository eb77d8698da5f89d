import { createHash } from "node:crypto";
import type { AccessModel } from "../access/model";
import { inPath, nameWithoutPath, parseRoleArn } from "../aws/arns";
import { ASSUME_SHARDS, EXPLICIT_ASSUME_CHARACTERS, MANAGED_POLICY_CHARACTERS } from "../aws/limits";
import { assumeExactly, assumeInOrganization, type PolicyDocument, policySize } from "../aws/policies";
import type { Consumer } from "../features/consumer";
import type { Identity } from "../features/identity";
import { asFileName, fileNames } from "./file-names";

/** What each additional principal needs on its own side, to assume what trusts it. */
export const principals: Consumer<AccessModel> = {
  readme: [
    {
      path: "principals/<role>.json",
      use: "For the owner of a role in `additional_principals`: what the role needs on its own side, beside the trust that the accounts have. Attach it to the role as an inline policy: `aws iam put-role-policy`. A name has the role's account id where two roles have one name. Where one policy is too small for the accounts there is a file for each shard, `-0` to `-7`: make each a managed policy and attach all. In an account with an `external_id` the role also sends that.",
    },
  ],

  files(access) {
    const callers = [...targetsByCaller(access)].sort(([a], [b]) => (a < b ? -1 : 1));
    const names = fileNames(
      callers.map(([arn]) => arn),
      namesOf,
    );
    return new Map(
      callers.flatMap(([arn, targets]) =>
        policiesFor(targets, access).map(({ suffix, document }): [string, string] => [
          `principals/${names.get(arn)}${suffix}.json`,
          `${JSON.stringify(document, undefined, 2)}\n`,
        ]),
      ),
    );
  },
};

/**
 * The roles that each role may assume by the trust alone, without a grant that the output writes. A vendor's role is
 * the vendor's to grant.
 */
function targetsByCaller({ edges, identities, callers, features }: AccessModel): Map<string, Identity[]> {
  const roles = new Map(identities.map((identity) => [identity.arn, identity]));
  const granted = new Set(
    callers.flatMap(({ kind, role }) =>
      features.flatMap(({ assumedBy }) =>
        assumedBy?.caller === kind ? `${role.arn} ${assumedBy.roleName}` : [],
      ),
    ),
  );
  const byCaller = new Map<string, Identity[]>();
  for (const { who, may, target } of edges) {
    const role = roles.get(target);
    if (may !== "assume" || who.kind !== "role" || role === undefined || role.boundedAs === "third_party") {
      continue;
    }
    if (!granted.has(`${who.arn} ${role.name}`)) {
      const known = byCaller.get(who.arn) ?? [];
      known.push(role);
      byCaller.set(who.arn, known);
    }
  }
  return byCaller;
}

/** The role's name; with its account; with what no other ARN has. */
function namesOf(arn: string): string[] {
  const { accountId, nameWithPath } = parseRoleArn(arn);
  const name = asFileName(nameWithoutPath(nameWithPath));
  const hash = createHash("sha256").update(arn).digest("hex").slice(0, 8);
  return [name, `${name}-${accountId}`, `${name}-${accountId}.${hash}`];
}

interface PrincipalPolicy {
  /** Behind the file's name: empty, or the number of a shard. */
  readonly suffix: string;
  readonly document: PolicyDocument;
}

/**
 * The documents that let a role assume others: one that names each, while it fits in an inline policy beside others;
 * then a managed policy for each shard, account_id mod 8, as PMM's own grant has them; then the whole organization.
 */
function policiesFor(targets: readonly Identity[], { deployment }: AccessModel): PrincipalPolicy[] {
  const { partition, source } = deployment;
  const whole = { suffix: "", document: exactly(targets) };
  if (policySize(whole.document) <= EXPLICIT_ASSUME_CHARACTERS) {
    return [whole];
  }
  const shards = Array.from({ length: ASSUME_SHARDS }, (_, shard) => ({
    suffix: `-${shard}`,
    members: targets.filter(({ accountId }) => BigInt(accountId) % BigInt(ASSUME_SHARDS) === BigInt(shard)),
  })).flatMap(({ suffix, members }) =>
    members.length === 0 ? [] : [{ suffix, document: exactly(members) }],
  );
  const fits = shards.every(({ document }) => policySize(document) <= MANAGED_POLICY_CHARACTERS);
  const names = [...new Set(targets.map(({ iamPath, name }) => inPath(iamPath, name)))].sort();
  return fits || source.organizationId === undefined
    ? shards
    : [{ suffix: "", document: assumeInOrganization(partition, names, source.organizationId) }];
}

function exactly(roles: readonly Identity[]): PolicyDocument {
  return assumeExactly(roles.map(({ arn }) => arn).sort());
}
