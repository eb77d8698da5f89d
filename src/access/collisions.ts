import type { Account, Deployment } from "../accounts/model";
import { error, type Finding, type Path } from "../accounts/problem";
import { nameWithoutPath } from "../aws/arns";
import type { Asked, Identity } from "../features/identity";
import type { AccessModel } from "./model";

/** One object in AWS that a part of the file writes. */
interface Write {
  /** What AWS tells objects apart by; names have no case. */
  readonly object: string;
  /** How a message calls the object. */
  readonly called: string;
  /** What in Terraform writes it: one object has one. */
  readonly writer: string;
  readonly asked: Asked;
}

/**
 * Two parts of the file that would write one role, user, instance profile, policy or secret: each apply of the one
 * would undo the other. The role that Terraform assumes in an account counts as written too, by hand.
 */
export function* namesTaken(
  { deployment, identities }: AccessModel,
  cite: (path: Path) => string,
): Iterable<Finding> {
  const first = new Map<string, Write>();
  const said = new Set<string>();
  for (const write of [...adminRoles(deployment), ...identities.flatMap(writesOf)]) {
    const earlier = first.get(write.object);
    if (earlier === undefined) {
      first.set(write.object, write);
      continue;
    }
    // Two roles of one name have profiles and policies of one name too, which is no news.
    const pair = `${earlier.asked.what} ${write.asked.what}`;
    if (earlier.writer !== write.writer && !said.has(pair)) {
      said.add(pair);
      yield taken(earlier, write, cite);
    }
  }
}

/** Is at the part that can have another name: the later one of the file where both can. */
function taken(one: Write, other: Write, cite: (path: Path) => string): Finding {
  const [earlier, later] = [one, other].sort(
    (a, b) => lineOf(cite(a.asked.path)) - lineOf(cite(b.asked.path)),
  );
  const [here, there] =
    later?.asked.nameKey === undefined && earlier?.asked.nameKey !== undefined
      ? [earlier, later ?? other]
      : [later ?? other, earlier ?? one];
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

function lineOf(place: string): number {
  return Number.parseInt(place, 10);
}

function writesOf(identity: Identity): Write[] {
  const { kind, accountId, name, instanceProfile, policies, keys, askedBy, stack } = identity;
  const [asked] = askedBy;
  if (asked === undefined) {
    return [];
  }
  const write = (object: string, called: string, address: string, id = accountId): Write => ({
    object: `${id} ${object}`.toLowerCase(),
    called: `${called} in account ${id}`,
    writer: `${stack} ${address}`,
    asked,
  });
  const owner = `${kind} ${name}`;
  return [
    // Several parts may write policies on a role that exists already, and are one identity then.
    write(owner, `the ${kind} "${name}"`, identity.address ?? identity.arn),
    ...(instanceProfile === undefined
      ? []
      : [
          write(
            `instance profile ${instanceProfile.name}`,
            `the instance profile "${instanceProfile.name}"`,
            instanceProfile.address,
          ),
        ]),
    ...policies.flatMap(({ form, name: policy, addresses: [address = ""] }) =>
      form === "aws"
        ? []
        : [
            write(
              form === "inline" ? `${owner} ${policy}` : `policy ${policy}`,
              `the policy "${policy}"`,
              address,
            ),
          ],
    ),
    ...(keys === undefined
      ? []
      : [
          write(
            `secret ${keys.secret.region} ${keys.secret.name}`,
            `the secret "${keys.secret.name}"`,
            keys.secret.address,
            keys.secret.accountId,
          ),
        ]),
  ];
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
  const name = nameWithoutPath(nameWithPath);
  return [
    {
      object: `${accountId} role ${name}`.toLowerCase(),
      called: `the role "${name}" in account ${accountId}`,
      writer: `admin role of ${accountId}`,
      asked: { what: "the role that Terraform assumes", path, nameKey: "admin_role_name" },
    },
  ];
}

function pathOfAdminRole({ path, input }: Account): Path {
  return input.admin_role_name === undefined ? ["defaults", "admin_role_name"] : [...path, "admin_role_name"];
}
