import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { type Lab, startLab } from "../harness/lab";
import { BY_HAND, makeRole, secretOf } from "../harness/look";
import { commandEnvironment } from "../harness/project";
import { Recorder } from "../harness/recorder";
import { ROOT } from "../harness/tools";
import { script } from "./forge";

const S3 = {
  Authorization:
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
};

/** A local AWS with a bucket for the state, and the commands that a runner has. */
export class Estate {
  private constructor(
    readonly lab: Lab,
    readonly recorder: Recorder,
    /** The folder of the PATH that more commands may be put into. */
    readonly bin: string,
  ) {}

  static async start(): Promise<Estate> {
    const recorder = await Recorder.start();
    const lab = await startLab({ url: recorder.url });
    const bin = join(lab.folder, "runner");
    script(bin, "npm", '[ "$*" = ci ]');
    const program = join(ROOT, "bin", "pmm-iam.js");
    script(bin, "npx", `[ "$1" = pmm-iam ] && shift && exec "${process.execPath}" "${program}" "$@"`);
    await fetch(`${lab.url}/acme-tfstate`, { method: "PUT", headers: S3 });
    await makeRole(await lab.account("111111111111"), "pmm-ec2-role");
    return new Estate(lab, recorder, bin);
  }

  async stop(): Promise<void> {
    await this.lab.stop();
    this.recorder.stop();
  }

  /** What a runner has in its environment: terraform and the program, and no AWS credentials. */
  env(): Record<string, string> {
    const {
      AWS_ACCESS_KEY_ID: _,
      AWS_SECRET_ACCESS_KEY: __,
      AWS_REGION: ___,
      ...env
    } = commandEnvironment(this.lab);
    const url = this.lab.terraform("environment").env["AWS_ENDPOINT_URL"] ?? this.lab.url;
    return { ...env, AWS_ENDPOINT_URL: url, PATH: `${this.bin}:${env["PATH"]}` };
  }

  /** The roles that Terraform has assumed, without the accounts, since the last look. */
  assumed(): string[] {
    const calls = this.recorder.calls.splice(0);
    const roles = calls.flatMap(({ action, parameters }) =>
      action === "sts:AssumeRole" ? (parameters["RoleArn"]?.split("/").at(-1) ?? []) : [],
    );
    return [...new Set(roles)].sort();
  }

  /** Somebody gives a role of an account a policy by hand, or removes it again. */
  async byHand(id: string, does: "adds" | "removes"): Promise<void> {
    const { iam } = await this.lab.account(id);
    const policy = { RoleName: "AmazonRDSforPMMrole", PolicyName: "by-hand" };
    if (does === "adds") await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: BY_HAND }));
    else await iam.send(new DeleteRolePolicyCommand(policy));
  }

  /** A stack's state. */
  async state(stack: string): Promise<string> {
    return (await fetch(this.stateUrl(stack), { headers: S3 })).text();
  }

  async changeState(stack: string, change: (text: string) => string): Promise<void> {
    const body = change(await this.state(stack));
    await fetch(this.stateUrl(stack), { method: "PUT", headers: S3, body });
  }

  private stateUrl(stack: string): string {
    return `${this.lab.url}/acme-tfstate/pmm-iam/${stack}.tfstate`;
  }

  /** The key of the user in billing-prod. */
  key(): Promise<Readonly<Record<string, string>>> {
    return this.lab.account("111111111111").then(async (source) => {
      const { secret_access_key, access_key_id } = await secretOf(source, "pmm/aurora/billing-prod");
      return { secret_access_key, access_key_id };
    });
  }
}

/** The files below a folder in which one of the texts is. */
export function filesWith(folder: string, texts: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path))
    .filter(
      (path) => statSync(path).isFile() && texts.some((text) => readFileSync(path, "utf8").includes(text)),
    );
}
