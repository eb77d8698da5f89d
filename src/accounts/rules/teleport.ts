import type { AccountsFile } from "../file";
import { isPlaceholder } from "../placeholders";
import { error, type Finding } from "../problem";
import { rawTexts } from "./accounts";

/** Teleport runs in the source account or in one of the accounts. */
export function* teleportRules(file: AccountsFile): Iterable<Finding> {
  const accountId = file.teleport?.account_id;
  if (accountId === undefined || file.source === undefined || accountId === file.source.account_id) {
    return;
  }
  // A placeholder may become the account.
  const listed = [...rawTexts(file, "account_id")].some(
    ({ value }) => value === accountId || isPlaceholder(value),
  );
  if (!listed) {
    yield error(
      ["teleport", "account_id"],
      "teleport",
      `account ${accountId} is neither the source nor one of the accounts; list it under accounts, or leave account_id out if Teleport runs in the source account`,
    );
  }
}
