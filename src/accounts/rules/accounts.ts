import { ENTRY_NAME } from "../../aws/formats";
import { freeNames } from "../entry-names";
import type { AccountsFile } from "../file";
import { isFromOrganizations, isSuspended } from "../organizations";
import { organizationsToType } from "../pasted-lists";
import { error, type Finding, type Path } from "../problem";
import { valueAt } from "../values";
import { counted } from "../wording";
import { repeated } from "./repeated";

/** Each account has a name and an AWS account of its own. */
export function* uniqueAccounts(file: AccountsFile): Iterable<Finding> {
  const accounts = valueAt(file.document.plain, ["accounts"]);
  const free = freeNames(Array.isArray(accounts) ? accounts : []);
  // What is no name at all gets its message, and another name, from the schema.
  const names = [...rawTexts(file, "name")].filter(({ value }) => ENTRY_NAME.pattern.test(value));
  yield* repeated(
    file,
    names,
    "name",
    (name, first, [, index]) =>
      `the account name "${name}" is taken at ${first}; give each account its own, such as "${free.get(Number(index))?.name}"`,
  );
  yield* repeated(
    file,
    rawTexts(file, "account_id"),
    "account-id",
    (id, first) => `account_id "${id}" is there already at ${first}; expected each AWS account once`,
  );
}

/** Says once of all entries that are as AWS Organizations prints them what to type instead. */
export function* organizationsAccounts({ document }: AccountsFile): Iterable<Finding> {
  for (const key of ["accounts", "Accounts"]) {
    const listed = valueAt(document.plain, [key]);
    const pasted = Array.isArray(listed) ? listed.filter(isFromOrganizations) : [];
    if (Array.isArray(listed) && pasted.length > 0) {
      const closed = pasted.filter(isSuspended).length;
      const without = closed === 0 ? "" : `, without ${closed} that AWS has closed`;
      const message = `${counted(pasted.length, "entry", "entries")} of ${key} as aws organizations list-accounts prints them; expected a name and an account_id in each: type these lines instead${without}`;
      const path = [key, listed.indexOf(pasted[0])];
      yield { ...error(path, "accounts", message), steps: organizationsToType(listed) };
    }
  }
}

/** A key of every account as it is in the file, also of accounts whose shape is wrong elsewhere. */
export function* rawTexts(file: AccountsFile, key: string): Iterable<{ value: string; path: Path }> {
  const accounts = valueAt(file.document.plain, ["accounts"]);
  for (const index of Array.isArray(accounts) ? accounts.keys() : []) {
    const path = ["accounts", index, key];
    const value = valueAt(file.document.plain, path);
    if (typeof value === "string") {
      yield { value, path };
    }
  }
}

/** Each account but the source has a role that Terraform assumes there, of its own or by `defaults`. */
export function* adminRoles(file: AccountsFile): Iterable<Finding> {
  for (const { path, input } of file.entries) {
    const isSource = input.account_id === file.source?.account_id;
    const own = input.admin_role_name;
    if (isSource && own !== undefined && (own ?? undefined) !== (file.source?.admin_role_name ?? undefined)) {
      yield error(
        [...path, "admin_role_name"],
        "admin-role-name",
        "this is the source account, which takes its admin_role_name from `source`; remove the key here",
      );
    }
    if (!isSource && own === null) {
      yield error(
        [...path, "admin_role_name"],
        "admin-role-name",
        `admin_role_name is empty; expected the role that Terraform assumes in "${input.name}", such as pmm-iam-deployer`,
      );
    } else if (
      !isSource &&
      file.source !== undefined &&
      own === undefined &&
      valueAt(file.document.plain, ["defaults", "admin_role_name"]) == null
    ) {
      yield error(
        path,
        "admin-role-name",
        `admin_role_name is missing: neither "${input.name}" nor defaults has one; expected the role that Terraform assumes there, such as admin_role_name: pmm-iam-deployer`,
        "key",
      );
    }
  }
}
