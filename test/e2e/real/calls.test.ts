import { type Lab, startLab } from "../harness/lab";
import type { ProviderKind } from "../harness/provider";
import { Recorder } from "../harness/recorder";
import type { Folder } from "../harness/terraform";
import { describeReal } from "./gate";

/*
 * Each resource type of the modules made, planned again, changed in all that can change in place, and destroyed: by
 * the real provider and by the stand-in, whose calls must be the same, in the same order. The faults and the
 * deployer's policies are judged by the stand-in's calls.
 */

const document = (action: string) =>
  `jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "${action}", Resource = "*" }] })`;
const trust = (sid: string) =>
  `jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "${sid}", Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })`;
const boundary = (name: string) => `permissions_boundary = "arn:aws:iam::aws:policy/${name}"`;

interface Look {
  readonly tag: string;
  readonly description: string;
  readonly action: string;
  readonly boundary: string;
  readonly status: string;
  readonly version: number;
  readonly session: number;
}

const FIRST: Look = {
  tag: "one",
  description: "first",
  action: "iam:GetUser",
  boundary: boundary("ReadOnlyAccess"),
  status: "Active",
  version: 1,
  session: 3600,
};
const SECOND: Look = {
  tag: "two",
  description: "second",
  action: "iam:GetRole",
  boundary: boundary("SecurityAudit"),
  status: "Inactive",
  version: 2,
  session: 3600,
};
const THIRD: Look = { ...SECOND, boundary: "", session: 7200 };

/** The blocks, by their address. Each waits for the one before it, so that the order of the calls is told. */
const blocks = (look: Look): Readonly<Record<string, string>> => ({
  "aws_iam_policy.a": `name = "a"
  policy = ${document(look.action)}
  tags = { a = "${look.tag}" }`,
  "aws_iam_role.a": `name = "a"
  description = "${look.description}"
  max_session_duration = ${look.session}
  force_detach_policies = true
  assume_role_policy = ${trust(look.tag)}
  tags = { a = "${look.tag}" }
  ${look.boundary}`,
  "aws_iam_role_policy.a": `name = "a"
  role = aws_iam_role.a.id
  policy = ${document(look.action)}`,
  "aws_iam_role_policy_attachment.a": `role = aws_iam_role.a.name
  policy_arn = aws_iam_policy.a.arn`,
  "aws_iam_role_policies_exclusive.a": `role_name = aws_iam_role.a.name
  policy_names = [aws_iam_role_policy.a.name]`,
  "aws_iam_role_policy_attachments_exclusive.a": `role_name = aws_iam_role.a.name
  policy_arns = [aws_iam_policy.a.arn]`,
  "aws_iam_instance_profile.a": `name = "a"
  role = aws_iam_role.a.name
  tags = { a = "${look.tag}" }`,
  "aws_iam_user.a": `name = "a"
  force_destroy = true
  tags = { a = "${look.tag}" }
  ${look.boundary}`,
  "aws_iam_user_policy.a": `name = "a"
  user = aws_iam_user.a.name
  policy = ${document(look.action)}`,
  "aws_iam_user_policy_attachment.a": `user = aws_iam_user.a.name
  policy_arn = aws_iam_policy.a.arn`,
  "aws_iam_user_policies_exclusive.a": `user_name = aws_iam_user.a.name
  policy_names = [aws_iam_user_policy.a.name]`,
  "aws_iam_user_policy_attachments_exclusive.a": `user_name = aws_iam_user.a.name
  policy_arns = [aws_iam_policy.a.arn]`,
  "aws_iam_access_key.a": `user = aws_iam_user.a.name
  status = "${look.status}"`,
  "aws_secretsmanager_secret.a": `name = "a"
  description = "${look.description}"
  recovery_window_in_days = 0
  tags = { a = "${look.tag}" }`,
  "aws_secretsmanager_secret_version.a": `secret_id = aws_secretsmanager_secret.a.id
  secret_string_wo = "${look.tag}"
  secret_string_wo_version = ${look.version}`,
  "aws_secretsmanager_secret_policy.a": `secret_arn = aws_secretsmanager_secret.a.arn
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "${look.tag}", Effect = "Allow", Principal = { AWS = "arn:aws:iam::111111111111:root" }, Action = "secretsmanager:GetSecretValue", Resource = "*" }] })`,
});

function root(look: Look): string {
  const all = Object.entries(blocks(look)).map(([address, body], at, entries) => {
    const before = entries[at - 1]?.[0];
    const waits = before === undefined ? "" : `  depends_on = [${before}]\n`;
    return `resource ${address
      .split(".")
      .map((word) => `"${word}"`)
      .join(" ")} {\n  ${body}\n${waits}}\n`;
  });
  return `terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.25.0"
    }
  }
}
provider "aws" {
  region              = "us-east-1"
  allowed_account_ids = ["222222222222"]
  assume_role {
    role_arn = "arn:aws:iam::222222222222:role/Admin"
  }
  default_tags {
    tags = { team = "${look.tag}" }
  }
}
${all.join("")}`;
}

/** The calls of one step, those that a provider makes when it is configured apart. */
type Calls = Readonly<Record<"configuring" | "working", readonly string[]>>;

const STEPS: readonly (readonly [name: string, look: Look | undefined, args: readonly string[]])[] = [
  ["made", FIRST, ["apply", "-auto-approve"]],
  ["planned again", FIRST, ["plan", "-detailed-exitcode"]],
  ["changed", SECOND, ["apply", "-auto-approve"]],
  ["without a boundary", THIRD, ["apply", "-auto-approve", "-refresh=false"]],
  ["destroyed", undefined, ["destroy", "-auto-approve", "-refresh=false"]],
];

class Traced {
  private folder: Folder | undefined;

  private constructor(
    private readonly lab: Lab,
    private readonly recorder: Recorder,
  ) {}

  static async begin(provider: ProviderKind): Promise<Traced> {
    const recorder = await Recorder.start();
    return new Traced(await startLab({ provider, url: recorder.url }), recorder);
  }

  async step(look: Look | undefined, args: readonly string[]): Promise<Calls> {
    this.folder ??= this.lab.terraform("calls");
    if (look !== undefined) this.folder.write("main.tf", root(look));
    if (args.includes("-auto-approve") && look === FIRST) await this.folder.init();
    const before = this.recorder.calls.length;
    await this.folder.run(...args, "-no-color", "-parallelism=1");
    const calls = this.recorder.calls.slice(before).map(({ action }) => action);
    const configuring = calls.filter((action) => action.startsWith("sts:")).sort();
    return { configuring, working: calls.filter((action) => !action.startsWith("sts:")) };
  }

  async end(): Promise<void> {
    await this.lab.stop();
    this.recorder.stop();
  }
}

describeReal("the calls of each resource type", () => {
  let real: Traced;
  let standIn: Traced;
  beforeAll(async () => {
    [real, standIn] = [await Traced.begin("real"), await Traced.begin("stand-in")];
  });
  afterAll(async () => {
    await real?.end();
    await standIn?.end();
  });

  test.each(STEPS)("%s", async (_, look, args) => {
    const expected = await real.step(look, args);
    expect(await standIn.step(look, args)).toEqual(expected);
  });
});
