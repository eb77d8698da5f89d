import type { AccountsFile } from "../file";
import { error, type Finding, type Path } from "../problem";
import { valueAt } from "../values";
import { repeated } from "./repeated";

/** Each account has a name and an AWS account of its own. */
export function* uniqueAccounts(file: AccountsFile): Iterable<Finding> {
  yield* repeated(
    file,
    rawTexts(file, "name"),
    "name",
    (name, first) => `the account name "${name}" is taken at ${first}; give each account its own`,
  );
  yield* repeated(
    file,
    rawTexts(file, "account_id"),
    "account-id",
    (id, first) => `account_id "${id}" is there already at ${first}; expected each AWS account once`,
  );
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
        "this is the source account, which takes its admin_role_name from `source`; take the key away here",
      );
    }
    if (!isSource && own === null) {
      yield error(
        [...path, "admin_role_name"],
        "admin-role-name",
        `admin_role_name is empty; expected the role that Terraform assumes in "${input.name}", such as AWSControlTowerExecution`,
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
        `admin_role_name is missing: neither "${input.name}" nor defaults has one; expected the role that Terraform assumes there, such as admin_role_name: AWSControlTowerExecution`,
        "key",
      );
    }
  }
}
