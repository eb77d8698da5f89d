import type { AccessModel } from "../access/model";
import type { Account } from "../accounts/model";
import { MONITORING_ROLE } from "../aws/names";
import type { ModuleCall } from "../features/feature";
import type { Identity } from "../features/identity";
import { oncePer } from "../features/once-per";

/** An account that has access made in it, as consumers read it. */
export interface ActiveAccount {
  readonly account: Account;
  readonly calls: readonly ModuleCall[];
  /** The roles and users that are made in it. */
  readonly made: readonly Identity[];
}

/** The accounts that neither retire nor are closed, sorted by name. */
export const activeAccounts = oncePer(({ stacks }: AccessModel): readonly ActiveAccount[] =>
  stacks
    .flatMap(({ accounts }) => accounts)
    .filter(({ calls }) => calls.length > 0)
    .map(({ account, calls }) => ({ account, calls, made: calls.flatMap(({ makes }) => makes) }))
    .sort((a, b) => (a.account.name < b.account.name ? -1 : 1)),
);

/** The role that PMM, Grafana and additional principals assume in an account, and what they have to send. */
export interface MonitoringRole {
  readonly account: Account;
  readonly arn: string;
  readonly externalId: string | undefined;
}

/** The monitoring role of each account that has one, sorted by the account's name. */
export const monitoringRoles = oncePer((access: AccessModel): readonly MonitoringRole[] =>
  activeAccounts(access).flatMap(({ account, made, calls }) => {
    const role = made.find(({ kind, name }) => kind === "role" && name === MONITORING_ROLE);
    const { external_id } = factsBelow(calls, "monitoring_role")[0]?.facts ?? {};
    return role === undefined ? [] : [{ account, arn: role.arn, externalId: external_id }];
  }),
);

/** What one handover hands on. */
interface HandedFacts {
  /** The second key below which its facts are in the output `access`; left out where there is none. */
  readonly name: string | undefined;
  readonly facts: Readonly<Record<string, string>>;
}

/** The facts that the calls hand on below a key of the output `access`. */
export function factsBelow(calls: readonly ModuleCall[], outer: string): HandedFacts[] {
  return calls
    .flatMap(({ handsOn = [] }) => handsOn)
    .filter(({ key }) => key[0] === outer)
    .map(({ key: [, name], facts }) => ({
      name,
      facts: Object.fromEntries(Object.entries(facts).map(([fact, { value }]) => [fact, String(value)])),
    }));
}
