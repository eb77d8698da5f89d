import type { ManagedPolicy } from "./judge";

/** What the CloudWatch agent's roles may have beside what a third party may. */
const OF_THE_AGENT = "AmazonSSMManagedInstanceCore";

/** The documents of the policies that a role here may have, one a line, by name. */
export function documentsText(policies: readonly ManagedPolicy[], thirdParties: readonly string[]): string {
  const names = new Set([...thirdParties, OF_THE_AGENT]);
  const lines = policies
    .filter(({ name }) => names.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, document: { Version = "2012-10-17", Statement } }) =>
      [JSON.stringify(name), JSON.stringify({ Version, Statement: [Statement].flat() })].join(": "),
    );
  return `{\n${lines.join(",\n")}\n}\n`;
}
