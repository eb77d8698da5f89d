import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { agent } from "../../commands/pmm-lab";
import { PmmServer, TOKEN } from "../../support/pmm-server";
import { type Verdict, WatchedAws } from "../assume-policy/watched-aws";
import { type Lab, startLab } from "../harness/lab";
import { type SecretKey, secretOf } from "../harness/look";
import { type Ended, type Running, run } from "../harness/processes";
import { commandEnvironment } from "../harness/project";
import { ROOT } from "../harness/tools";
import { EvaluatedAws } from "../verify/evaluated-aws";

export const SOURCE = "111111111111";
export const BILLING = "033333333333";
export const USER = "PMMAWSIntegrationUser";
export const SECRET = "pmm/aurora/billing-prod";
const REGION = "eu-west-1";

const ACCOUNTS = `source:
  account_id: "${SOURCE}"
  pmm_ec2_role_name: pmm-ec2-role
  create_pmm_ec2_role: true
defaults:
  admin_role_name: Admin
secrets:
  readers: [pmm_ec2_role]
accounts:
  - name: billing-prod   # asked for in May
    account_id: "${BILLING}"
    region: ${REGION}
    aurora: true
`;

/** PMM's agents of the account. */
export const AGENTS = [1, 2, 3];

/**
 * A deployment in a git repository, whose commands a person types; a PMM whose agents hold the user's key; and an AWS
 * that lets a test look at each change. Each time that AWS or PMM has changed something, every agent tries the key that
 * it holds, with AWS's evaluation of the policies.
 */
export class TypedRotation {
  /** When an agent held a key that does not work. */
  readonly gaps = new Set<string>();
  /** How often all agents were looked at. */
  looks = 0;
  /** What a test does before AWS sees a change, by its action. */
  before: (action: string) => Verdict = () => "pass";
  /** Whether a call that reads is refused. */
  reading: () => Verdict = () => "pass";
  /** The secrets of the keys that PMM was not given by the program. */
  private readonly secrets = new Map<string, string>();
  private readonly env: Record<string, string>;

  private constructor(
    readonly lab: Lab,
    readonly pmm: PmmServer,
    readonly evaluated: EvaluatedAws,
    private readonly watched: WatchedAws,
    url: string,
    readonly folder: string,
  ) {
    const { PATH = "", ...env } = commandEnvironment(lab);
    const bin = join(lab.folder, "commands");
    mkdirSync(bin);
    writeFileSync(
      join(bin, "pmm-iam"),
      `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, "bin", "pmm-iam.js")}" "$@"\n`,
      { mode: 0o755 },
    );
    this.env = {
      ...env,
      PATH: `${bin}:${PATH}`,
      AWS_ENDPOINT_URL: url,
      PMM_URL: pmm.url,
      PMM_TOKEN: TOKEN,
    };
  }

  /** Everything applied at generation 1, and PMM with that key. */
  static async start(): Promise<TypedRotation> {
    const watched = await WatchedAws.start();
    let url = "";
    const lab = await startLab({
      url: (aws) => {
        url = watched.inFrontOf(aws);
        return url;
      },
    });
    const folder = join(lab.folder, "deployment");
    mkdirSync(folder);
    const pmm = await PmmServer.start();
    const evaluated = await EvaluatedAws.start(lab, [SOURCE, BILLING]);
    const rotation = new TypedRotation(lab, pmm, evaluated, watched, url, folder);
    writeFileSync(join(folder, "accounts.yaml"), ACCOUNTS);
    writeFileSync(join(folder, ".gitignore"), "cdktf.out/\n*.tfstate*\n");
    rotation.git("init", "--quiet", "--initial-branch=main");
    rotation.merge();
    await rotation.types("pmm-iam synth");
    await rotation.types(`${TERRAFORM} init -no-color`);
    await rotation.types(`${TERRAFORM} apply -no-color -auto-approve`);
    await rotation.fill();
    watched.watch = {
      before: ({ action }) => Promise.resolve(rotation.before(action)),
      after: async () => {
        evaluated.changed();
        await rotation.look();
        return "pass";
      },
      reading: () => rotation.reading(),
    };
    return rotation;
  }

  private async fill(): Promise<void> {
    const first = await this.held();
    this.secrets.set(first.access_key_id, first.secret_access_key);
    for (const number of AGENTS)
      this.pmm.agents.set(agent(number).agent_id, agent(number, first.access_key_id));
    this.pmm.services = {
      mysql: AGENTS.map((number) => ({
        service_id: agent(100 + number).agent_id,
        service_name: `billing-${number}`,
        node_id: agent(number).node_id,
      })),
    };
    await this.look();
  }

  /** What the user's secret holds. */
  async held(): Promise<SecretKey> {
    return secretOf(await this.lab.account(SOURCE), SECRET);
  }

  /** The ids of the keys that PMM's agents hold. */
  keysInPmm(): (string | undefined)[] {
    return [...this.pmm.agents.values()].map(({ aws_access_key }) => aws_access_key);
  }

  /** Types a line in the deployment's folder. */
  start(line: string, env: Readonly<Record<string, string>> = {}): Running {
    return run({ command: "sh", args: ["-c", line], cwd: this.folder, env: { ...this.env, ...env } });
  }

  /** Types a line, and looks at PMM's agents for as long as it runs. */
  async attempt(line: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.watching(this.start(line, env));
  }

  /** Looks at PMM's agents until a line has ended. */
  async watching({ ended }: Running): Promise<Ended> {
    let isOver = false;
    const end = ended.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await this.look();
      await new Promise((done) => setTimeout(done, 100));
    }
    await this.look();
    return end;
  }

  /** Types a line, and answers what it prints; fails where it fails. */
  async types(line: string): Promise<string> {
    const { code, stdout, stderr } = await this.attempt(line);
    if (code !== 0) throw new Error(`${line}\nended with ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Types what ends with exit code 1, and answers what it says. */
  async refused(line: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const accounts = this.accounts();
    const { code, stdout, stderr } = await this.attempt(line, env);
    expect({ line, code, stdout }).toEqual({ line, code: 1, stdout: "" });
    expect(this.accounts()).toBe(accounts);
    return stderr;
  }

  accounts(): string {
    return readFileSync(join(this.folder, "accounts.yaml"), "utf8");
  }

  /** The change is reviewed and merged: origin/main has it. */
  merge(): void {
    this.git("add", "--all");
    this.git(
      ...["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"],
      ...["commit", "--quiet", "--message", "merged"],
    );
    this.git("update-ref", "refs/remotes/origin/main", "HEAD");
  }

  async stop(): Promise<void> {
    await this.evaluated.stop();
    await this.watched.stop();
    await this.pmm.stop();
    await this.lab.stop();
  }

  /** Every agent of PMM asks AWS with the key that it holds. */
  private async look(): Promise<void> {
    for (const { agent_id, aws_access_key: id = "" } of [...this.pmm.agents.values()]) {
      const secret = this.pmm.secrets.get(agent_id) ?? this.secrets.get(id) ?? "";
      const failure = await this.failureOf(id, secret);
      if (failure !== undefined) this.gaps.add(`${agent_id}: ${failure}`);
    }
    this.looks += 1;
  }

  private async failureOf(accessKeyId: string, secretAccessKey: string): Promise<string | undefined> {
    const settings = {
      endpoint: this.evaluated.url,
      region: REGION,
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 1,
    };
    const [sts, rds] = [new STSClient(settings), new RDSClient(settings)];
    try {
      const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
      await rds.send(new DescribeDBInstancesCommand({}));
      return Arn === `arn:aws:iam::${BILLING}:user/${USER}` ? undefined : `is ${Arn}`;
    } catch (error) {
      return String(error);
    } finally {
      sts.destroy();
      rds.destroy();
    }
  }

  private git(...args: string[]): void {
    execFileSync("git", ["-C", this.folder, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
    });
  }
}

/** Terraform in the stack's folder, as `rotate` prints it. */
export const TERRAFORM = "terraform -chdir=cdktf.out/stacks/pmm-iam";
