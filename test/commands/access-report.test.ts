import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { type AccessReportOptions, accessReport } from "../../src/commands/access-report";
import { features } from "../../src/features";
import { version } from "../../src/project";
import { accountsFile, guarded } from "../changes/judged";
import { type Ran, Repository, ran } from "./repository";

const ORDERS = 'name: orders, account_id: "222222222222"';
const PRINCIPAL = 'additional_principals: ["arn:aws:iam::111111111111:role/grafana"]';

let repository: Repository;

beforeEach(() => {
  repository = Repository.create();
  repository.write("accounts.yaml", accountsFile([ORDERS]));
  repository.commit();
});

afterEach(() => rmSync(repository.folder, { recursive: true }));

const ranReport = (options: Partial<AccessReportOptions> = {}): Promise<Ran> =>
  ran(
    () =>
      accessReport(features, { output: "access-report.html", ...options }, new Date("2026-11-26T00:00:00Z")),
    repository.folder,
  );

const read = (name: string) => readFileSync(repository.path(name), "utf8");

test("writes a page, CSV and JSON, and says so", async () => {
  expect(await ranReport()).toEqual({
    code: 0,
    stdout:
      "the access of 1 account, 2 roles and users:\n  access-report.html\n  access-report.csv\n  access-report.json\n",
    stderr: "",
  });
  expect(read("access-report.html")).toMatch(/^<!doctype html>\n/);
  const json = JSON.parse(read("access-report.json"));
  expect(json).toMatchObject({ version: 1, made_on: "2026-11-26", since: null, states: [], changes: [] });
  expect(read("access-report.csv")).toMatch(/^account,account_id,stack,/);
});

test("the JSON has these fields and no other", async () => {
  await ranReport();
  const json = JSON.parse(read("access-report.json"));
  expect(Object.keys(json)).toEqual([
    ...["version", "report", "deployment", "made_on", "since", "states", "accounts", "documents", "changes"],
    "left",
  ]);
  expect(json.deployment).toEqual({
    name: "pmm-iam",
    file: "accounts.yaml",
    partition: "aws",
    source_account_id: "111111111111",
    pmm_role_arn: "arn:aws:iam::111111111111:role/pmm-ec2-role",
    version,
  });
});

test("the CSV has a row for each grant", async () => {
  await ranReport();
  const rows = read("access-report.csv").split("\r\n");
  const [head = "", ...grants] = rows.map((row) => row.split(","));
  expect(grants.pop()).toEqual([""]);
  const column = (name: string) => grants.map((row) => row[head.indexOf(name)]);
  // PMM's role may assume one role. That role has a use, and nine parts of its policy with a reason each.
  expect(column("access")).toEqual(["permission", "assume", ...Array(9).fill("permission")]);
  expect(column("account_id")).toEqual(["111111111111", ...Array(10).fill("222222222222")]);
});

test("the same names twice replace the first report", async () => {
  await ranReport({ output: "a.htm" });
  expect(await ranReport({ output: "a.htm" })).toMatchObject({ code: 0, stderr: "" });
});

test.each(["review.html", "review.csv", "review.json"])("%s of somebody else stays", async (name) => {
  repository.write(name, "mine");
  const { code, stdout, stderr } = await ranReport({ output: "review.html" });
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: "",
    stderr: `error: ${name} is there already, and no pmm-iam report wrote it; name another file: --output <file>\n`,
  });
  expect(read(name)).toBe("mine");
  expect(repository.git("status", "--porcelain")).toBe(`?? ${name}\n`);
});

test("a folder and a link are refused, and nothing is written through the link", async () => {
  mkdirSync(repository.path("folder.html"));
  expect((await ranReport({ output: "folder.html" })).stderr).toContain(
    "error: folder.html is a folder; expected",
  );
  writeFileSync(repository.path("elsewhere"), "");
  symlinkSync("elsewhere", repository.path("link.html"));
  expect((await ranReport({ output: "link.html" })).stderr).toContain("error: link.html is a link; expected");
  expect(read("elsewhere")).toBe("");
});

test.each([
  ["", "it is empty"],
  ["-", '"-" is none'],
  ["a.csv", '"a.csv" is none'],
  ["a.JSON", '"a.JSON" is none'],
])("%j is no name of a page", async (output, found) => {
  expect(await ranReport({ output })).toEqual({
    code: 1,
    stdout: "",
    stderr: `error: --output takes the name of the page, and ${found}; expected one that ends in .html: CSV and JSON are written beside it\n`,
  });
  expect(repository.git("status", "--porcelain")).toBe("");
});

test("a file of an earlier version is replaced, whatever came after its first columns", async () => {
  await ranReport();
  const [page, csv, json] = ["html", "csv", "json"].map((end) => read(`access-report.${end}`));
  repository.write("access-report.html", `${page?.slice(0, 140)}`);
  repository.write("access-report.csv", "account,account_id,stack,grant,access,who\r\n");
  repository.write("access-report.json", '{"version":2,"report":"pmm-iam access","x":1}');
  expect(await ranReport()).toMatchObject({ code: 0 });
  expect(["html", "csv", "json"].map((end) => read(`access-report.${end}`))).toEqual([page, csv, json]);
});

test("a folder that is not there is the user's to make", async () => {
  expect(await ranReport({ output: "none/a.html" })).toEqual({
    code: 1,
    stdout: "",
    stderr: "error: the folder none does not exist; create it, or choose another --output\n",
  });
  expect((await ranReport({ output: "accounts.yaml/a.html" })).stderr).toBe(
    "error: accounts.yaml is not a folder; choose another --output\n",
  );
  expect((await ranReport({ output: "accounts.yaml/b/a.html" })).stderr).toMatch(
    /^error: accounts\.yaml\/b: a part of the path is a file, not a folder: /,
  );
});

test("a name that the system refuses is named as it was typed", async () => {
  const output = `${"a".repeat(240)}.html`;
  expect((await ranReport({ output })).stderr).toBe(
    `error: ${output}: the name is too long: shorten it (ENAMETOOLONG)\n`,
  );
});

test("since a ref, changes are counted and marked", async () => {
  repository.write("accounts.yaml", accountsFile([`${ORDERS}, ${PRINCIPAL}`]));
  const { stdout } = await ranReport({ since: "HEAD" });
  expect(stdout.replace(/\([0-9a-f]{7}\)/, "(0123456)")).toMatch(
    /^the access of 1 account, 2 roles and users; since HEAD \(0123456\) 0 gained, 1 widened, 0 narrowed, 0 lost:\n/,
  );
  const { changes } = JSON.parse(read("access-report.json"));
  expect(changes).toHaveLength(1);
  expect(changes[0].says).toBe("role/grafana of 111111111111 may assume role/AmazonRDSforPMMrole in orders");
  const marked = read("access-report.csv")
    .split("\r\n")
    .filter((row) => row.endsWith(",widened"));
  expect(marked).toEqual([expect.stringContaining(",assume,Allow,arn:aws:iam::111111111111:role/grafana,")]);
});

test("since a ref, what a removed account had is in the CSV, a row for each change", async () => {
  repository.write("accounts.yaml", accountsFile([ORDERS, 'name: billing, account_id: "333333333333"']));
  repository.commit();
  repository.write("accounts.yaml", accountsFile([ORDERS]));
  expect((await ranReport({ since: "HEAD" })).stdout).toContain(
    " 0 gained, 0 widened, 0 narrowed, 4 lost:\n",
  );
  const rows = read("access-report.csv").split("\r\n");
  const lost = rows.filter((row) => row.endsWith(",lost"));
  expect(lost.map((row) => row.split(",").slice(0, 5).join())).toEqual([
    "account 111111111111,111111111111,pmm-iam,Source roles,permission",
    "billing,333333333333,,,assume",
    "billing,333333333333,,,permission",
    "billing,333333333333,,,permission",
  ]);
  expect(rows.filter((row) => row.startsWith("orders,") && !row.endsWith(","))).toEqual([]);
});

const BOTH = { Action: ["cloudwatch:GetMetric*", "ec2:DescribeInstances"], Resource: "*" };
const BUT = { Action: "s3:GetBucketLocation", NotResource: "arn:aws:s3:::x" };

test.each([
  ["an action removed", [BOTH], [{ ...BOTH, Action: BOTH.Action[0] }], ["ec2:DescribeInstances,*,lost"]],
  [
    "a pattern narrowed",
    [BOTH],
    [{ ...BOTH, Action: ["cloudwatch:GetMetricData", "ec2:DescribeInstances"] }],
    ["cloudwatch:GetMetricData ec2:DescribeInstances,*,narrowed"],
  ],
  ["all but one gained", [BOTH], [BOTH, BUT], ["s3:GetBucketLocation,all but arn:aws:s3:::x,gained"]],
  [
    "all but one, and then that one",
    [BUT],
    [{ Action: BUT.Action, Resource: BUT.NotResource }],
    ["s3:GetBucketLocation,arn:aws:s3:::x,gained", "s3:GetBucketLocation,all but arn:aws:s3:::x,lost"],
  ],
])("since a ref, of a vendor's policy file: %s", async (_, before, after, expected) => {
  const policy = (statements: readonly object[]) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
    });
  const vendor = '{name: v, principals: ["999999999999"], external_id: abcdef12, policies: [./p.json]}';
  repository.write("accounts.yaml", accountsFile([`${ORDERS}, third_party_monitors: [${vendor}]`]));
  repository.write("p.json", policy(before));
  repository.commit();
  repository.write("p.json", policy(after));
  expect(await ranReport({ since: "HEAD" })).toMatchObject({ code: 0 });
  const rows = read("access-report.csv").split("\r\n").slice(1, -1);
  const marked = rows.map((row) => row.split(",")).filter((cells) => cells.at(-1) !== "");
  expect(marked.map((cells) => [cells[8], cells[9], cells.at(-1)].join())).toEqual(expected);
});

test("a ref that is not there, and a state of another deployment, are errors without a report", async () => {
  repository.write("state.json", guarded("other"));
  for (const options of [{ since: "no-such-tag" }, { state: ["state.json"] }, { state: ["none.json"] }]) {
    const { code, stdout, stderr } = await ranReport(options);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error: /);
  }
  expect(repository.git("status", "--porcelain")).toBe("?? state.json\n");
});

test("a file with errors makes no report", async () => {
  repository.write("accounts.yaml", accountsFile([`${ORDERS}, permissions: all`]));
  expect(await ranReport()).toMatchObject({ code: 1, stdout: "" });
  expect(repository.git("status", "--porcelain")).toBe(" M accounts.yaml\n");
});
