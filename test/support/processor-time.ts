/**
 * How many seconds of processor time this process takes for a piece of work. By the clock, a test would fail for what
 * else the machine does; a limit still has to allow for a machine that is several times slower than the one at hand.
 */
export function processorSeconds(work: () => unknown): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}
