import { rmSync } from "node:fs";
import { diff } from "../../src/commands/diff";
import { features } from "../../src/features";
import { accountsFile } from "../changes/judged";
import { type Ran, Repository, ran } from "./repository";

const ORDERS = 'name: orders, account_id: "222222222222"';
const BILLING = 'name: billing, account_id: "333333333333"';
const MODULE = "/AmazonRDSforPMMrole";

let repository: Repository;

beforeEach(() => {
  repository = Repository.create();
});

afterEach(() => rmSync(repository.folder, { recursive: true }));

const ranDiff = (options: Partial<Parameters<typeof diff>[1]> = {}): Promise<Ran> =>
  ran(() => diff(features, { base: "HEAD", format: "text", ...options }), repository.folder);

function changed(before: string, after: string): void {
  repository.write("accounts.yaml", before);
  repository.commit();
  repository.write("accounts.yaml", after);
}

const PRINCIPAL = 'additional_principals: ["arn:aws:iam::111111111111:role/grafana"]';

describe("one more principal of two accounts", () => {
  beforeEach(() =>
    changed(
      accountsFile([ORDERS, BILLING]),
      accountsFile([`${ORDERS}, ${PRINCIPAL}`, `${BILLING}, ${PRINCIPAL}`]),
    ),
  );

  test("is one line of text, with a witness, and the counts last", async () => {
    const { code, stdout, stderr } = await ranDiff();
    expect(stdout.replace(/\([0-9a-f]{7}\)/, "(0123456)")).toBe(
      [
        "widened   role/grafana of 111111111111 may assume role/AmazonRDSforPMMrole in 2 accounts (billing and orders)",
        `          such as arn:aws:iam::111111111111:role/grafana: sts:AssumeRole on arn:aws:iam::333333333333:role${MODULE}`,
        "0 gained, 2 widened, 0 narrowed, 0 lost since HEAD (0123456)",
        "",
      ].join("\n"),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("is a row for each account in JSON, and nothing else is at the top", async () => {
    const { stdout } = await ranDiff({ format: "json" });
    const answer = JSON.parse(stdout);
    expect(Object.keys(answer)).toEqual(["version", "base", "rows", "counts"]);
    expect(answer).toMatchObject({
      version: 1,
      base: { ref: "HEAD" },
      counts: { gained: 0, widened: 2, narrowed: 0, lost: 0 },
    });
    expect(answer.rows[0]).toEqual({
      change: "widened",
      kind: "assume",
      who: { kind: "role", id: "arn:aws:iam::111111111111:role/grafana" },
      where: {
        account: "billing",
        account_id: "333333333333",
        target: `arn:aws:iam::333333333333:role${MODULE}`,
      },
      actions: ["sts:AssumeRole", "sts:TagSession"],
      resources: [],
      condition: {},
      says: "role/grafana of 111111111111 may assume role/AmazonRDSforPMMrole in billing",
      witness: {
        principal: "arn:aws:iam::111111111111:role/grafana",
        action: "sts:AssumeRole",
        resource: `arn:aws:iam::333333333333:role${MODULE}`,
        context: {},
      },
    });
  });

  test("is an item of a list in Markdown, in a code span", async () => {
    const { stdout } = await ranDiff({ format: "markdown" });
    expect(stdout).toContain(
      "**widened**\n\n- `role/grafana of 111111111111 may assume role/AmazonRDSforPMMrole in 2 accounts (billing and orders)`\n  - such as `",
    );
  });

  test("ends with 2 where that is asked for", async () => {
    expect((await ranDiff({ exitCode: true })).code).toBe(2);
  });
});

test("what is only lost ends with 0", async () => {
  changed(accountsFile([`${ORDERS}, ${PRINCIPAL}`]), accountsFile([ORDERS]));
  expect(await ranDiff({ exitCode: true })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("narrowed  "),
  });
});

test("an account that retires loses all", async () => {
  changed(accountsFile([ORDERS, BILLING]), accountsFile([`${ORDERS}, lifecycle: retiring`, BILLING]));
  const { rows, counts } = JSON.parse((await ranDiff({ format: "json" })).stdout);
  expect(counts).toMatchObject({ gained: 0, widened: 0, narrowed: 0 });
  expect(
    rows.every(({ where }: { where: { account_id: string } }) => where.account_id !== "333333333333"),
  ).toBe(true);
});

test("order, comments and form mean nothing", async () => {
  changed(accountsFile([ORDERS, BILLING]), `# A comment.\n${accountsFile([BILLING, ORDERS])}`);
  expect((await ranDiff()).stdout).toMatch(/^0 gained, 0 widened, 0 narrowed, 0 lost since HEAD/);
});

test("a first file gains everything, with a note", async () => {
  repository.write("README.md", "");
  repository.commit();
  repository.write("accounts.yaml", accountsFile([ORDERS]));
  const { stdout, stderr } = await ranDiff();
  expect(stderr).toContain("there is no accounts.yaml at HEAD");
  expect(stdout).toContain(
    "gained    role/pmm-ec2-role of 111111111111 may assume role/AmazonRDSforPMMrole in orders",
  );
});

test("a base that breaks a rule is an error, for nothing is judged", async () => {
  changed(accountsFile([`${ORDERS}, permissions: all`]), accountsFile([ORDERS]));
  const { code, stdout, stderr } = await ranDiff();
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("error: accounts.yaml at HEAD breaks a rule of this version");
  expect(stderr).toContain("--base <commit>");
});
