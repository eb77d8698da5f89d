import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { EVERYTHING } from "../harness/everything";
import { type Lab, startLab } from "../harness/lab";
import { makeRole } from "../harness/look";
import { type Ended, run } from "../harness/processes";
import { commandEnvironment, Project } from "../harness/project";
import { type ProxyServer, startProxyServer } from "../harness/proxy-server";
import { ROOT } from "../harness/tools";
import { EvaluatedAws } from "./evaluated-aws";

export const SOURCE = "111111111111";
export const ORDERS = "222222222222";
export const BILLING = "033333333333";
export const PMM_ROLE = `arn:aws:iam::${SOURCE}:role/pmm-ec2-role`;
export const TELEPORT_ROLE = `arn:aws:iam::${SOURCE}:role/teleport-db-service`;
export const MONITORING_ROLE = "AmazonRDSforPMMrole";
export const USER = "PMMAWSIntegrationUser";

const ACCOUNTS = `
source:
  account_id: "${SOURCE}"
  pmm_ec2_role_name: pmm-ec2-role
  create_pmm_ec2_role: true
  monitor_own_account: true
defaults:
  admin_role_name: Admin
teleport:
  role_name: teleport-db-service
  proxy_address: teleport.example.com:443
secrets:
  readers: [pmm_ec2_role]
accounts:
  - name: orders-prod
    account_id: "${ORDERS}"
    permissions: grafana
${EVERYTHING}
  - name: billing-prod
    account_id: "${BILLING}"
    region: eu-west-1
    aurora: true
`;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

type Environment = Readonly<Record<string, string>>;

/** A deployment that is applied, with databases, and a host on which the packed file runs. */
export class Estate {
  private constructor(
    readonly lab: Lab,
    readonly aws: EvaluatedAws,
    private readonly project: Project,
    /** Credentials of the PMM role, as its instance has them. */
    readonly pmm: Credentials,
    readonly packed: string,
  ) {}

  static async start(): Promise<Estate> {
    const lab = await startLab();
    await makeRole(await lab.account(SOURCE), "teleport-db-service");
    const project = new Project(lab, "estate");
    project.copy(join(ROOT, "test/e2e/scenarios/vendor-policy.json"), "vendor-policy.json");
    await project.synth(ACCOUNTS);
    await (await project.init()).apply();
    await makeDatabase(lab, SOURCE, "us-east-1", "pmm-1");
    await makeDatabase(lab, ORDERS, "us-east-1", "orders-1");
    await makeDatabase(lab, BILLING, "eu-west-1", "billing-1");
    const aws = await EvaluatedAws.start(lab, [SOURCE, ORDERS, BILLING]);
    const pmm = await sessionOf(lab, PMM_ROLE);
    aws.know(pmm.accessKeyId, PMM_ROLE);
    const estate = new Estate(lab, aws, project, pmm, join(lab.folder, "host", "pmm-iam-verify.js"));
    mkdirSync(join(lab.folder, "host"));
    writeFileSync(join(lab.folder, "host", ".keep"), "");
    const { code, stderr } = await estate.program(`verify --pack ${estate.packed}`);
    if (code !== 0) throw new Error(stderr);
    return estate;
  }

  /** The program, beside the accounts file. */
  program(line: string, env: Environment = this.onHost()): Promise<Ended> {
    return run({
      command: process.execPath,
      args: [join(ROOT, "bin", "pmm-iam.js"), ...line.split(" ")],
      cwd: this.project.folder,
      env: {
        ...commandEnvironment(this.lab),
        AWS_EC2_METADATA_DISABLED: "",
        ...env,
        ACCOUNTS_FILE: "accounts.yaml",
      },
    }).ended;
  }

  /** The packed file, in its folder and with nothing in the environment but what is said here. */
  verify(line = "", env: Environment = this.onHost()): Promise<Ended> {
    return run({
      command: process.execPath,
      args: [this.packed, ...line.split(" ").filter((word) => word !== "")],
      cwd: join(this.lab.folder, "host"),
      env,
    }).ended;
  }

  /** The environment of a program on the PMM host, or of one that has other credentials. */
  onHost({ accessKeyId, secretAccessKey, sessionToken }: Credentials = this.pmm): Environment {
    return {
      AWS_ENDPOINT_URL: this.aws.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
  }

  /** The environment on an instance, whose credentials the metadata service has. */
  onInstance({ url }: ProxyServer): Environment {
    return { AWS_ENDPOINT_URL: this.aws.url, AWS_EC2_METADATA_SERVICE_ENDPOINT: url };
  }

  async stop(): Promise<void> {
    await this.aws.stop();
    await this.lab.stop();
  }
}

/** Credentials of a role, past every evaluation. */
export async function sessionOf(lab: Lab, role: string): Promise<Credentials> {
  const client = new STSClient({
    endpoint: lab.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const { Credentials: given } = await client.send(
    new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "i-0123456789abcdef0" }),
  );
  return {
    accessKeyId: given?.AccessKeyId ?? "",
    secretAccessKey: given?.SecretAccessKey ?? "",
    sessionToken: given?.SessionToken ?? "",
  };
}

/** A client of RDS in an account. */
export async function rdsIn(lab: Lab, account: string, region: string): Promise<RDSClient> {
  const credentials = await sessionOf(lab, `arn:aws:iam::${account}:role/look`);
  return new RDSClient({ endpoint: lab.url, region, credentials });
}

/** A database with Enhanced Monitoring, and the log group that it writes to. */
export async function makeDatabase(lab: Lab, account: string, region: string, name: string): Promise<void> {
  const rds = await rdsIn(lab, account, region);
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: name,
      DBInstanceClass: "db.t3.medium",
      Engine: "postgres",
      MonitoringInterval: 60,
      MonitoringRoleArn: `arn:aws:iam::${account}:role/rds-monitoring-role`,
    }),
  );
  const credentials = await sessionOf(lab, `arn:aws:iam::${account}:role/look`);
  const logs = new CloudWatchLogsClient({ endpoint: lab.url, region, credentials });
  await logs.send(new CreateLogGroupCommand({ logGroupName: "RDSOSMetrics" }));
}

const ROLES = "/latest/meta-data/iam/security-credentials/";

/** The metadata service of an instance with the PMM role, of one without a role, or behind a hop too many. */
export function startMetadata(kind: "role" | "none" | "silent", given: Credentials): Promise<ProxyServer> {
  return startProxyServer(({ method, url }, answer) => {
    if (kind === "silent") return;
    if (method === "PUT" && url === "/latest/api/token") {
      answer.writeHead(200, { "x-aws-ec2-metadata-token-ttl-seconds": "21600" }).end("token");
    } else if (kind === "role" && url === ROLES) {
      answer.writeHead(200).end("pmm-ec2-role");
    } else if (kind === "role" && url === `${ROLES}pmm-ec2-role`) {
      const { accessKeyId, secretAccessKey, sessionToken } = given;
      answer.writeHead(200).end(
        JSON.stringify({
          Code: "Success",
          AccessKeyId: accessKeyId,
          SecretAccessKey: secretAccessKey,
          Token: sessionToken,
          Expiration: "2126-01-01T00:00:00Z",
        }),
      );
    } else answer.writeHead(404).end();
  });
}
