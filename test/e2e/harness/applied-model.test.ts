// More than 300 lines: each difference between AWS and the model is a case with its own AWS.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as iam from "@aws-sdk/client-iam";
import * as secretsmanager from "@aws-sdk/client-secrets-manager";
import { AppliedModel, type Apply, modelOf } from "./applied-model";
import { describeE2e } from "./gate";
import { type Lab, startLab } from "./lab";
import { attachToRole, BY_HAND, makePolicy, makeRole, rolePolicies, secretOf, trustOf } from "./look";
import { Project } from "./project";

/*
 * The comparison of AWS and the state with the model sees each thing that may differ, and says which.
 */

const ACCOUNTS = `
source: {account_id: "111111111111", pmm_ec2_role_name: service/pmm-ec2-role}
defaults: {admin_role_name: Admin, permissions_boundary: boundary, tags: {team: dba}}
secrets: {kms_key_id: alias/pmm, readers: [pmm_ec2_role]}
accounts:
  - name: orders
    account_id: "222222222222"
    tags: {team: shop}
    aurora: {key_generation: 2}
    cloudwatch_agent: {server_role: true, ssm_managed_policy: AmazonSSMManagedInstanceCore}
`;

const SOURCE = "111111111111";
const ORDERS = "222222222222";
const PMM = "pmm-ec2-role";
const MONITORING = "AmazonRDSforPMMrole";
const AGENT = "CloudWatchAgentServerRole";
const AGENT_POLICY = `arn:aws:iam::${ORDERS}:policy/CloudWatchAgentServerPolicy`;
const USER = "PMMAWSIntegrationUser";
const SECRET = "pmm/aurora/orders";
const READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const OPEN =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole"}]}';

const role = (name: string) => `arn:aws:iam::${ORDERS}:role/${name}`;
const user = `arn:aws:iam::${ORDERS}:user/${USER}`;
const secret = `secret ${SECRET} in us-east-1 of ${SOURCE}`;

describeE2e("the model held against AWS", () => {
  let lab: Lab;
  let apply: Apply;
  let applied: AppliedModel;
  let orders: iam.IAMClient;
  let source: iam.IAMClient;
  let secrets: secretsmanager.SecretsManagerClient;

  beforeAll(async () => {
    lab = await startLab();
    const [sourceAccount, account] = [await lab.account(SOURCE), await lab.account(ORDERS)];
    [source, orders, secrets] = [sourceAccount.iam, account.iam, sourceAccount.secrets("us-east-1")];
    await makeRole(sourceAccount, PMM, "/service/");
    await source.send(
      new iam.PutRolePolicyCommand({ RoleName: PMM, PolicyName: "before", PolicyDocument: BY_HAND }),
    );
    await attachToRole(sourceAccount, PMM, READ_ONLY);
    await makePolicy(account, "boundary");

    const project = new Project(lab, "project");
    await project.synth(ACCOUNTS);
    const folder = await project.init();
    apply = { stack: "pmm-iam", folder, access: modelOf(join(project.folder, "accounts.yaml")) };
    applied = new AppliedModel(lab);
    await applied.around(
      apply,
      () => folder.apply(),
      () => true,
    );
  });
  afterAll(() => lab?.stop());

  /** What is found to differ once something has happened in place of an apply. */
  async function found(happens: () => Promise<unknown>): Promise<string[]> {
    const said = await applied
      .around(apply, happens, () => true)
      .then(
        () => "",
        (error: Error) => error.message,
      );
    return said.split("\n").filter((line) => line.startsWith("only in "));
  }

  afterEach(async () => {
    // What a test changed is as before again, or the next one would not know what it sees.
    expect(await found(async () => {})).toEqual([]);
  });

  test("a role, a user, a policy and an instance profile that nobody asked for", async () => {
    const trust = { AssumeRolePolicyDocument: OPEN };
    expect(
      await found(async () => {
        await orders.send(new iam.CreateRoleCommand({ RoleName: "more", Path: "/x/", ...trust }));
        await orders.send(new iam.CreateUserCommand({ UserName: "more" }));
        await makePolicy(await lab.account(ORDERS), "more");
        await orders.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: "more" }));
      }),
    ).toEqual([
      `only in AWS: arn:aws:iam::${ORDERS}:instance-profile/more: exists`,
      expect.stringContaining(`only in AWS: arn:aws:iam::${ORDERS}:policy/more: document = {`),
      `only in AWS: arn:aws:iam::${ORDERS}:policy/more: exists`,
      `only in AWS: arn:aws:iam::${ORDERS}:role/x/more: exists`,
      expect.stringContaining(`only in AWS: arn:aws:iam::${ORDERS}:role/x/more: trust = {`),
      `only in AWS: arn:aws:iam::${ORDERS}:user/more: exists`,
    ]);
    // Made before an apply they would be somebody else's, and stay.
    expect(await found(async () => {})).toEqual([]);
    expect(
      await found(async () => {
        await orders.send(new iam.DeleteRoleCommand({ RoleName: "more" }));
        await orders.send(new iam.DeleteUserCommand({ UserName: "more" }));
        await orders.send(new iam.DeletePolicyCommand({ PolicyArn: `arn:aws:iam::${ORDERS}:policy/more` }));
        await orders.send(new iam.DeleteInstanceProfileCommand({ InstanceProfileName: "more" }));
      }),
    ).toHaveLength(6);
  });

  test("a role's trust", async () => {
    const trust = await trustOf(await lab.account(ORDERS), MONITORING);
    const put = (PolicyDocument: string) =>
      orders.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName: MONITORING, PolicyDocument }));
    expect(await found(() => put(OPEN))).toEqual([
      expect.stringContaining(`only in AWS: ${role(MONITORING)}: trust = {`),
      expect.stringContaining(`only in the model: ${role(MONITORING)}: trust = {`),
    ]);
    await put(trust);
  });

  test("a role's description, and that of a policy that is made again with another one", async () => {
    const { Role } = await orders.send(new iam.GetRoleCommand({ RoleName: MONITORING }));
    const { Policy } = await orders.send(new iam.GetPolicyCommand({ PolicyArn: AGENT_POLICY }));
    const before = [Role?.Description, Policy?.Description];
    expect(before).toEqual([
      "Percona PMM and Grafana assume this role to read CloudWatch metrics and RDS's Enhanced Monitoring. Managed by Terraform, stack pmm-iam.",
      "Lets the CloudWatch agent send metrics and logs and read its configuration. Managed by Terraform, stack pmm-iam.",
    ]);
    const describe = (Description = "") =>
      orders.send(new iam.UpdateRoleDescriptionCommand({ RoleName: MONITORING, Description }));
    expect(await found(() => describe("made by hand"))).toEqual([
      `only in AWS: ${role(MONITORING)}: description = made by hand`,
      `only in the model: ${role(MONITORING)}: description = ${before[0]}`,
    ]);
    await describe(before[0]);
    const attachment = { RoleName: AGENT, PolicyArn: AGENT_POLICY };
    const version = { PolicyArn: AGENT_POLICY, VersionId: Policy?.DefaultVersionId };
    const { PolicyVersion } = await orders.send(new iam.GetPolicyVersionCommand(version));
    const { Tags } = await orders.send(new iam.ListPolicyTagsCommand({ PolicyArn: AGENT_POLICY }));
    const again = async (Description = "") => {
      await orders.send(new iam.DetachRolePolicyCommand(attachment));
      await orders.send(new iam.DeletePolicyCommand({ PolicyArn: AGENT_POLICY }));
      await orders.send(
        new iam.CreatePolicyCommand({
          PolicyName: "CloudWatchAgentServerPolicy",
          PolicyDocument: decodeURIComponent(PolicyVersion?.Document ?? ""),
          Description,
          Tags,
        }),
      );
      await orders.send(new iam.AttachRolePolicyCommand(attachment));
    };
    expect(await found(() => again("made by hand"))).toEqual([
      `only in AWS: ${AGENT_POLICY}: description = made by hand`,
      `only in the model: ${AGENT_POLICY}: description = ${before[1]}`,
    ]);
    await again(before[1]);
  });

  test("inline policies of a role of the program's", async () => {
    const name = "pmm-cloudwatch-rds-access";
    const { [name]: document } = await rolePolicies(await lab.account(ORDERS), MONITORING);
    const put = (PolicyName: string, PolicyDocument = BY_HAND) =>
      orders.send(new iam.PutRolePolicyCommand({ RoleName: MONITORING, PolicyName, PolicyDocument }));
    const drop = (PolicyName: string) =>
      orders.send(new iam.DeleteRolePolicyCommand({ RoleName: MONITORING, PolicyName }));
    expect(await found(() => put(name))).toEqual([
      expect.stringContaining(`only in AWS: ${role(MONITORING)}: inline policy ${name} = {`),
      expect.stringContaining(`only in the model: ${role(MONITORING)}: inline policy ${name} = {`),
    ]);
    expect(await found(() => drop(name))).toEqual([
      expect.stringContaining(`only in the model: ${role(MONITORING)}: inline policy ${name} = {`),
    ]);
    await put(name, document);
    expect(await found(() => put("more"))).toEqual([
      expect.stringContaining(`only in AWS: ${role(MONITORING)}: inline policy more = {`),
    ]);
    await drop("more");
  });

  test("attached policies of a role and of a user of the program's", async () => {
    const attachment = { RoleName: AGENT, PolicyArn: AGENT_POLICY };
    expect(await found(() => orders.send(new iam.DetachRolePolicyCommand(attachment)))).toEqual([
      `only in the model: ${role(AGENT)}: attached policy ${AGENT_POLICY}`,
    ]);
    await orders.send(new iam.AttachRolePolicyCommand(attachment));
    const more = { UserName: USER, PolicyArn: READ_ONLY };
    expect(await found(() => orders.send(new iam.AttachUserPolicyCommand(more)))).toEqual([
      `only in AWS: ${user}: attached policy ${READ_ONLY}`,
    ]);
    await orders.send(new iam.DetachUserPolicyCommand(more));
  });

  test("a managed policy's document", async () => {
    const version = { PolicyArn: AGENT_POLICY, PolicyDocument: BY_HAND, SetAsDefault: true };
    expect(await found(() => orders.send(new iam.CreatePolicyVersionCommand(version)))).toEqual([
      expect.stringContaining(`only in AWS: ${AGENT_POLICY}: document = {`),
      expect.stringContaining(`only in the model: ${AGENT_POLICY}: document = {`),
    ]);
    const first = { PolicyArn: AGENT_POLICY, VersionId: "v1" };
    await orders.send(new iam.SetDefaultPolicyVersionCommand(first));
  });

  test("an instance profile's role", async () => {
    const profile = { InstanceProfileName: AGENT, RoleName: AGENT };
    expect(await found(() => orders.send(new iam.RemoveRoleFromInstanceProfileCommand(profile)))).toEqual([
      `only in the model: arn:aws:iam::${ORDERS}:instance-profile/${AGENT}: role ${role(AGENT)}`,
    ]);
    await orders.send(new iam.AddRoleToInstanceProfileCommand(profile));
  });

  test("boundaries", async () => {
    const PermissionsBoundary = `arn:aws:iam::${ORDERS}:policy/boundary`;
    expect(
      await found(async () => {
        await orders.send(new iam.DeleteRolePermissionsBoundaryCommand({ RoleName: MONITORING }));
        await orders.send(
          new iam.PutUserPermissionsBoundaryCommand({ UserName: USER, PermissionsBoundary: READ_ONLY }),
        );
      }),
    ).toEqual([
      `only in AWS: ${user}: boundary = ${READ_ONLY}`,
      `only in the model: ${role(MONITORING)}: boundary = ${PermissionsBoundary}`,
      `only in the model: ${user}: boundary = ${PermissionsBoundary}`,
    ]);
    await orders.send(
      new iam.PutRolePermissionsBoundaryCommand({ RoleName: MONITORING, PermissionsBoundary }),
    );
    await orders.send(new iam.PutUserPermissionsBoundaryCommand({ UserName: USER, PermissionsBoundary }));
  });

  test("tags of all that has some", async () => {
    const tag = async (team: string, sourceTeam: string) => {
      const Tags = [{ Key: "team", Value: team }];
      await orders.send(new iam.TagRoleCommand({ RoleName: MONITORING, Tags }));
      await orders.send(new iam.TagUserCommand({ UserName: USER, Tags }));
      await orders.send(new iam.TagPolicyCommand({ PolicyArn: AGENT_POLICY, Tags }));
      await orders.send(new iam.TagInstanceProfileCommand({ InstanceProfileName: AGENT, Tags }));
      await secrets.send(
        new secretsmanager.TagResourceCommand({
          SecretId: SECRET,
          Tags: [{ Key: "team", Value: sourceTeam }],
        }),
      );
    };
    const holders = [
      `instance-profile/${AGENT}`,
      "policy/CloudWatchAgentServerPolicy",
      `role/${MONITORING}`,
      `user/${USER}`,
    ];
    expect(await found(() => tag("web", "web"))).toEqual([
      ...holders.map((holder) => `only in AWS: arn:aws:iam::${ORDERS}:${holder}: tag team = web`),
      `only in AWS: ${secret}: tag team = web`,
      ...holders.map((holder) => `only in the model: arn:aws:iam::${ORDERS}:${holder}: tag team = shop`),
      `only in the model: ${secret}: tag team = dba`,
    ]);
    await tag("shop", "dba");
    const more = { RoleName: MONITORING, Tags: [{ Key: "more", Value: "x" }] };
    expect(await found(() => orders.send(new iam.TagRoleCommand(more)))).toEqual([
      `only in AWS: ${role(MONITORING)}: tag more = x`,
    ]);
    await orders.send(new iam.UntagRoleCommand({ RoleName: MONITORING, TagKeys: ["more"] }));
    expect(
      await found(() =>
        orders.send(new iam.UntagUserCommand({ UserName: USER, TagKeys: ["pmm-iam:key-generation"] })),
      ),
    ).toEqual([`only in the model: ${user}: tag pmm-iam:key-generation = 2`]);
    await orders.send(
      new iam.TagUserCommand({ UserName: USER, Tags: [{ Key: "pmm-iam:key-generation", Value: "2" }] }),
    );
  });

  test("the status of access keys, the newest of which is the secret's", async () => {
    const { access_key_id: newest } = await secretOf(await lab.account(SOURCE), SECRET);
    const { AccessKeyMetadata = [] } = await orders.send(new iam.ListAccessKeysCommand({ UserName: USER }));
    const previous = AccessKeyMetadata.find(({ AccessKeyId }) => AccessKeyId !== newest)?.AccessKeyId;
    const set = (AccessKeyId: string | undefined, Status: iam.StatusType) =>
      orders.send(new iam.UpdateAccessKeyCommand({ UserName: USER, AccessKeyId, Status }));
    expect(await found(() => set(newest, "Inactive"))).toEqual([
      `only in AWS: ${user}: access key newest = Inactive`,
      `only in the model: ${user}: access key newest = Active`,
    ]);
    await set(newest, "Active");
    expect(await found(() => set(previous, "Inactive"))).toEqual([
      `only in AWS: ${user}: access key previous = Inactive`,
      `only in the model: ${user}: access key previous = Active`,
    ]);
    await set(previous, "Active");
  });

  test("what a secret holds, who may read it, and by what it is encrypted", async () => {
    const { SecretString } = await secrets.send(
      new secretsmanager.GetSecretValueCommand({ SecretId: SECRET }),
    );
    const held = JSON.parse(SecretString ?? "");
    const put = (changed: object) =>
      secrets.send(
        new secretsmanager.PutSecretValueCommand({
          SecretId: SECRET,
          SecretString: JSON.stringify({ ...held, ...changed }),
        }),
      );
    expect(await found(() => put({ account_id: "333333333333", generation: 3 }))).toEqual([
      `only in AWS: ${secret}: holds a key of account = 333333333333`,
      `only in AWS: ${secret}: holds generation = 3`,
      `only in the model: ${secret}: holds a key of account = ${ORDERS}`,
      `only in the model: ${secret}: holds generation = 2`,
    ]);
    // Of the user's two keys neither is the one then.
    expect(await found(() => put({ access_key_id: "AKIAOTHER" }))).toEqual([
      expect.stringMatching(new RegExp(`^only in AWS: ${user}: access key \\w+ = Active$`)),
      `only in AWS: ${secret}: holds access key = AKIAOTHER`,
      `only in the model: ${user}: access key newest = Active`,
      `only in the model: ${secret}: holds access key = ${user}`,
    ]);
    await put({});

    const { ResourcePolicy } = await secrets.send(
      new secretsmanager.GetResourcePolicyCommand({ SecretId: SECRET }),
    );
    expect(
      await found(async () => {
        await secrets.send(new secretsmanager.DeleteResourcePolicyCommand({ SecretId: SECRET }));
        await secrets.send(
          new secretsmanager.UpdateSecretCommand({ SecretId: SECRET, KmsKeyId: "alias/other" }),
        );
      }),
    ).toEqual([
      `only in AWS: ${secret}: KMS key = alias/other`,
      `only in the model: ${secret}: KMS key = alias/pmm`,
      expect.stringContaining(`only in the model: ${secret}: resource policy = {`),
    ]);
    await secrets.send(new secretsmanager.PutResourcePolicyCommand({ SecretId: SECRET, ResourcePolicy }));
    await secrets.send(new secretsmanager.UpdateSecretCommand({ SecretId: SECRET, KmsKeyId: "alias/pmm" }));
  });

  test("a secret that nobody asked for, in its recovery window too", async () => {
    const more = `secret more in us-east-1 of ${SOURCE}`;
    const SecretString = '{"access_key_id":"AKIAMORE","account_id":"222222222222","generation":1}';
    expect(
      await found(() => secrets.send(new secretsmanager.CreateSecretCommand({ Name: "more", SecretString }))),
    ).toEqual([
      `only in AWS: ${more}: exists`,
      `only in AWS: ${more}: holds a key of account = ${ORDERS}`,
      `only in AWS: ${more}: holds access key = AKIAMORE`,
      `only in AWS: ${more}: holds generation = 1`,
    ]);
    expect(
      await found(() => secrets.send(new secretsmanager.DeleteSecretCommand({ SecretId: "more" }))),
    ).toContain(`only in AWS: ${more}: scheduled for deletion`);
    await secrets.send(
      new secretsmanager.DeleteSecretCommand({ SecretId: "more", ForceDeleteWithoutRecovery: true }),
    );
  });

  test("a role that exists already: what the program wrote on it, and what was there before", async () => {
    const arn = `arn:aws:iam::${SOURCE}:role/service/${PMM}`;
    const drop = (PolicyName: string) =>
      source.send(new iam.DeleteRolePolicyCommand({ RoleName: PMM, PolicyName }));
    const put = (PolicyName: string, PolicyDocument = BY_HAND) =>
      source.send(new iam.PutRolePolicyCommand({ RoleName: PMM, PolicyName, PolicyDocument }));
    const name = "pmm-assume-rds-monitoring-roles";
    const { [name]: document } = await rolePolicies(await lab.account(SOURCE), PMM);
    expect(await found(() => drop(name))).toEqual([
      expect.stringContaining(`only in the model: ${arn}: inline policy ${name} = {`),
    ]);
    await put(name, document);
    expect(
      await found(async () => {
        await drop("before");
        await source.send(new iam.DetachRolePolicyCommand({ RoleName: PMM, PolicyArn: READ_ONLY }));
        await put("more");
      }),
    ).toEqual([
      expect.stringContaining(`only in AWS: ${arn}: inline policy more = {`),
      `only in the model: ${arn}: attached policy ${READ_ONLY}`,
      expect.stringContaining(`only in the model: ${arn}: inline policy before = {`),
    ]);
  });

  test("an address that the state does not have, and one that the model does not have", async () => {
    const [from, to] = ['module.cloudwatch_agent_orders.aws_iam_role.agent["server"]', "aws_iam_role.other"];
    expect(await found(() => apply.folder.run("state", "mv", from, to))).toEqual([
      `only in the state: ${to} is ${role(AGENT)}`,
      `only in the model: ${from} is ${role(AGENT)}`,
    ]);
    await apply.folder.run("state", "mv", to, from);
    const policy = "module.pmm_iam_orders.aws_iam_role_policy.pmm_rds_monitoring";
    expect(await found(() => apply.folder.run("state", "rm", policy))).toEqual([
      `only in the model: ${policy} is inline policy pmm-cloudwatch-rds-access of ${MONITORING}`,
    ]);
    await apply.folder.run("import", policy, `${MONITORING}:pmm-cloudwatch-rds-access`);
  });

  test("the output access that says something else than the model", async () => {
    const path = join(apply.folder.path, "pmm-iam.tf.json");
    const written = readFileSync(path, "utf8");
    const wrong = written.replace(
      "module.aurora_user_orders.user_arn",
      "module.aurora_user_orders.user_name",
    );
    expect(
      await found(async () => {
        writeFileSync(path, wrong);
        await apply.folder.apply();
      }),
    ).toEqual([
      `only in the output access: orders.users.${USER}.arn = ${USER}`,
      `only in the model: orders.users.${USER}.arn = ${user}`,
    ]);
    writeFileSync(path, written);
    expect(await found(() => apply.folder.apply())).toEqual([]);
  });

  test("an access key made by hand is not taken for one of the model's", async () => {
    const { access_key_id: newest } = await secretOf(await lab.account(SOURCE), SECRET);
    const { AccessKeyMetadata = [] } = await orders.send(new iam.ListAccessKeysCommand({ UserName: USER }));
    const previous = AccessKeyMetadata.find(({ AccessKeyId }) => AccessKeyId !== newest)?.AccessKeyId;
    const drop = (AccessKeyId: string | undefined) =>
      orders.send(new iam.DeleteAccessKeyCommand({ UserName: USER, AccessKeyId }));
    await drop(previous);
    const { AccessKey } = await orders.send(new iam.CreateAccessKeyCommand({ UserName: USER }));
    expect(await found(async () => {})).toEqual([`only in the model: ${user}: access key previous = Active`]);
    await drop(AccessKey?.AccessKeyId);
    expect(await found(() => apply.folder.apply())).toEqual([]);
  });
});
