import type { Database } from "../aws-calls/index";
import type { Found } from "./found";

/** Engines that PMM reads; RDS lists those of DocumentDB, Neptune, Oracle and SQL Server too. */
const READ_ENGINE = /^(?:aurora|mysql|mariadb|postgres)/;

/** What a region has for PMM; `databases` undefined where they cannot be listed. */
export interface RegionRead {
  readonly region: string;
  readonly databases: readonly Database[] | undefined;
  readonly found: readonly Found[];
  readonly hasOsMetrics: boolean;
}

/** Whether PMM reads the database. */
export function isRead({ engine }: Database): boolean {
  return READ_ENGINE.test(engine);
}

/** What keeps PMM from showing much, though it may read all. */
export function sparse(regions: readonly RegionRead[]): Found[] {
  const all = regions.flatMap((read) => read.databases ?? []);
  if (regions.every((read) => read.databases !== undefined) && all.length === 0) {
    return regions.map(({ region }) => ({ cause: "no_databases", severity: "warning", region }));
  }
  return regions.flatMap(({ region, databases: there = [], hasOsMetrics }): Found[] => {
    const off = there.filter(({ monitoringInterval }) => monitoringInterval === 0).map(({ name }) => name);
    if (off.length > 0) {
      return [{ cause: "enhanced_monitoring_off", severity: "warning", region, names: off.sort() }];
    }
    return there.length > 0 && !hasOsMetrics ? [{ cause: "no_os_metrics", severity: "warning", region }] : [];
  });
}
