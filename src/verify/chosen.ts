import { firstOfMany, oneOf } from "../accounts/counted";
import { partitionOf, regionsOf } from "../aws/partitions";
import type { Reader, VerifyPlan } from "./plan";

/** What a run is limited to, as typed: names one by one, or several with commas between. */
export interface Chosen {
  /** Names or ids of accounts. */
  readonly account?: readonly string[];
  readonly only?: readonly Reader[];
  /** In place of each account's own; `all`: every region of the partition, as PMM's discovery looks. */
  readonly region?: readonly string[];
}

/** Most names in a message. */
const MOST_NAMES = 10;

/** The part of a plan that was asked for, or what is wrong with what was typed. */
export function chosenOf(plan: VerifyPlan, chosen: Chosen): VerifyPlan | { readonly problem: string } {
  const { only = [] } = chosen;
  const [accounts, region] = [namesIn(chosen.account), namesIn(chosen.region)];
  const names = [...new Set(plan.checks.map(({ account }) => account))];
  const known = new Set(plan.checks.flatMap(({ account, accountId }) => [account, accountId]));
  const unknown = accounts.find((name) => !known.has(name));
  if (unknown !== undefined) {
    return {
      problem: `there is nothing to verify in an account "${unknown}"; expected ${firstOfMany(names, MOST_NAMES)}`,
    };
  }
  const wrong = region.find((name) => name !== "all" && partitionOf(name) !== plan.partition);
  if (wrong !== undefined) {
    return {
      problem: `"${wrong}" is no region of the partition ${plan.partition}; expected one such as ${plan.source.region}, or all`,
    };
  }
  const regions = region.includes("all") ? regionsOf(plan.partition) : [...new Set(region)];
  const checks = plan.checks
    .filter(
      ({ account, accountId }) =>
        accounts.length === 0 || accounts.some((name) => [account, accountId].includes(name)),
    )
    .filter(({ reader }) => only.length === 0 || only.includes(reader))
    .map((check) => (regions.length === 0 ? check : { ...check, regions }));
  return checks.length === 0
    ? { problem: nothingOf(plan, chosen) }
    : { ...plan, checks, skipsDisabledRegions: region.includes("all") };
}

function namesIn(typed: readonly string[] = []): string[] {
  return typed.flatMap((names) => names.split(",")).filter((name) => name !== "");
}

function nothingOf(plan: VerifyPlan, { only = [] }: Chosen): string {
  const readers = new Set(plan.checks.map(({ reader }) => reader));
  const isGiven = only.length === 0 || only.some((reader) => readers.has(reader));
  return plan.checks.length === 0
    ? "there is nothing to verify: no account in the file is active"
    : isGiven
      ? `there is nothing to verify for ${only.join(", ")} in the accounts that --account names`
      : `there is nothing to verify for ${only.join(", ")}: no account has it; expected ${oneOf([...readers])}`;
}
