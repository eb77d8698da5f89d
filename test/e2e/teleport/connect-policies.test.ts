import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentsOf } from "../assume-policy/evaluate";
import { type Change, WatchedAws } from "../assume-policy/watched-aws";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { makeRole } from "../harness/look";
import { FORMATS, Project } from "../harness/project";

/*
 * What Teleport's role may connect to outgrows its inline policy, grows on in managed policies and shrinks back, and
 * after every single call that changes IAM each grant that is in both the old file and the new one is in a policy.
 */

const ACCOUNT = "222222222222";
const ROLE = "TeleportDatabaseAccess";

const named = (numbers: readonly number[]): string[] =>
  numbers.map((number) => `user_${String(number).padStart(3, "0")}`);
const upTo = (count: number, first = 0): number[] =>
  Array.from({ length: count - first }, (_, index) => first + index);

const fileOf = (users: readonly string[]): string => `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
teleport: {role_name: teleport, proxy_address: "t.example.com:443"}
accounts:
  - name: orders-prod
    account_id: "${ACCOUNT}"
    teleport:
      databases:
        - name: billing
          engine: aurora-postgresql
          resource_id: cluster-ABCDEFGHIJKL01234
          endpoint: billing.cluster-abc.eu-west-1.rds.amazonaws.com:5432
          db_users: ${JSON.stringify(users)}
`;

const grantTo = (user: string): string =>
  `arn:aws:rds-db:eu-west-1:${ACCOUNT}:dbuser:cluster-ABCDEFGHIJKL01234/${user}`;

describeE2e("what Teleport's role may connect to", () => {
  let lab: Lab;
  let aws: WatchedAws;

  beforeAll(async () => {
    aws = await WatchedAws.start();
    lab = await startLab({ url: (url) => aws.inFrontOf(url) });
  });

  afterAll(async () => {
    await lab?.stop();
    await aws?.stop();
  });

  /** A user's folder, with the roles that are there before it. */
  async function projectOf(name: string): Promise<Project> {
    await lab.reset();
    for (const role of ["pmm-ec2-role", "teleport"]) await makeRole(await lab.account("111111111111"), role);
    return new Project(lab, name);
  }

  /** The grants that the role has at this moment. */
  async function granted(): Promise<ReadonlySet<string>> {
    const documents = await documentsOf(await lab.account(ACCOUNT), ROLE);
    const statements = [...documents.values()].flatMap(
      (text) =>
        (JSON.parse(text) as { Statement: { Action: string; Resource: string | string[] }[] }).Statement,
    );
    return new Set(
      statements.flatMap(({ Action, Resource }) => (Action === "rds-db:connect" ? [Resource].flat() : [])),
    );
  }

  /** Applies what is synthesized and returns each call, and after which call which user was in no policy. */
  async function move(
    project: Project,
    kept: readonly string[],
  ): Promise<{ calls: string[]; gaps: string[] }> {
    const [calls, gaps]: [string[], string[]] = [[], []];
    aws.watch = {
      after: async ({ action, parameters }: Change) => {
        const call = `${action} ${parameters.get("PolicyName") ?? parameters.get("PolicyArn")?.replace(/^.*\//, "") ?? ""}`;
        calls.push(call);
        const now = await granted();
        const missing = kept.filter((user) => !now.has(grantTo(user)));
        gaps.push(...missing.map((user) => `after ${call}: ${user}`));
        return "pass";
      },
    };
    try {
      await project.stack().apply();
    } finally {
      aws.watch = {};
    }
    return { calls, gaps };
  }

  async function start(name: string, users: readonly number[]): Promise<Project> {
    const project = await projectOf(name);
    await project.synth(fileOf(named(users)));
    await (await project.init()).apply();
    return project;
  }

  test("grows and shrinks without a gap", async () => {
    // 123 fit inline. From some 550 on what a managed policy does not hold is inline.
    const steps = [upTo(124), upTo(700), upTo(705, 1), upTo(123), upTo(690), upTo(100)];
    let before = upTo(123);
    const project = await start("grows", before);
    for (const users of steps) {
      await project.synth(fileOf(named(users)));
      const { gaps, calls } = await move(project, named(before.filter((user) => users.includes(user))));
      expect(gaps).toEqual([]);
      expect(calls.length).toBeGreaterThan(0);
      expect([...(await granted())].sort()).toEqual(named(users).map(grantTo));
      before = users;
    }
    await project.stack().expectEmptyPlan();
  });

  test("one user more or less changes one managed policy", async () => {
    const project = await start("one-user", upTo(300));
    // printf 'eu-west-1/cluster-ABCDEFGHIJKL01234/user_300' | sha256sum: the first eight digits, modulo 10.
    await project.synth(fileOf(named(upTo(301))));
    expect((await move(project, named(upTo(300)))).calls).toEqual([
      "CreatePolicyVersion teleport-rds-db-connect-3",
    ]);
    await project.synth(fileOf(named(upTo(300))));
    const { calls } = await move(project, named(upTo(300)));
    expect(calls.filter((call) => !call.endsWith(" teleport-rds-db-connect-3"))).toEqual([]);
  });

  test("the watch sees a gap where there is one: attachments that go before the inline policy is full", async () => {
    const project = await projectOf("gap");
    const without = async (users: readonly number[]) => {
      await project.synth(fileOf(named(users)));
      const code = join(project.stack().path, "modules", "teleport-connect", "main.tf");
      const text = readFileSync(code, "utf8");
      writeFileSync(code, text.replaceAll("create_before_destroy = true", "create_before_destroy = false"));
    };
    await without(upTo(130));
    await (await project.init()).apply();
    await without(upTo(100));
    expect((await move(project, named(upTo(100)))).gaps).not.toEqual([]);
  });

  test.each(FORMATS)("users reach AWS as they are written, as %s", async (format) => {
    const users = [
      "%{if}",
      'a"b\\c',
      "andré",
      "jane.doe+dba@example.com",
      "svc$reporting",
      "<a&b>",
      "REGION:DB_USER",
    ];
    const project = await projectOf(`users-${format}`);
    await project.synth(fileOf(users), format);
    await (await project.init()).apply();
    expect([...(await granted())].sort()).toEqual(users.map(grantTo).sort());
    await project.stack().expectEmptyPlan();
  });
});
