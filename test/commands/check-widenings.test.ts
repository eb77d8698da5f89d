import { rmSync } from "node:fs";
import { accountsFile } from "../changes/judged";
import { Repository, ranCheck } from "./repository";

/** Widenings, from the files of a real base: in each format, and where accounts were in other files. */

const ORDERS = 'name: orders, account_id: "222222222222"';
const BILLING = 'name: billing, account_id: "033333333333"';
const LIMITED = "aurora: {allowed_source_ips: [198.51.100.7/32]}";
const MESSAGE =
  "new since HEAD: the key of user/PMMAWSIntegrationUser in orders works from anywhere; name the addresses and VPCs that its consumers call from, and no others";

let repository: Repository;

beforeEach(() => {
  repository = Repository.create();
});

afterEach(() => rmSync(repository.folder, { recursive: true }));

function committed(files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    repository.write(name, content);
  }
  repository.commit();
}

const opened = () =>
  repository.write("accounts.yaml", accountsFile([`${ORDERS}, aurora: true`, `${BILLING}, aurora: true`]));

const rules = async (): Promise<string[]> => {
  const { stdout } = await ranCheck(repository, { base: "HEAD", format: "json" });
  return JSON.parse(stdout).problems.map(({ rule }: { rule: string }) => rule);
};

test("text, JSON and annotations, and nobody has to allow it", async () => {
  committed({ "accounts.yaml": accountsFile([`${ORDERS}, ${LIMITED}`, `${BILLING}, aurora: true`]) });
  opened();
  const text = await ranCheck(repository, { base: "HEAD" });
  expect(text).toMatchObject({ code: 0, stdout: expect.stringContaining("no errors, 1 warning") });
  expect(text.stderr.split("\n")[0]).toBe(`accounts.yaml:7:48: warning: ${MESSAGE} [key-addresses-opened]`);
  const { problems } = JSON.parse((await ranCheck(repository, { base: "HEAD", format: "json" })).stdout);
  expect(problems).toEqual([
    {
      file: "accounts.yaml",
      line: 7,
      column: 48,
      severity: "warning",
      message: MESSAGE,
      rule: "key-addresses-opened",
    },
  ]);
  const { stdout } = await ranCheck(repository, { base: "HEAD", format: "github" });
  expect(stdout).toContain(
    `::warning file=accounts.yaml,line=7,col=48,title=key-addresses-opened::${MESSAGE}\n`,
  );
});

test("a file of another name before: what was there is no warning, what opens is", async () => {
  committed({ "old.yaml": accountsFile([`${ORDERS}, ${LIMITED}`, `${BILLING}, aurora: true`]) });
  rmSync(repository.path("old.yaml"));
  opened();
  expect(await rules()).toEqual(["base", "key-addresses-opened"]);
});

test("two files before, put together: each is compared with where it was", async () => {
  const reader = '\nsecrets: {readers: ["arn:aws:iam::111111111111:role/reader"]}';
  committed({
    "one.yaml": `${accountsFile([`${ORDERS}, aurora: true`])}name: one${reader}\n`,
    "two.yaml": `${accountsFile([`${BILLING}, aurora: true`])}name: two\n`,
  });
  rmSync(repository.path("one.yaml"));
  rmSync(repository.path("two.yaml"));
  repository.write(
    "accounts.yaml",
    `${accountsFile([`${ORDERS}, aurora: true`, `${BILLING}, aurora: true`])}name: one${reader}\n`,
  );
  const { stderr } = await ranCheck(repository, { base: "HEAD" });
  expect(stderr).toContain(
    "new since HEAD: role/reader of 111111111111 may read the key pmm/aurora/billing; anyone who reads a key can act as its user: name only those who need it [reader-added]",
  );
});

test("a policy file of the base is read as it was there", async () => {
  const monitor = (deny: boolean) =>
    `third_party_monitors: [{name: vendor, principals: ["999999999999"], external_id: 9b2d41c6, policies: [./p.json], deny_data_access: ${deny}}]`;
  const policy =
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ec2:DescribeRegions", "Resource": "*"}}';
  committed({ "accounts.yaml": accountsFile([`${ORDERS}, ${monitor(true)}`]), "p.json": policy });
  repository.write("p.json", policy.replace("Regions", "Instances"));
  expect(await rules()).toEqual([]);
  repository.write("accounts.yaml", accountsFile([`${ORDERS}, ${monitor(false)}`]));
  expect(await rules()).toEqual(["data-deny-off"]);
});

test("a base that breaks a rule: judged as before, with one warning that who gains access is not", async () => {
  committed({ "accounts.yaml": accountsFile([`${ORDERS}, permissions: all, aurora: true`, BILLING]) });
  repository.write("accounts.yaml", accountsFile([`${ORDERS}, aurora: true`]));
  expect((await rules()).sort()).toEqual(["account-removed", "base"]);
});
