import { readdirSync, readFileSync } from "node:fs";
import { describeE2e } from "../harness/gate";
import { secretOf } from "../harness/look";
import { SCENARIOS } from "./causes";
import { Estate, SOURCE, sessionOf, startMetadata, TELEPORT_ROLE } from "./estate";

const PASSES = [
  `skipped: teleport in orders-prod: only ${TELEPORT_ROLE} may assume TeleportDatabaseAccess, and this host is not Teleport's; run this on Teleport's host with --only teleport`,
  "skipped: vendor site24x7 in orders-prod: only 999999999999 may assume the vendor's role; the vendor's own page tests it; show prints the ARN and the external id to give to it",
  "skipped: vendor vendor in orders-prod: only 888888888888 may assume the vendor's role; the vendor's own page tests it; show prints the ARN and the external id to give to it",
  "3 of 3 accounts pass, 3 checks skipped",
];

const ROWS = Object.entries(SCENARIOS).flatMap(([cause, scenarios]) =>
  typeof scenarios === "string"
    ? []
    : scenarios.map((scenario): [string, string, typeof scenario] => [cause, scenario.how, scenario]),
);

describeE2e("verify", () => {
  let estate: Estate;
  /** Everything that was printed. */
  const printed: string[] = [];
  beforeAll(async () => {
    estate = await Estate.start();
  });
  afterAll(() => estate?.stop());

  const verify = async (line = "", env = estate.onHost()) => {
    const ended = await estate.verify(line, env);
    printed.push(ended.stdout, ended.stderr);
    return { ...ended, lines: ended.stdout.trimEnd().split("\n") };
  };

  test("after an apply everything passes, by the packed file as by the program", async () => {
    const { code, lines, stderr } = await verify();
    expect({ code, lines, stderr }).toEqual({ code: 0, lines: PASSES, stderr: "" });
    expect((await estate.program("verify")).stdout).toBe(`${PASSES.join("\n")}\n`);
  });

  test("with the credentials that an instance's metadata service has", async () => {
    const metadata = await startMetadata("role", estate.pmm);
    const { code, lines } = await verify("", estate.onInstance(metadata));
    metadata.server.close();
    expect({ code, lines }).toEqual({ code: 0, lines: PASSES });
  });

  test("each call is made as its reader makes it", async () => {
    estate.aws.seen.length = 0;
    await verify("--account billing-prod");
    expect([...estate.aws.seen].sort()).toEqual([
      "arn:aws:iam::033333333333:role/AmazonRDSforPMMrole cloudwatch:GetMetricData",
      "arn:aws:iam::033333333333:role/AmazonRDSforPMMrole cloudwatch:ListMetrics",
      "arn:aws:iam::033333333333:role/AmazonRDSforPMMrole logs:DescribeLogGroups",
      "arn:aws:iam::033333333333:user/PMMAWSIntegrationUser cloudwatch:GetMetricStatistics",
      "arn:aws:iam::033333333333:user/PMMAWSIntegrationUser logs:FilterLogEvents",
      "arn:aws:iam::033333333333:user/PMMAWSIntegrationUser rds:DescribeDBInstances",
      "arn:aws:iam::111111111111:role/pmm-ec2-role secretsmanager:GetSecretValue",
      // By itself, and with a session tag.
      "arn:aws:iam::111111111111:role/pmm-ec2-role sts:AssumeRole",
      "arn:aws:iam::111111111111:role/pmm-ec2-role sts:AssumeRole",
      "arn:aws:iam::111111111111:role/pmm-ec2-role sts:GetCallerIdentity",
    ]);
  });

  test("on Teleport's host", async () => {
    const session = await sessionOf(estate.lab, TELEPORT_ROLE);
    estate.aws.know(session.accessKeyId, TELEPORT_ROLE);
    const { code, lines } = await verify("--only teleport", estate.onHost(session));
    expect({ code, lines }).toEqual({
      code: 0,
      lines: [
        "note: rds-db:connect is not tried, because it takes a database: connect once to each, with tsh db connect",
        "1 of 1 account passes",
      ],
    });
  });

  test.each(ROWS)("%s: %s", async (cause, _, { line, broken, says, passes }) => {
    const { env = estate.onHost(), repair } = await broken(estate);
    const text = await verify(line, env);
    const json = await verify(`${line} --format json`, env);
    await repair?.();
    estate.aws.changed();
    expect({ line: text.lines[0], code: text.code, stderr: text.stderr }).toEqual({
      line: says,
      code: passes ? 0 : 1,
      stderr: "",
    });
    const { version, host, results } = JSON.parse(json.stdout) as {
      version: number;
      host?: { cause: string };
      results: { findings: { cause: string }[] }[];
    };
    const causes = [host, ...results.flatMap(({ findings }) => findings)].flatMap((one) => one?.cause ?? []);
    expect({ version, causes }).toEqual({ version: 1, causes: [cause] });
    // All is well again.
    expect((await verify(line.replace(/ --region \S+/, ""))).code).toBe(0);
  });

  test("no key is in anything that was printed, nor in the list of processes", async () => {
    const source = await estate.lab.account(SOURCE);
    const keys = await Promise.all(
      ["pmm/aurora/billing-prod", "pmm/aurora/orders-prod"].map((name) => secretOf(source, name)),
    );
    const secrets = [
      ...keys.flatMap(({ access_key_id, secret_access_key }) => [access_key_id, secret_access_key]),
      ...Object.values(estate.pmm),
    ];
    const processes = new Set<string>();
    estate.aws.fault = () => {
      for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
        try {
          processes.add(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
        } catch {
          // It has ended.
        }
      }
      return undefined;
    };
    await verify();
    estate.aws.fault = () => undefined;
    const all = [...printed, ...processes].join("\n");
    expect(all).toContain("pmm-iam-verify.js");
    expect(secrets.filter((secret) => secret.length < 10 || all.includes(secret))).toEqual([]);
  });
});
