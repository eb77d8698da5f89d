import { MADE_PMM_ROLE } from "../access/pmm-role";
import { type Change, type ChangeFinding, noted, refused, stackFilesOf } from "./change";

/** What a change of the source does: the account, region and role that all others hang on. */

/** The account of PMM's role and of the secrets. */
export function* changedSource({ base, head, ref }: Change): Iterable<ChangeFinding> {
  const [before, now] = [base.source.accountId, head.source.accountId];
  if (before === undefined || before === now) {
    return;
  }
  const secrets = secretsOf(base.accounts);
  const { makesPmmRole, pmmRoleName } = base.source;
  const role = makesPmmRole ? `the role ${pmmRoleName}, which is made here` : undefined;
  const left = [secrets, role].filter((what) => what !== undefined).join(" and ");
  const says = left === "" ? noted : refused;
  yield says(
    ["source", "account_id"],
    "source-changed",
    `the source account was ${before} at ${ref}: the plan makes assume policies and secrets in ${now} and trusts its role everywhere; what is in ${before} stays behind${left === "" ? "" : `, ${left} among it; put ${before} back${role === undefined ? ", or retire the users first" : ""}`}`,
  );
}

/** The region of the secrets: AWS has no way to move one. */
export function* changedSecretsRegion({ base, head, ref }: Change): Iterable<ChangeFinding> {
  const [before, now] = [base.source.region, head.source.region];
  const secrets = secretsOf(base.accounts);
  if (base.source.accountId === undefined || before === now || secrets === undefined) {
    return;
  }
  yield refused(
    ["source", "region"],
    "region-changed",
    `the source's region was ${before} at ${ref} and is ${now}, and ${secrets} is in ${before}: a secret does not move, so that a later key is written where nobody reads it, or the secret is made again elsewhere; put source.region: ${before} in the file. For another region, retire the users first and add them again`,
  );
}

/** A secret, as an example of all; undefined: nothing had keys. */
function secretsOf(accounts: Change["base"]["accounts"]): string | undefined {
  const names = accounts.flatMap(({ name, users }) => users.map(({ setting }) => setting.secretName(name)));
  const [first, ...others] = names;
  return first === undefined || others.length === 0
    ? first && `the secret ${first}`
    : `the secret ${first} (and ${others.length} more)`;
}

/** PMM's own role, where it is made here: without it PMM reads no account. */
export function* changedPmmRole(change: Change): Iterable<ChangeFinding> {
  const { base, head, ref, evidence, runbook } = change;
  const [before, now] = [base.source, head.source];
  if (before.accountId === undefined || before.accountId !== now.accountId) {
    return;
  }
  const isMadeInPath = before.makesPmmRole && before.iamPath !== now.iamPath;
  const isRenamed = before.pmmRoleName !== now.pmmRoleName && !isMadeInPath;
  if (before.makesPmmRole && !now.makesPmmRole) {
    const held = evidence.objectsOfStack(base.name);
    if (held?.some((address) => MADE_PMM_ROLE.includes(address)) === false) {
      return;
    }
    const files = stackFilesOf(change)(head.name);
    yield refused(
      ["source", "create_pmm_ec2_role"],
      "pmm-role-dropped",
      `create_pmm_ec2_role was true at ${ref}: the next apply destroys ${before.pmmRoleName} with its instance profile, and PMM loses access to every account; put true back. To keep the role and manage it elsewhere, let Terraform forget it with the commands below; a check with --state ${base.name}=<file> then passes`,
      {
        steps: [
          runbook.terraform(files, "init"),
          runbook.terraform(files, `state rm ${MADE_PMM_ROLE.join(" ")}`),
        ],
      },
    );
  } else if (before.makesPmmRole && isRenamed) {
    yield refused(
      ["source", "pmm_ec2_role_name"],
      "pmm-role-renamed",
      `the PMM EC2 role was ${before.pmmRoleName} at ${ref} and is ${now.pmmRoleName}, and it is made here: the next apply destroys the role that the PMM instance runs with; put pmm_ec2_role_name: ${before.pmmRoleName} back`,
    );
  } else if (now.makesPmmRole && !before.makesPmmRole && !isRenamed) {
    yield noted(
      ["source", "create_pmm_ec2_role"],
      "pmm-role-changed",
      `${now.pmmRoleName} was made elsewhere at ${ref}, and create_pmm_ec2_role: true makes it here: the apply stops at the role that is there already; put false back, or name a new role`,
    );
  } else if (isRenamed) {
    yield noted(
      ["source", "pmm_ec2_role_name"],
      "pmm-role-changed",
      `the PMM EC2 role was ${before.pmmRoleName} at ${ref} and is ${now.pmmRoleName}: the plan changes the trust of every monitoring role, in every stack, and moves the assume policy; PMM loses access until its instance runs with the new role, and until every stack is applied`,
    );
  }
}
