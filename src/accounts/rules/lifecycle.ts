import type { AccountsFile } from "../file";
import { error, type Finding, warning } from "../problem";

/** An account that retires or is closed must not be one that the others need. */
export function* lifecycleRules(file: AccountsFile): Iterable<Finding> {
  for (const { path, input } of file.entries) {
    if (input.lifecycle === "active") {
      continue;
    }
    const at = [...path, "lifecycle"];
    const isSource = input.account_id === file.source?.account_id;
    if (input.account_id === file.teleport?.account_id && !isSource) {
      yield error(
        at,
        "lifecycle",
        `Teleport runs in "${input.name}", which is ${input.lifecycle}; name its new account under teleport.account_id first`,
      );
    }
    if (input.lifecycle === "closed" && isSource) {
      yield error(
        at,
        "lifecycle",
        "the source account, where PMM and the secrets are, cannot be closed; expected active or retiring",
      );
    }
    if (input.adopt !== false) {
      yield warning(
        [...path, "adopt"],
        "adopt",
        `adopt has no effect on an account that is ${input.lifecycle}; remove it`,
        "key",
      );
    }
    if (input.lifecycle === "closed" && !isSource) {
      yield warning(
        at,
        "lifecycle",
        `what "${input.name}" holds in AWS is forgotten, not destroyed, which is right only if the account no longer exists. If it exists, its roles, users and access keys stay and work: set lifecycle: retiring instead`,
      );
    }
  }
}
