import { createHash } from "node:crypto";
import type { AccessModel } from "../access/model";
import type { Account } from "../accounts/model";
import { MONITOR_DENY_POLICY } from "../aws/names";
import type { Consumer } from "../features/consumer";
import type { Identity, IdentityPolicy } from "../features/identity";
import { codeSpan } from "../summary/markdown";
import { activeAccounts, factsBelow } from "./active-accounts";
import { fileNames } from "./file-names";

/** A vendor's role in one account. */
interface VendorRole {
  /** What the file calls the monitor. */
  readonly name: string;
  readonly account: Account;
  readonly role: Identity;
  readonly externalId: string;
}

/** What to enter in the console of each vendor, a page for each role. */
export const vendors: Consumer<AccessModel> = {
  readme: [
    {
      path: "vendors/<account>-<name>.md",
      use: "For the person who adds the account in a vendor's console: the role ARN and the external id to enter. Hand it to that person alone: the two together are what the vendor assumes the role with.",
    },
  ],

  files(access) {
    const roles = vendorRoles(access);
    const names = fileNames(roles, namesOf);
    const callers = roles.length === 0 ? new Map<string, string[]>() : callersOf(access);
    return new Map(
      roles.map((role) => [`vendors/${names.get(role)}.md`, pageOf(role, callers.get(role.role.arn) ?? [])]),
    );
  },
};

function vendorRoles(access: AccessModel): VendorRole[] {
  return activeAccounts(access).flatMap(({ account, calls, made }) =>
    factsBelow(calls, "third_party_roles").flatMap(
      ({ name = "", facts: { arn, external_id: externalId = "" } }) => {
        const role = made.find((identity) => identity.arn === arn);
        return role === undefined ? [] : [{ name, account, role, externalId }];
      },
    ),
  );
}

/** `a` with `b-c` has the plain name of `a-b` with `c`. */
function namesOf({ account, name }: VendorRole): string[] {
  const plain = `${account.name}-${name}`;
  const hash = createHash("sha256").update(`${account.name}/${name}`).digest("hex").slice(0, 12);
  return [plain, `${plain}-${account.accountId}`, `${plain}.${hash}`];
}

/** Who may assume each role, as a console shows it. */
function callersOf({ edges }: AccessModel): Map<string, string[]> {
  const callers = new Map<string, string[]>();
  for (const { who, may, target } of edges) {
    if (may === "assume" && who.kind !== "key_holder") {
      const known = callers.get(target) ?? [];
      known.push(who.kind === "account" ? who.accountId : who.kind === "service" ? who.name : who.arn);
      callers.set(target, known);
    }
  }
  return callers;
}

function pageOf({ name, account, role, externalId }: VendorRole, callers: readonly string[]): string {
  const lines = [
    `# ${name} in ${account.name}`,
    "",
    "Written by pmm-iam from accounts.yaml.",
    "",
    "| Enter | Value |",
    "|---|---|",
    `| role ARN | ${codeSpan(role.arn)} |`,
    `| external ID | ${codeSpan(externalId)} |`,
    `| AWS account ID | ${codeSpan(account.accountId)} |`,
    "",
    `1. Apply the stack ${codeSpan(account.stack)} first: the apply makes the role. Some consoles try it at once.`,
    `2. In the console of ${codeSpan(name)}, add the AWS account by a role, and enter the values above as they are.`,
    `3. If the console shows an external ID of its own, write that one into accounts.yaml as \`external_id\` of the monitor, apply, and enter it.`,
    `4. If the console names an AWS account or role of the vendor's that is not among these, stop: only these may assume the role: ${callers.map((caller) => codeSpan(caller)).join(", ")}.`,
    "",
    "What the role may do:",
    "",
    ...role.policies.map(policyLine),
  ];
  return `${lines.join("\n")}\n`;
}

function policyLine({ form, name }: IdentityPolicy): string {
  if (form === "aws") {
    return `- AWS's policy ${codeSpan(name)}`;
  }
  return name === MONITOR_DENY_POLICY
    ? `- the policy ${codeSpan(name)}, which denies reading data and secrets`
    : `- the policy ${codeSpan(name)} from accounts.yaml`;
}
