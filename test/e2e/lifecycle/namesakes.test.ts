import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { inventory, keysOf, makeRole, secretOf } from "../harness/look";
import { Project } from "../harness/project";
import { Recorder } from "../harness/recorder";
import type { Folder } from "../harness/terraform";
import { unread } from "../harness/tools";

/*
 * Accounts that are closed in the very change that empties their entries, beside a source account that has roles and
 * users of the same names: what an entry no longer asks for is forgotten too, or stops the plan, and is never looked
 * for in the source account.
 */

const SOURCE = "111111111111";
const USER = "PMMAWSIntegrationUser";

/** What an account may ask for under fixed names. */
const FIXED = {
  aurora: "aurora: {allowed_source_ips: [198.51.100.7/32]}",
  teleport: 'teleport: {databases: [{name: NAME, engine: mysql, resource_id: "*", db_users: [alice]}]}',
  cloudwatch_agent:
    "cloudwatch_agent: {admin_role: true, on_premises_server_user: true, on_premises_admin_user: true, hybrid_activation: true, ssm_managed_policy: AmazonSSMManagedInstanceCore}",
} as const;

const VENDOR =
  'third_party_monitors: [{name: site24x7, account_id: "999999999999", external_id: 9b2d41c6-7f0e, policy: ReadOnlyAccess}]';

const SETTINGS = Object.values(FIXED);

/** Every choice of settings, the empty one first. */
const SUBSETS = Array.from({ length: 2 ** SETTINGS.length }, (_, bits) =>
  SETTINGS.filter((_setting, index) => (bits >> index) % 2 === 1),
);

const nameOf = (index: number): string => `gone-${index}`;
const idOf = (index: number): string => String(222222222220 + index);

function entry(index: number, settings: readonly string[]): string {
  const keys = [`name: ${nameOf(index)}`, `account_id: "${idOf(index)}"`, ...settings];
  return `  - {${keys.join(", ").replace("NAME", `db-${index}`)}}\n`;
}

/** The source account too, with everything that the others have. */
const file = (entries: readonly string[]): string => `
source: {account_id: "${SOURCE}", pmm_ec2_role_name: pmm-ec2-role, create_pmm_ec2_role: true}
defaults: {admin_role_name: Admin}
teleport: {role_name: teleport-db-service, proxy_address: "teleport.example.com:443"}
accounts:
  - {name: home, account_id: "${SOURCE}", admin_role_name: null, ${[...SETTINGS, VENDOR].join(", ").replace("NAME", "db-home")}}
${entries.join("")}`;

describeE2e("closed accounts whose entries are emptied", () => {
  let recorder: Recorder;
  let lab: Lab;
  let project: Project;
  let main: Folder;

  beforeAll(async () => {
    recorder = await Recorder.start();
    lab = await startLab({ url: recorder.url });
    await makeRole(await lab.account(SOURCE), "teleport-db-service");
    project = new Project(lab, "namesakes");
    await synth(SUBSETS.map((_, index) => entry(index, [...SETTINGS, VENDOR])));
    await main.apply(...unread());
    for (const index of SUBSETS.keys()) recorder.close(idOf(index));
  });
  afterAll(async () => {
    await lab?.stop();
    recorder?.stop();
  });

  async function synth(entries: readonly string[]): Promise<void> {
    await project.synth(file(entries));
    main = await project.init();
  }

  const allHeld = (): Promise<string[]> =>
    inventory(lab, [SOURCE, ...SUBSETS.map((_, index) => idOf(index))]);
  const isSecret = (line: string): boolean => line.includes(" secret in ");
  const change = ({ action }: { readonly action: string }): boolean =>
    !/:(Get|List|Describe|AssumeRole)/.test(action);

  test("what a monitor made that the entry no longer names stops the plan, and is called for nowhere", async () => {
    const held = await allHeld();
    await synth(
      SUBSETS.map((subset, index) =>
        entry(index, [...subset, ...(index === 0 ? [] : [VENDOR]), "lifecycle: closed"]),
      ),
    );
    recorder.calls.length = 0;
    for (const command of [
      ["plan"],
      ["apply", "-auto-approve"],
      ["apply", "-auto-approve", "-refresh=false", "-target=module.third_party_site24x7_gone_0"],
    ]) {
      const { code, stderr } = await main.attempt(...command, "-no-color");
      expect({ command, code }).toEqual({ command, code: 1 });
      expect(stderr).toMatch(/(?:reading|deleting) aws_iam_role\w*:? .*ECONNREFUSED 127\.0\.0\.1:9/);
    }
    expect(await allHeld()).toEqual(held);
    expect(recorder.calls.filter(change)).toEqual([]);
  });

  test("whatever of fixed names the entries still ask for, all of it is forgotten and its secrets destroyed", async () => {
    const held = await allHeld();
    const user = await lab.account(SOURCE);
    const keys = await keysOf(user, USER);
    await synth(SUBSETS.map((subset, index) => entry(index, [...subset, VENDOR, "lifecycle: closed"])));
    recorder.calls.length = 0;
    await main.apply(...unread());

    const left = held.filter((line) => !isSecret(line) || / home$|\/home$/.test(line));
    expect(await allHeld()).toEqual(left);
    expect(left.filter(isSecret)).toHaveLength(3);
    expect(await keysOf(user, USER)).toEqual(keys);
    expect((await secretOf(user, "pmm/aurora/home")).access_key_id).toBe(keys[0]?.id);

    expect(new Set(recorder.calls.map(({ account }) => account))).toEqual(new Set([SOURCE]));
    const changes = recorder.calls.filter(change);
    const inSource = changes.filter(({ action }) => !action.startsWith("secretsmanager:"));
    expect(inSource.map(({ action, parameters }) => `${action} ${parameters["RoleName"]}`).sort()).toEqual([
      "iam:PutRolePolicy pmm-ec2-role",
      "iam:PutRolePolicy teleport-db-service",
    ]);
    const secrets = changes.filter(({ action }) => action.startsWith("secretsmanager:"));
    expect(secrets.length).toBeGreaterThan(0);
    expect(
      secrets.filter(
        ({ action, parameters }) => !/Delete/.test(action) || !/gone-\d/.test(parameters["SecretId"] ?? ""),
      ),
    ).toEqual([]);
    await main.expectEmptyPlan();
  });
});
