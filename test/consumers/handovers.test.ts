import { join } from "node:path";
import { handedOn } from "../../src/access/handovers";
import { accessOf } from "../support/synthesize";
import { consumersOf, EVERYTHING } from "./written";

/** Accounts that hand on all that there is: with a key, by a role, and Teleport's databases. */
const FILES = [
  EVERYTHING,
  `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - {name: by-role, account_id: "222222222222", aurora: {credentials: role}}
`,
];

test.each(FILES)("each file that a step of show names is in the output", (yaml) => {
  const steps = handedOn(accessOf(yaml, join(__dirname, "../support"))).flatMap(({ handovers }) =>
    handovers.flatMap((handover) => handover.steps),
  );
  const named = steps.flatMap((step) => /consumers\/(\S+\.\w+)/.exec(step)?.[1] ?? []);
  expect(named).toContain("grafana/datasources.yaml");
  expect(named.some((path) => path.startsWith("pmm/"))).toBe(true);
  const files = consumersOf(yaml);
  expect(named.filter((path) => !files.has(path))).toEqual([]);
});
