import { ENTRY_NAME } from "../../aws/formats";
import { freeNames } from "../entry-names";
import type { AccountsFile, Entry } from "../file";
import { isFromOrganizations, isSuspended } from "../organizations";
import { organizationsToType } from "../pasted-lists";
import { isPlaceholder } from "../placeholders";
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
    [...rawTexts(file, "account_id")].filter(({ value }) => !isPlaceholder(value)),
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
      const leftOut = closed === 0 ? "" : ` (without the ${counted(closed, "account")} that AWS has closed)`;
      const found = `${counted(pasted.length, "entry is", "entries are")} as aws organizations list-accounts prints them`;
      const message = `${found}; expected a name and an account_id in each: type these lines instead${leftOut}`;
      const path = [key, listed.indexOf(pasted[0])];
      yield { ...error(path, "accounts", message), replacement: organizationsToType(listed) };
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

/** This many accounts without a role are one mistake: the role of all of them is missing in `defaults`. */
const ONE_MISTAKE = 4;

/** Each account but the source has a role that Terraform assumes there, of its own or by `defaults`. */
export function* adminRoles(file: AccountsFile): Iterable<Finding> {
  const { source, document } = file;
  for (const { path, input } of file.entries) {
    const own = input.admin_role_name;
    const at = [...path, "admin_role_name"];
    if (input.account_id === source?.account_id) {
      if (own !== undefined && (own ?? undefined) !== (source.admin_role_name ?? undefined)) {
        const message = "this is the source account, which takes its admin_role_name from `source`";
        yield error(at, "admin-role-name", `${message}; remove the key here`);
      }
    } else if (own === null) {
      const expected = `the role that Terraform assumes in "${input.name}", such as pmm-iam-deployer`;
      yield error(at, "admin-role-name", `admin_role_name is empty; expected ${expected}`);
    }
  }
  if (source !== undefined && valueAt(document.plain, ["defaults", "admin_role_name"]) == null) {
    yield* withoutRole(
      file.entries.filter(
        ({ input }) => input.account_id !== source.account_id && input.admin_role_name === undefined,
      ),
    );
  }
}

function* withoutRole(entries: readonly Entry[]): Iterable<Finding> {
  const isOneMistake = entries.length >= ONE_MISTAKE;
  for (const { path, input } of isOneMistake ? entries.slice(0, 1) : entries) {
    const others = isOneMistake ? ` nor ${entries.length - 1} other accounts` : "";
    const expected = isOneMistake
      ? "the role that Terraform assumes in each, such as admin_role_name: pmm-iam-deployer under defaults"
      : "the role that Terraform assumes there, such as admin_role_name: pmm-iam-deployer";
    yield error(
      path,
      "admin-role-name",
      `admin_role_name is missing: neither "${input.name}"${others} nor defaults has one; expected ${expected}`,
      "key",
    );
  }
}
