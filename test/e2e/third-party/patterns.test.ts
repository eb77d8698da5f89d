import { readFileSync } from "node:fs";
import { join } from "node:path";
import { handedOutBy } from "../../../src/features/third-party-monitor/handed-out-access";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { ROOT } from "../harness/tools";
import { patterns } from "./patterns";

/*
 * The module decides in Terraform's language what the program decides in TypeScript: which patterns match an action
 * that hands out access. Both decide on some thousand patterns here, made from the actions themselves.
 */

const MODULE = join(ROOT, "modules", "third-party-monitor");
const COUNT = 2_000;

/** The part of a file of the module that the expression matches, which has to be there once. */
function partOf(file: string, expression: RegExp): string {
  const parts = [...readFileSync(join(MODULE, file), "utf8").matchAll(expression)];
  expect(parts).toHaveLength(1);
  return parts[0]?.[1] ?? "";
}

describeE2e("patterns of actions", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  test(`the module refuses of ${COUNT} patterns those that the program refuses`, async () => {
    const given = patterns(COUNT);
    const folder = lab.terraform("patterns");
    folder.copy(join(MODULE, "policies"), "policies");
    folder.write("patterns.json", JSON.stringify(given));
    const list = partOf("main.tf", /^ {2}hands_out_access += (.*)$/gm);
    const matches = partOf("main.tf", /^ +(try\(regexall\(.*, local\.hands_out_access\), \[\]\))$/gm);
    folder.write(
      "main.tf",
      `locals {
  hands_out_access = ${list}
}

output "refused" {
  value = [for action in jsondecode(file("\${path.module}/patterns.json")) : action if length(${matches}) > 0]
}
`,
    );
    await folder.init();
    await folder.apply();
    const refused: string[] = JSON.parse(await folder.run("output", "-json", "refused"));
    const expected = given.filter((pattern) => handedOutBy(pattern).length > 0);
    // Half of either kind, more or less: neither side could pass by refusing all or nothing.
    expect(expected.length).toBeGreaterThan(COUNT / 5);
    expect(expected.length).toBeLessThan((COUNT * 4) / 5);
    expect(refused).toEqual(expected);
  });
});
