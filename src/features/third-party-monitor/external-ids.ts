import { type AccountsFile, place } from "../../accounts/file";
import { apartFrom } from "../../accounts/file-order";
import { error, type Finding, type Path } from "../../accounts/problem";
import type { ThirdPartyMonitorInput } from "../../accounts/schema";
import type { ListedEntry } from "../listed";
import { accountOf, isOwnAccount, principalsOf } from "./principals";

export type Monitor = ListedEntry<ThirdPartyMonitorInput>;

/** A vendor that holds the id of another could come through the other's role. */
export function* externalIdRules(file: AccountsFile, monitors: readonly Monitor[]): Iterable<Finding> {
  const cite = (path: Path): string => place(file, path);
  const known = new Map<string, Monitor[]>();
  for (const monitor of monitors) {
    const { external_id } = monitor.input;
    const earlier = known.get(external_id) ?? [];
    const [first] = earlier;
    if (first !== undefined && !earlier.some((other) => isSameVendor(file, other, monitor))) {
      const [earlierId, id] = [
        [...first.path, "external_id"],
        [...monitor.path, "external_id"],
      ];
      yield error(
        apartFrom(earlierId, id, cite),
        "external-id",
        `this external id is given to the monitor "${first.input.name}" at ${cite(earlierId)} too; each vendor could pose as the other: take the id that this vendor's console shows`,
      );
    }
    known.set(external_id, [...earlier, monitor]);
  }
}

/** A vendor has one name, or comes from the same account: the same under another name is a role that replaces another. */
function isSameVendor(file: AccountsFile, one: Monitor, other: Monitor): boolean {
  const accounts = new Set(vendorAccounts(file, one));
  return one.input.name === other.input.name || vendorAccounts(file, other).some((id) => accounts.has(id));
}

function vendorAccounts(file: AccountsFile, { input, path }: Monitor): string[] {
  const accounts = principalsOf(input, path).map(({ principal }) => accountOf(principal));
  const foreign = accounts.filter((accountId) => !isOwnAccount(file, accountId));
  return foreign.length === 0 ? accounts : foreign;
}
