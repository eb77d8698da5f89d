import { ENABLED_REGION } from "../aws/partitions";
import {
  type AwsSession,
  assumeRole,
  callerIdentity,
  type Database,
  databases,
  inRegion,
  type Reason,
  reasonOf,
} from "../aws-calls/index";
import { isOneOf } from "./caller";
import { holderOf } from "./causes";
import { denialOf } from "./denial";
import { causeOfAssume, causeOfCall } from "./explain";
import { type Found, resultOf } from "./found";
import { keyFrom } from "./key";
import type { AccessBy, PlannedCheck, VerifyPlan } from "./plan";
import { FIND_DATABASES, grafanaCalls, READ_METRIC, READ_OS_METRICS, type ReaderCall } from "./reader-calls";
import { isRead, type RegionRead, sparse } from "./region-read";
import type { CheckResult } from "./results";

/** As EKS Pod Identity passes it on. (Amazon EKS User Guide, "Grant pods access based on tags".) */
const POD_TAG = { key: "kubernetes-namespace", value: "monitoring" };

/** A role that is assumed. */
type RoleAccess = Extract<AccessBy, { kind: "role" }>;

/** Makes checks as one caller. Each role is assumed once. */
export class Checker {
  private readonly roles = new Map<string, AwsSession>();
  /** By which a check reads, for those that go on to look elsewhere. */
  private readonly sessions = new Map<PlannedCheck, AwsSession>();
  /** What was said of a call in a region that cannot be reached: it is not tried again, which would take long. */
  private readonly unreachable = new Map<string, string>();

  constructor(
    private readonly plan: VerifyPlan,
    private readonly own: AwsSession,
    /** Who `own` is to AWS. */
    private readonly caller: { readonly accountId: string; readonly arn: string },
  ) {}

  async check(check: PlannedCheck): Promise<CheckResult> {
    const found = await this.found(check);
    const isPassedOver = ({ cause }: Found): boolean =>
      cause === "region_disabled" && this.plan.skipsDisabledRegions === true;
    return this.resultOf(
      check,
      found.filter((one) => !isPassedOver(one)),
    );
  }

  /** The same result, which says in which other regions there are databases where the check found none. */
  async lookElsewhere(
    check: PlannedCheck,
    result: CheckResult,
    regions: readonly string[],
  ): Promise<CheckResult> {
    const session = this.sessions.get(check);
    if (session === undefined) {
      return result;
    }
    const names: string[] = [];
    const look = async (region: string): Promise<void> => {
      // A region that is not enabled has none.
      const there = await databases(inRegion(session, region)).catch((): Database[] => []);
      if (there.some(isRead)) {
        names.push(region);
      }
    };
    await Promise.all(regions.filter((region) => !check.regions.includes(region)).map(look));
    return names.length === 0
      ? result
      : this.resultOf(
          check,
          check.regions.map((region) => ({
            cause: "wrong_region",
            severity: "warning",
            region,
            names: names.sort(),
          })),
        );
  }

  private resultOf(check: PlannedCheck, found: readonly Found[]): CheckResult {
    return resultOf(check, found, { plan: this.plan, caller: this.caller.arn });
  }

  private found(check: PlannedCheck): Promise<Found[]> {
    switch (check.reader) {
      case "pmm":
        return this.pmm(check);
      case "grafana":
        return this.grafana(check);
      case "teleport":
        return this.teleport(check);
      case "vendor":
        return this.vendor(check);
    }
  }

  private async pmm(check: PlannedCheck): Promise<Found[]> {
    const opened = await this.sessionOf(check);
    if ("cause" in opened) {
      return [opened];
    }
    const { session, found = [] } = opened;
    this.sessions.set(check, session);
    const regions = await Promise.all(check.regions.map((region) => this.readRegion(check, session, region)));
    return [...found, ...regions.flatMap((region) => region.found), ...sparse(regions)];
  }

  private async sessionOf(
    check: PlannedCheck,
  ): Promise<{ readonly session: AwsSession; readonly found?: readonly Found[] } | Found> {
    const { by } = check;
    switch (by.kind) {
      case "host":
        return { session: this.own };
      case "key":
        // In its own account another caller would look for a secret of the same name.
        return this.caller.accountId === this.plan.source.accountId
          ? await keyFrom(this.own, by, check.accountId)
          : { cause: "secret_denied" };
      case "role":
        // PMM sends no external id.
        return await this.assumed(check, { ...by, externalId: undefined });
    }
  }

  private async readRegion(check: PlannedCheck, session: AwsSession, region: string): Promise<RegionRead> {
    const here = inRegion(session, region);
    let there: readonly Database[] | undefined;
    const find: ReaderCall = {
      action: FIND_DATABASES,
      make: async () => {
        there = (await databases(here)).filter(isRead);
      },
    };
    let hasOsMetrics = true;
    const read: ReaderCall = {
      action: READ_OS_METRICS.action,
      make: async () => {
        try {
          await READ_OS_METRICS.make(here);
        } catch (cause) {
          if (reasonOf(cause).kind !== "absent") {
            throw cause;
          }
          hasOsMetrics = false;
        }
      },
    };
    const found = await this.made(check, here, [find, READ_METRIC, read]);
    return { region, databases: there, found, hasOsMetrics };
  }

  private async grafana(check: PlannedCheck): Promise<Found[]> {
    const opened = await this.assumedWithTags(check);
    if ("cause" in opened) {
      return [opened];
    }
    const calls = grafanaCalls(check.by);
    const found = await Promise.all(
      check.regions.map((region) => this.made(check, inRegion(opened.session, region), calls)),
    );
    return [...opened.found, ...found.flat()];
  }

  private async teleport(check: PlannedCheck): Promise<Found[]> {
    const { teleportRole } = this.plan;
    if (teleportRole === undefined || !isOneOf(this.caller.arn, [teleportRole.arn])) {
      return [{ cause: "not_teleports_host", severity: "skipped" }];
    }
    const opened = await this.assumedWithTags(check);
    return "cause" in opened ? [opened] : opened.found;
  }

  /** Only a role that the file names can be tried: who else of an account that is trusted may, its own policies say. */
  private async vendor(check: PlannedCheck): Promise<Found[]> {
    if (check.by.kind !== "role" || !isOneOf(this.caller.arn, check.by.trusted)) {
      return [{ cause: "only_the_vendor", severity: "skipped" }];
    }
    const opened = await this.assumed(check, check.by);
    return "cause" in opened ? [opened] : [];
  }

  /** Assumes the role of a check, and again with a session tag that is passed on. */
  private async assumedWithTags(
    check: PlannedCheck,
  ): Promise<{ readonly session: AwsSession; readonly found: Found[] } | Found> {
    const { by } = check;
    if (by.kind !== "role") {
      throw new Error(`${check.reader} has no role in ${check.account}`);
    }
    const opened = await this.assumed(check, by);
    if ("cause" in opened) {
      return opened;
    }
    const { role: roleArn, externalId } = by;
    const tagged = assumeRole(this.own, { roleArn, externalId, transitiveTag: POD_TAG });
    const refused = await this.refusal(tagged, by);
    return { ...opened, found: refused === undefined ? [] : [refused] };
  }

  /** The session of a role. */
  private async assumed(
    check: PlannedCheck,
    by: RoleAccess,
  ): Promise<{ readonly session: AwsSession } | Found> {
    const { role: roleArn, externalId } = by;
    const key = `${roleArn} ${externalId}`;
    const session = this.roles.get(key) ?? assumeRole(this.own, { roleArn, externalId });
    this.roles.set(key, session);
    this.sessions.set(check, session);
    return (await this.refusal(session, by)) ?? { session };
  }

  /** Why a role is not assumed; undefined where it is. */
  private async refusal(session: AwsSession, { trusted }: RoleAccess): Promise<Found | undefined> {
    try {
      await session.credentials();
      return undefined;
    } catch (thrown) {
      const reason = reasonOf(thrown);
      const callers = [this.plan.pmmRole, this.plan.teleportRole];
      const role = callers.find((one) => one !== undefined && isOneOf(this.caller.arn, [one.arn]));
      const boundary = role?.boundary ?? `of ${this.caller.arn}`;
      const cause = causeOfAssume(reason, isOneOf(this.caller.arn, trusted));
      return { cause, call: denialOf(reason.text).action ?? "sts:AssumeRole", said: reason.text, boundary };
    }
  }

  /** Makes calls side by side, and answers what failed. */
  private async made(
    check: PlannedCheck,
    session: AwsSession,
    calls: readonly ReaderCall[],
  ): Promise<Found[]> {
    const found = await Promise.all(
      calls.map(async ({ action, make }): Promise<Found[]> => {
        const place = { region: session.region, call: action };
        const service = `${action.split(":")[0]} ${session.region}`;
        const known = this.unreachable.get(service);
        if (known !== undefined) {
          return [{ cause: "unreachable", ...place, said: known }];
        }
        try {
          await make(session);
          return [];
        } catch (thrown) {
          const reason = reasonOf(thrown);
          if (reason.kind === "unreachable") {
            this.unreachable.set(service, reason.text);
          }
          const cause = causeOfCall(reason, check, await this.isGoodElsewhere(session, reason));
          const boundary = check.by.boundary ?? `of ${holderOf(check)}`;
          return [{ cause, ...place, said: reason.text, boundary }];
        }
      }),
    );
    return found.flat();
  }

  /** Whether AWS takes the credentials where every account is at home. */
  private async isGoodElsewhere(session: AwsSession, { kind }: Reason): Promise<boolean> {
    const enabled = ENABLED_REGION[this.plan.partition];
    if (kind !== "key" || session.region === enabled) {
      return false;
    }
    try {
      await callerIdentity(inRegion(session, enabled));
      return true;
    } catch {
      return false;
    }
  }
}
