import { readdirSync, readFileSync } from "node:fs";

/** What a process and all that it started took at most, at one moment. */
export interface Peak {
  /** Resident memory of all of them together, in MB; what they map from files, which they share, once. */
  readonly megabytes: number;
  /** CPU seconds of all that were seen, each until it was seen last. */
  readonly cpuSeconds: number;
  /** How many there were of those that are meant. */
  readonly processes: number;
}

const INTERVAL_MS = 200;
/** Of the times in /proc, on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/**
 * Watches a process group until told to stop: Linux alone tells of others, so elsewhere the peak is nothing. The group
 * is that of a child that was started detached, and has its process id.
 */
export function watchGroup(group: number, isMeant: (name: string) => boolean): () => Peak | undefined {
  let peak: Peak | undefined;
  const ticks = new Map<string, number>();
  const look = (): void => {
    const members = membersOf(group);
    if (members.length === 0) return;
    for (const member of members) ticks.set(member.id, member.ticks);
    const own = members.reduce((sum, { ownKilobytes }) => sum + ownKilobytes, 0);
    const megabytes = (own + Math.max(...members.map(({ fileKilobytes }) => fileKilobytes))) / 1024;
    const processes = members.filter(({ name }) => isMeant(name)).length;
    peak = {
      megabytes: Math.max(megabytes, peak?.megabytes ?? 0),
      cpuSeconds: [...ticks.values()].reduce((sum, of) => sum + of, 0) / TICKS_PER_SECOND,
      processes: Math.max(processes, peak?.processes ?? 0),
    };
  };
  const timer = setInterval(look, INTERVAL_MS);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

interface Member {
  readonly id: string;
  /** The CPU time that it has had. */
  readonly ticks: number;
  /** Cut to 15 characters. */
  readonly name: string;
  readonly ownKilobytes: number;
  /** Of its program and other files. */
  readonly fileKilobytes: number;
}

function membersOf(group: number): Member[] {
  return processIds().flatMap((id) => {
    try {
      const stat = readFileSync(`/proc/${id}/stat`, "latin1");
      // The name is in brackets and may hold anything; after it the group is the third field, the times are from the twelfth on.
      const end = stat.lastIndexOf(")");
      const fields = stat.slice(end + 2).split(" ");
      if (Number(fields[2]) !== group) return [];
      const status = readFileSync(`/proc/${id}/status`, "latin1");
      const kilobytes = (key: string) => Number(new RegExp(`^${key}:\\s*(\\d+)`, "m").exec(status)?.[1] ?? 0);
      return [
        {
          id,
          ticks: Number(fields[11]) + Number(fields[12]),
          name: stat.slice(stat.indexOf("(") + 1, end),
          ownKilobytes: kilobytes("RssAnon"),
          fileKilobytes: kilobytes("RssFile"),
        },
      ];
    } catch {
      // It has just ended.
      return [];
    }
  });
}

function processIds(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
