import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import type { AccessReport } from "../../../src/report/report";
import { agent } from "../../commands/pmm-lab";
import { PmmServer, TOKEN } from "../../support/pmm-server";
import { makeAgentPolicy, makeAgentRole } from "../harness/agent-role";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { BY_HAND, inventory, makeRole, secretOf } from "../harness/look";
import type { Service } from "../harness/processes";
import { Recorder } from "../harness/recorder";
import { ROOT, unread } from "../harness/tools";
import { Reader } from "./reader";
import { DOCS, FOLLOWED, pages, pageText, stepsOf } from "./steps";
import { startAwsCli } from "./terminal";

/** The pages under docs/: each is followed to the letter, in the order in which an account lives. */

const BOUNDARIES = readdirSync(join(ROOT, "examples", "boundary")).flatMap((file) =>
  file.endsWith(".json") ? [file.replace(".json", "")] : [],
);

interface ShownModule {
  readonly resources?: readonly {
    readonly type: string;
    readonly values: { readonly id: string; readonly secret: string };
  }[];
  readonly child_modules?: readonly ShownModule[];
}

/** The ids and secrets of the access keys in what `terraform show -json` printed. */
function keysIn({ resources = [], child_modules = [] }: ShownModule): string[] {
  return [
    ...resources.flatMap(({ type, values }) =>
      type === "aws_iam_access_key" ? [values.id, values.secret] : [],
    ),
    ...child_modules.flatMap(keysIn),
  ];
}

describe("the text", () => {
  test("every page of this suite is listed", () => {
    const listed = [...pageText("README.md").matchAll(/\]\(([a-z-]+\.md)\)/g)].map(([, page = ""]) => page);
    expect(listed).toEqual(expect.arrayContaining(FOLLOWED));
    expect(pages().filter((page) => page !== "README.md" && !listed.includes(page))).toEqual([]);
  });

  test.each(FOLLOWED)("every block of %s is run, written or compared", (page) => {
    expect(stepsOf(page).filter(({ kind }) => kind === "run").length).toBeGreaterThan(3);
  });

  test.each(FOLLOWED)("%s is one numbered list that says how to undo it", (page) => {
    const numbers = [...pageText(page).matchAll(/^(\d+)\. \*\*/gm)].map(([, number]) => Number(number));
    expect(numbers.length).toBeGreaterThan(4);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(pageText(page)).toContain("\n## To undo\n");
  });

  test.each(FOLLOWED)("links of %s lead somewhere", (page) => {
    const targets = [...pageText(page).matchAll(/\]\(([^)]+)\)/g)].map(
      ([, target = ""]) => target.split("#")[0],
    );
    expect(targets.filter((target) => !existsSync(join(DOCS, target ?? "")))).toEqual([]);
  });
});

describeE2e("the pages, as they are typed", () => {
  let recorder: Recorder;
  let lab: Lab;
  let awsCli: Service;
  let pmm: PmmServer;
  let reader: Reader;

  const profiles = FOLLOWED.flatMap(stepsOf)
    .filter(({ kind }) => kind === "profiles")
    .map(({ text }) => text)
    .join("");

  beforeAll(async () => {
    recorder = await Recorder.start();
    lab = await startLab({ url: recorder.url });
    awsCli = await startAwsCli(lab);
    pmm = await PmmServer.start();
    const variables = { PMM_URL: pmm.url, PMM_TOKEN: TOKEN };
    reader = new Reader(lab, awsCli, "project", profiles, variables);
  });

  afterAll(async () => {
    await pmm?.stop();
    await awsCli?.stop();
    await lab?.stop();
    recorder?.stop();
  });

  test("first-rollout.md", () => reader.follow("first-rollout.md"));

  test("first-rollout.md, with PMM in a container", async () => {
    const profile = "aws --profile source ec2";
    const image = await reader.type(`${profile} describe-images --query 'Images[0].ImageId' --output text`);
    await reader.type(
      `${profile} run-instances --image-id ${image.trim()} --tag-specifications 'ResourceType=instance,Tags=[{Key=Name,Value=pmm}]'`,
    );
    await reader.followWhere("first-rollout.md", "PMM runs in a container");
  });

  test("onboard-an-account.md", () => reader.follow("onboard-an-account.md"));

  test("adopt.md", async () => {
    const { iam } = await lab.account("555555555555");
    for (const PolicyName of ["pmm-boundary-monitoring-role", "pmm-boundary-aurora-user"])
      await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: BY_HAND }));
    await makeRole(await lab.account("555555555555"), "AmazonRDSforPMMrole");
    const [RoleName, UserName, PolicyDocument] = ["AmazonRDSforPMMrole", "PMMAWSIntegrationUser", BY_HAND];
    for (const PolicyName of ["pmm-cloudwatch-rds-access", "console-policy"])
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(
      new PutUserPolicyCommand({ UserName, PolicyName: "pmm-aurora-os-metrics", PolicyDocument }),
    );
    const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    await iam.send(new CreateAccessKeyCommand({ UserName }));
    await reader.follow("adopt.md");
    const account = await lab.account("555555555555");
    await makeAgentRole(account, [
      "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
      await makeAgentPolicy(account),
    ]);
    await reader.followWhere("adopt.md", "the agent's role was made by hand");
  });

  test("rotate-a-key.md", async () => {
    const source = await lab.account("111111111111");
    const held = async () => (await secretOf(source, "pmm/aurora/billing-prod")).access_key_id;
    const previous = await held();
    for (const one of [agent(1, previous), agent(2, previous), agent(3)]) pmm.agents.set(one.agent_id, one);
    await reader.follow("rotate-a-key.md");
    const newest = await held();
    expect(newest).not.toBe(previous);
    const keys = [...pmm.agents.values()].map(({ aws_access_key }) => aws_access_key);
    expect({ keys, violations: pmm.violations }).toEqual({
      keys: [newest, newest, undefined],
      violations: [],
    });
  });

  test("access-review.md", async () => {
    await reader.type("git tag access-review-2026-q3 HEAD~1");
    await reader.followUpTo("access-review.md", 7);
    const folder = join(reader.checkout.folder, "..", "access-review");
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    const keys = keysIn(JSON.parse(read("states/pmm-iam.json")).values.root_module);
    const accounts: AccessReport["accounts"] = JSON.parse(read("2026-q4.json")).accounts;
    const found = accounts.flatMap(({ identities }) =>
      identities.flatMap((identity) => identity.keys?.found?.managed ?? []),
    );
    expect(found.map(({ age_days }) => age_days)).toContain(0);
    expect(keys).toHaveLength(2 * found.length);
    for (const name of ["2026-q4.html", "2026-q4.csv", "2026-q4.json"]) {
      const text = read(name);
      expect(keys.filter((key) => text.includes(key))).toEqual([]);
    }
    await reader.follow("access-review.md");
  });

  test("move-to-another-group.md, with state in S3", async () => {
    const before = await inventory(lab, ["033333333333", "111111111111"]);
    await reader.follow("move-to-another-group.md");
    expect(await inventory(lab, ["033333333333", "111111111111"])).toEqual(before);
  });

  test("retire-an-account.md", async () => {
    await reader.follow("retire-an-account.md");
    expect(await inventory(lab, ["444444444444"])).toEqual([]);
  });

  test("account-closed.md", async () => {
    recorder.close("555555555555");
    const before = await inventory(lab, ["555555555555"]);
    // As the page says for OpenTofu.
    await reader.type(`export TF_CLI_ARGS_plan="${unread().join(" ")}"`);
    await reader.follow("account-closed.md");
    await reader.type("unset TF_CLI_ARGS_plan");
    expect(await inventory(lab, ["555555555555"])).toEqual(before);
  });

  test("two-deployments.md", async () => {
    const before = await inventory(lab, ["222222222222", "033333333333"]);
    await reader.follow("two-deployments.md");
    expect(await inventory(lab, ["222222222222", "033333333333"])).toEqual(before);
  });

  test("with a PMM role that exists, a secret left over, and state in local files", async () => {
    await lab.reset();
    for (const id of ["111111111111", "222222222222", "033333333333"]) {
      const { iam } = await lab.account(id);
      for (const kind of BOUNDARIES)
        await iam.send(
          new CreatePolicyCommand({ PolicyName: `pmm-boundary-${kind}`, PolicyDocument: BY_HAND }),
        );
    }
    const source = await lab.account("111111111111");
    await makeRole(source, "pmm-ec2-role");
    await source.secrets("us-east-1").send(new CreateSecretCommand({ Name: "pmm/aurora/billing-prod" }));
    const other = new Reader(lab, awsCli, "local", profiles);
    await other.followWhere("first-rollout.md", "the PMM role exists");
    await other.followWhere("first-rollout.md", "an empty secret is left");
    const file = stepsOf("first-rollout.md").find(({ kind }) => kind === "file")?.text ?? "";
    other.edit("file", file.replace(/^ *create_pmm_ec2_role: true\n|^backend:\n.*\n/gm, ""));
    const moved = stepsOf("move-to-another-group.md").find(({ kind }) => kind === "part")?.text ?? "";
    other.edit("part", moved.replace(/^ *group: .*\n/m, ""));
    await other.type(
      "npm run synth && cd cdktf.out/stacks/pmm-iam && terraform init && terraform apply -auto-approve",
    );
    other.checkout.merge();
    await other.followUpTo("move-to-another-group.md", 8);
    await other.followWhere("move-to-another-group.md", "it is undone");
    other.edit("part", moved.replace(/^ *group: .*\n/m, ""));
    await other.type("npm run synth && cd cdktf.out/stacks/pmm-iam && terraform plan -detailed-exitcode");
    await other.follow("move-to-another-group.md");
    await other.followWhere("move-to-another-group.md", "the states are local files");
    const states = readdirSync(other.checkout.folder).filter((name) => name.includes("tfstate"));
    expect(states).toEqual(["terraform.pmm-iam-finance.tfstate", "terraform.pmm-iam.tfstate"]);
  });
});
