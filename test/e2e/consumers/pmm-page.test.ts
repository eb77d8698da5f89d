import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { environment } from "../harness/environment";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { makeRole, secretOf } from "../harness/look";
import { type Ended, run } from "../harness/processes";
import { Project } from "../harness/project";
import { bodyOf, type ProxyServer, startProxyServer } from "../harness/proxy-server";
import { pythonPath } from "../harness/tools";

/*
 * The commands of consumers/pmm/<account>.md as they are written, in a shell with the AWS CLI, curl and jq: PMM finds
 * the databases and gets each with the key of the account's secret.
 */

const ACCOUNTS = `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role, monitor_own_account: true}
defaults: {admin_role_name: Admin}
accounts:
  - {name: home, account_id: "111111111111"}
  - {name: orders-prod, account_id: "222222222222", aurora: true}
`;

/** What PMM finds, as management/v1/rds.proto of percona/pmm describes it. */
const FOUND = [
  {
    region: "us-east-1",
    az: "us-east-1a",
    instance_id: "orders-1",
    node_model: "db.r6g.large",
    address: "orders-1.abc.us-east-1.rds.amazonaws.com",
    port: 3306,
    engine: "DISCOVER_RDS_ENGINE_MYSQL",
    engine_version: "8.0.mysql_aurora.3.05.2",
  },
  {
    region: "eu-west-1",
    az: "eu-west-1b",
    instance_id: "billing 1's",
    node_model: "db.t4g.medium",
    address: "billing-1.abc.eu-west-1.rds.amazonaws.com",
    port: 5432,
    engine: "DISCOVER_RDS_ENGINE_POSTGRESQL",
    engine_version: "16.4",
  },
];

/** The fields of AddRDSServiceParams there. PMM refuses a request with any other. */
const FIELDS =
  "region az instance_id node_model address port engine pmm_agent_id node_name service_name environment cluster replication_set username password aws_access_key aws_secret_key rds_exporter qan_mysql_perfschema custom_labels skip_connection_check tls tls_skip_verify disable_query_examples tablestats_group_table_limit disable_basic_metrics disable_enhanced_metrics metrics_mode qan_postgresql_pgstatements agent_password database auto_discovery_limit disable_comments_parsing max_postgresql_exporter_connections".split(
    " ",
  );

type Body = Readonly<Record<string, unknown>>;

function has(program: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const missing = ["curl", "jq"].filter((program) => !has(program));
const tested = missing.length === 0 ? test : test.skip;

describeE2e(`the commands of an account's page for PMM${missing.map((name) => ` (no ${name} here)`)}`, () => {
  let lab: Lab;
  let project: Project;
  let pmm: ProxyServer;
  let asked: { readonly url: string; readonly token: string | undefined; readonly body: Body }[];

  beforeAll(async () => {
    lab = await startLab();
    await makeRole(await lab.account("111111111111"), "pmm-ec2-role");
    project = new Project(lab, "project");
    await project.synth(ACCOUNTS);
    await (await project.init()).apply();
    pmm = await startProxyServer(async (request, answer) => {
      const body: Body = JSON.parse((await bodyOf(request)).toString());
      asked.push({ url: request.url ?? "", token: request.headers.authorization, body });
      const isKnown = Object.keys((body["rds"] ?? {}) as Body).every((field) => FIELDS.includes(field));
      const found = JSON.stringify({ rds_instances: FOUND });
      answer
        .writeHead(isKnown ? 200 : 400, { "Content-Type": "application/json" })
        .end(request.url?.endsWith(":discoverRDS") ? found : "{}");
    });
  }, 300_000);

  beforeEach(() => {
    asked = [];
  });

  afterAll(async () => {
    pmm?.server.close();
    await lab?.stop();
  });

  /** Runs the blocks of a page's part on the API, one after the other in one shell. */
  function typed(account: string): Promise<Ended> {
    const page = readFileSync(join(project.output, `consumers/pmm/${account}.md`), "utf8");
    const [, part = ""] = page.split("## Or by PMM's API");
    const blocks = [...part.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block);
    expect(blocks).toHaveLength(2);
    const clean = environment(lab.folder, lab.url);
    const env = {
      ...clean,
      PATH: `${dirname(pythonPath())}:${clean["PATH"]}`,
      PMM_URL: pmm.url,
      PMM_TOKEN: "glsa_token",
      DATABASE_USER: "pmm",
      DATABASE_PASSWORD: `it's "quoted" \\ $HOME`,
    };
    return run({ command: "bash", args: ["-c", blocks.join("")], cwd: project.folder, env }).ended;
  }

  tested("PMM finds what the key shows, and gets each database with the key", async () => {
    const ended = await typed("orders-prod");
    const key = await secretOf(await lab.account("111111111111"), "pmm/aurora/orders-prod");
    expect(ended.stderr).toBe("");
    expect(ended.stdout).toBe(
      "us-east-1\torders-1\tDISCOVER_RDS_ENGINE_MYSQL\t8.0.mysql_aurora.3.05.2\neu-west-1\tbilling 1's\tDISCOVER_RDS_ENGINE_POSTGRESQL\t16.4\n",
    );
    expect(ended.stdout).not.toContain(key.secret_access_key);
    const credentials = { aws_access_key: key.access_key_id, aws_secret_key: key.secret_access_key };
    expect(asked.map(({ url, token }) => `${url} ${token}`)).toEqual([
      "/v1/management/services:discoverRDS Bearer glsa_token",
      "/v1/management/services Bearer glsa_token",
      "/v1/management/services Bearer glsa_token",
    ]);
    expect(asked[0]?.body).toEqual(credentials);
    const [mysql, postgres] = FOUND.map(({ engine_version: _, ...instance }) => ({
      ...instance,
      ...credentials,
      node_name: `orders-prod-${instance.instance_id}`,
      service_name: `orders-prod-${instance.instance_id}`,
      custom_labels: { aws_account_id: "222222222222" },
      pmm_agent_id: "pmm-server",
      username: "pmm",
      password: `it's "quoted" \\ $HOME`,
      tls: true,
      tls_skip_verify: true,
      rds_exporter: true,
    }));
    expect(asked[1]?.body).toEqual({
      rds: { ...mysql, qan_mysql_perfschema: true, qan_postgresql_pgstatements: false },
    });
    expect(asked[2]?.body).toEqual({
      rds: { ...postgres, qan_mysql_perfschema: false, qan_postgresql_pgstatements: true },
    });
    for (const left of ["pmm-header", "pmm-found.json"]) {
      expect(existsSync(join(project.folder, left))).toBe(false);
    }
  });

  tested("in PMM's own account without a key", async () => {
    const ended = await typed("home");
    expect(ended.stderr).toBe("");
    expect(asked[0]?.body).toEqual({});
    expect(asked).toHaveLength(3);
    expect(asked[1]?.body["rds"]).not.toHaveProperty("aws_access_key");
  });
});
