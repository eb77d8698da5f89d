import { laterOfSame } from "../accounts/file-order";
import type { Account, Deployment } from "../accounts/model";
import { error, type Finding, type Path, warning } from "../accounts/problem";
import { nameWithoutPath } from "../aws/arns";
import type { Asked, Identity } from "../features/identity";
import { isSameRole } from "./callers";
import type { AccessModel } from "./model";

/** One object in AWS that a part of the file writes. */
interface Write {
  /** How a message calls the object: `the role "x" in account 222222222222`. */
  readonly called: string;
  /** How it calls the role or user that the object belongs to, which may be the object itself. */
  readonly owner: string;
  /** What in Terraform writes it: one object has one. */
  readonly writer: string;
  readonly asked: Asked;
}

/**
 * Two parts of the file that would write one role, user, instance profile, policy or secret: each apply of the one
 * would undo the other. The role that Terraform assumes in an account counts as written too, by hand.
 */
export function* namesTaken(
  { deployment, callers, identities }: AccessModel,
  cite: (path: Path) => string,
): Iterable<Finding> {
  const taken = new Set<string>();
  // A role that exists already is there to be met, also where nothing is written on it.
  const unwritten = callers.map(({ role }) => role).filter(({ policies }) => policies.length === 0);
  const all = [...identities, ...unwritten.filter(({ origin }) => origin === "existing")];
  const same = laterOfSame([...adminRoles(deployment), ...all.flatMap(writesOf)], {
    // IAM's names have no case.
    key: ({ called }) => called.toLowerCase(),
    place: ({ asked }) => cite(asked.path),
    // The error is at the part that can have another name.
    rank: ({ asked }) => (asked.nameKey === undefined ? 0 : 1),
  });
  for (const { first, later } of same) {
    const [object, owner] = [later.called.toLowerCase(), later.owner.toLowerCase()];
    if (first.writer !== later.writer && (object === owner || !taken.has(owner))) {
      // Two roles of one name have profiles and policies of one name too: one error is enough.
      taken.add(owner);
      yield collision(first, later, cite);
    }
  }
}

/**
 * PMM and Teleport may run with one role. IAM finds a role by its name, without case or path, but a trust policy
 * compares ARNs as text: of two ways to write one role, one is never trusted.
 */
export function* roleSpellings({ callers }: AccessModel, cite: (path: Path) => string): Iterable<Finding> {
  const [pmm, ...others] = callers.filter(({ role }) => role.origin === "existing").map(({ role }) => role);
  for (const role of others) {
    const [asked] = role.askedBy;
    const [first] = pmm?.askedBy ?? [];
    if (pmm !== undefined && asked && first && isSameRole(pmm, role) && pmm.arn !== role.arn) {
      yield warning(
        asked.path,
        "role-name",
        `${role.arn} and ${pmm.arn} at ${cite(first.path)} are one role to IAM, which has one path and one spelling of its name; trust policies compare the whole ARN, so one of the two is never trusted: write the role in both places as IAM shows it`,
      );
    }
  }
}

function collision(there: Write, here: Write, cite: (path: Path) => string): Finding {
  const way =
    here.asked.nameKey === undefined
      ? "remove one of the two"
      : `give this one another ${here.asked.nameKey}`;
  return error(
    here.asked.path,
    "name-taken",
    `${here.called} is written by ${here.asked.what} here and by ${there.asked.what} at ${cite(there.asked.path)}, and each would undo the other; ${way}`,
  );
}

function writesOf(identity: Identity): Write[] {
  const { kind, accountId, name, arn, address, instanceProfile, policies, keys, askedBy, stack } = identity;
  const [asked] = askedBy;
  if (asked === undefined) {
    return [];
  }
  const owner = `the ${kind} "${name}" in account ${accountId}`;
  // Several parts may write policies on a role that exists already, and are one identity then.
  const writes: Write[] = [{ called: owner, owner, writer: `${stack} ${address ?? arn}`, asked }];
  const add = (called: string, at: string): void => {
    writes.push({ called, owner, writer: `${stack} ${at}`, asked });
  };
  if (instanceProfile !== undefined) {
    add(`the instance profile "${instanceProfile.name}" in account ${accountId}`, instanceProfile.address);
  }
  for (const { form, name: policy, addresses } of policies) {
    if (form !== "aws") {
      const where = form === "inline" ? `of ${owner}` : `in account ${accountId}`;
      add(`the policy "${policy}" ${where}`, addresses[0] ?? "");
    }
  }
  if (keys !== undefined) {
    const { secret } = keys;
    add(`the secret "${secret.name}" in account ${secret.accountId}, ${secret.region}`, secret.address);
  }
  return writes;
}

/** The role that Terraform assumes in each account. */
function adminRoles({ source, accounts }: Deployment): Write[] {
  const ofAccounts = accounts.flatMap((account) =>
    account.lifecycle === "closed" || account.isSource
      ? []
      : adminRole(account.accountId, account.adminRoleName, pathOfAdminRole(account)),
  );
  return [...adminRole(source.accountId, source.adminRoleName, ["source", "admin_role_name"]), ...ofAccounts];
}

function adminRole(accountId: string, nameWithPath: string | undefined, path: Path): Write[] {
  if (nameWithPath === undefined) {
    return [];
  }
  const called = `the role "${nameWithoutPath(nameWithPath)}" in account ${accountId}`;
  return [
    {
      called,
      owner: called,
      writer: `admin role of ${accountId}`,
      asked: { what: "the role that Terraform assumes", path, nameKey: "admin_role_name" },
    },
  ];
}

function pathOfAdminRole({ path, input }: Account): Path {
  return input.admin_role_name === undefined ? ["defaults", "admin_role_name"] : [...path, "admin_role_name"];
}
