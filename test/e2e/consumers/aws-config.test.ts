import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { environment } from "../harness/environment";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { makeRole } from "../harness/look";
import { type Ended, run } from "../harness/processes";
import { Project } from "../harness/project";
import type { ProxyServer } from "../harness/proxy-server";
import { pythonPath } from "../harness/tools";
import { startInstance } from "./instance";

/*
 * The AWS CLI on PMM's instance, with consumers/aws/config as it was written: it finds the instance's role by the
 * metadata service and assumes the role of each account, while AWS evaluates what each may do.
 */

const PMM = "arn:aws:iam::111111111111:role/pmm-ec2-role";

const ACCOUNTS = `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - {name: home, account_id: "111111111111"}
  - {name: orders-prod, account_id: "222222222222", region: eu-central-1, aurora: true}
  - {name: billing-prod, account_id: "033333333333", aurora: true, region: eu-west-1, iam_path: /dba/, external_id: "7d0a:2f=,@c"}
  - {name: left, account_id: "444444444444", lifecycle: retiring}
`;

describeE2e("consumers/aws/config, by the AWS CLI", () => {
  let lab: Lab;
  let instance: ProxyServer;
  let project: Project;

  beforeAll(async () => {
    lab = await startLab();
    await makeRole(await lab.account("111111111111"), "pmm-ec2-role");
    project = new Project(lab, "project");
    await project.synth(ACCOUNTS);
    await (await project.init()).apply();
    instance = await startInstance(lab, PMM);
    await lab.enforce(true);
  }, 300_000);

  afterAll(async () => {
    instance?.server.close();
    await lab?.stop();
  });

  /** A program beside the local AWS's Python, whose only credentials are the instance's. */
  function onInstance(program: string, ...args: readonly string[]): Promise<Ended> {
    const all = environment(lab.folder, lab.url);
    const without = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_EC2_METADATA_DISABLED"];
    const env = {
      ...Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name))),
      AWS_CONFIG_FILE: join(project.output, "consumers/aws/config"),
      AWS_EC2_METADATA_SERVICE_ENDPOINT: instance.url,
    };
    return run({ command: program, args, env }).ended;
  }

  const aws = (...args: readonly string[]) => onInstance(join(dirname(pythonPath()), "aws"), ...args);

  const whoIs = (name: string) => aws("sts", "get-caller-identity", "--profile", name, "--output", "json");

  const monitoringRole = (id: string) => ({
    Account: id,
    Arn: `arn:aws:sts::${id}:assumed-role/AmazonRDSforPMMrole/pmm-iam`,
  });

  test("has the profiles of the accounts that are active, and no other", async () => {
    const list = "import botocore.session as s; print(*s.Session().available_profiles)";
    const { stdout } = await onInstance(pythonPath(), "-c", list);
    expect(stdout.trim().split(" ")).toEqual(["billing-prod", "home", "orders-prod"]);
  });

  test.each([
    ["orders-prod", "222222222222", "eu-central-1"],
    ["billing-prod", "033333333333", "eu-west-1"],
  ])("%s: the role of account %s, with what it may do and no more", async (name, id, region) => {
    const who = await whoIs(name);
    expect(who.stderr).toBe("");
    expect(JSON.parse(who.stdout)).toMatchObject(monitoringRole(id));
    const page = readFileSync(join(project.output, `consumers/pmm/${name}.md`), "utf8");
    const [command = ""] = /aws rds describe-db-instances .*/.exec(page) ?? [];
    expect(command).toContain(`--region ${region}`);
    const shell = ["-c", `PATH=${dirname(pythonPath())}:$PATH; ${command}`];
    expect(await onInstance("bash", ...shell)).toMatchObject({ code: 0, stderr: "" });
    expect((await aws("iam", "list-users", "--profile", name)).stderr).toContain("AccessDenied");
  });

  test("PMM's own account, by the role there", async () => {
    // The local AWS holds a trust with conditions against a caller of the same account, and does not know them.
    await lab.enforce(false);
    expect(JSON.parse((await whoIs("home")).stdout)).toMatchObject(monitoringRole("111111111111"));
    await lab.enforce(true);
  });

  test.each([
    ["orders-prod", "eu-central-1"],
    ["billing-prod", "eu-west-1"],
  ])("%s asks in %s", async (name, region) => {
    expect((await aws("configure", "get", "region", "--profile", name)).stdout.trim()).toBe(region);
  });

  test("sends the external id where the role asks for one", async () => {
    // The CLI keeps the credentials of a role.
    rmSync(join(lab.folder, ".aws"), { recursive: true, force: true });
    const { stderr } = await aws("sts", "get-caller-identity", "--profile", "billing-prod", "--debug");
    expect(/'ExternalId': '([^']*)'/.exec(stderr)?.[1]).toBe("7d0a:2f=,@c");
  });
});
