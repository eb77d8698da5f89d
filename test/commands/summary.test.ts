// More than 300 lines: each thing that a summary says, with the change that it says it of.
import { rmSync } from "node:fs";
import { summary } from "../../src/commands/summary";
import { features } from "../../src/features";
import { accountsFile } from "../changes/judged";
import { piecesOf, proseOf } from "../summary/rendered";
import { type Ran, Repository, ran } from "./repository";

const ORDERS = 'name: orders, account_id: "222222222222"';
const BILLING = 'name: billing, account_id: "333333333333"';

let repository: Repository;

beforeEach(() => {
  repository = Repository.create();
});

afterEach(() => rmSync(repository.folder, { recursive: true }));

const ranSummary = (options: Partial<Parameters<typeof summary>[1]> = {}, file?: string): Promise<Ran> =>
  ran(() => summary(features, { base: "HEAD", ...options }), repository.folder, file);

function changed(before: string, after: string, file = "accounts.yaml"): void {
  repository.write(file, before);
  repository.commit();
  repository.write(file, after);
}

const sectionOf = (markdown: string, title: string): string =>
  new RegExp(`^### ${title}\n(.*?)(?=^### |(?![^]))`, "ms").exec(markdown)?.[1]?.trim() ?? "";

describe("the verdict", () => {
  const firstLine = async (options: Parameters<typeof ranSummary>[0] = {}) => {
    const { code, stdout } = await ranSummary(options);
    const [line = ""] = stdout.split("\n");
    return [code, line.replaceAll(/\([0-9a-f]{7}\)/g, "(0123456)")];
  };

  test("of no change", async () => {
    changed(accountsFile([ORDERS]), `# A comment.\n${accountsFile([ORDERS])}`);
    expect(await firstLine()).toEqual([
      0,
      "**No change of access.** `check`: 0 errors, 0 warnings. `diff`: 0 gained, 0 widened, 0 narrowed, 0 lost since `HEAD (0123456)`.",
    ]);
  });

  test("of less and of more access", async () => {
    const principal = `${ORDERS}, additional_principals: ["arn:aws:iam::111111111111:role/grafana"]`;
    changed(accountsFile([principal]), accountsFile([ORDERS]));
    expect((await firstLine())[1]).toMatch(
      /^\*\*Less access\.\*\* .* 0 gained, 0 widened, 1 narrowed, 0 lost /,
    );
    repository.commit();
    repository.write("accounts.yaml", accountsFile([principal]));
    expect((await firstLine())[1]).toMatch(
      /^\*\*More access\.\*\* .* 0 gained, 1 widened, 0 narrowed, 0 lost /,
    );
  });

  test("of a change that check refuses, with what it does, and of one that is let pass", async () => {
    changed(accountsFile([ORDERS, BILLING]), accountsFile([BILLING]));
    const { code, stdout, stderr } = await ranSummary();
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^\*\*Refused: the change has errors\.\*\* `check`: 1 error, 0 warnings\. `diff`: 0 gained, 0 widened, 0 narrowed, [1-9]/,
    );
    expect(sectionOf(stdout, "Errors")).toMatch(
      /^- error: `accounts\.yaml:6:1` `.*orders.*` \[`account-removed`\]$/,
    );
    expect(stderr).toContain("[account-removed]");
    expect((await firstLine({ allow: ["account-removed"] }))[1]).toMatch(
      /^\*\*Less access\.\*\* `check`: 0 errors, 1 warning\./,
    );
  });

  test("of a file with errors, which are printed as check prints them", async () => {
    changed(accountsFile([ORDERS]), accountsFile([`${ORDERS}, permissions: all`]));
    const { code, stdout, stderr } = await ranSummary();
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^\*\*Refused: the change has errors\.\*\* `check`: 1 error, 0 warnings\. `diff`: not said, for accounts\.yaml has errors\.\n/,
    );
    expect(stderr).toContain("accounts.yaml:7:");
    expect(stderr).toContain("[permissions]");
  });

  test("of a base that is not YAML: the base is named", async () => {
    changed("accounts: [", accountsFile([ORDERS]));
    expect(await firstLine()).toEqual([
      1,
      "**Refused: the change has errors.** `check`: 1 error, 0 warnings. `diff`: not said, for the accounts file cannot be read at `HEAD (0123456)`.",
    ]);
  });

  test.each([
    ["a base that is not there", { base: "nowhere" }],
    ["a rule that is not there", { allow: ["plan-drit"] }],
    ["a plan without its stack", { plan: ["plan.json"] }],
    ["a plan that is not there", { plan: ["pmm-iam=none.json"] }],
    ["two plans of one stack", { plan: ["pmm-iam=empty.json", "pmm-iam=empty.json"] }],
    ["an empty plan", { plan: ["pmm-iam=empty.json"] }],
  ])("of %s: nothing is judged, and the comment says why", async (_, options) => {
    repository.write("empty.json", "");
    changed(accountsFile([ORDERS]), accountsFile([ORDERS, BILLING]));
    const { code, stdout, stderr } = await ranSummary(options);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\*\*Nothing is judged:\*\* `+.*`\n$/);
    expect(stderr).toMatch(/^error: /);
  });

  test("of a base that breaks a rule: nothing is judged", async () => {
    changed(accountsFile([`${ORDERS}, permissions: all`]), accountsFile([ORDERS]));
    const { code, stdout } = await ranSummary();
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^\*\*Nothing is judged:\*\* `accounts\.yaml at HEAD breaks a rule of this version/,
    );
  });

  test("of a misspelt rule names the nearest, of plans too", async () => {
    changed(accountsFile([ORDERS]), accountsFile([ORDERS]));
    expect((await ranSummary({ allow: ["plan-drit"] })).stderr).toContain("did you mean plan-drift?");
  });
});

describe("who gains what, each row once", () => {
  const access = async () =>
    sectionOf((await ranSummary()).stdout, "Access")
      .split("\n")
      .slice(2);
  const grafana = 'additional_principals: ["arn:aws:iam::111111111111:role/grafana"]';
  const assumes = "role/grafana of 111111111111 may assume role/AmazonRDSforPMMrole";
  const witness = (accountId: string) =>
    `  - such as \`arn:aws:iam::111111111111:role/grafana: sts:AssumeRole on arn:aws:iam::${accountId}:role/AmazonRDSforPMMrole\``;
  const reader = 'additional_principals: ["arn:aws:iam::111111111111:role/reader"]';
  const reads = (account: string) =>
    `- narrowed: \`role/reader of 111111111111 may assume role/AmazonRDSforPMMrole in ${account}\``;
  const SHOP = 'name: shop, account_id: "444444444444"';

  test("of one account: one list", async () => {
    changed(accountsFile([ORDERS]), accountsFile([`${ORDERS}, ${grafana}`]));
    expect(await access()).toEqual([
      "**widened**",
      "",
      `- \`${assumes} in orders\``,
      witness("222222222222"),
    ]);
  });

  test("of two accounts, each with a row of its own: by account", async () => {
    changed(
      accountsFile([`${ORDERS}, ${reader}`, BILLING]),
      accountsFile([ORDERS, `${BILLING}, ${grafana}`]),
    );
    expect(await access()).toEqual([
      "**`billing`**",
      "",
      `- widened: \`${assumes} in billing\``,
      witness("333333333333"),
      "",
      "**`orders`**",
      "",
      reads("orders"),
    ]);
  });

  test("of several accounts: what they have in common, then the rest folded, then counts", async () => {
    changed(
      accountsFile([`${ORDERS}, ${reader}`, BILLING, SHOP]),
      accountsFile([ORDERS, BILLING, SHOP].map((entry) => `${entry}, ${grafana}`)),
    );
    expect(await access()).toEqual([
      "**widened**",
      "",
      `- \`${assumes} in 3 accounts (billing, orders and shop)\``,
      witness("333333333333"),
      "",
      "<details>",
      "<summary><code>orders</code>: 1 widened, 1 narrowed</summary>",
      "",
      reads("orders"),
      "- and 1 of the rows above",
      "",
      "</details>",
      "",
      "- `billing`: 1 widened",
      "- `shop`: 1 widened",
    ]);
  });
});

describe("after the apply", () => {
  const VENDOR = 'name: acme, account_id: "999999999999", external_id: first-id, policy: SecurityAudit';
  const steps = async () => sectionOf((await ranSummary()).stdout, "After the apply");

  test("nothing, where nothing is to be done", async () => {
    changed(accountsFile([ORDERS]), accountsFile([`${ORDERS}, permissions: minimal`]));
    expect(await steps()).toBe("");
  });

  test("a new account: what is handed on", async () => {
    changed(
      accountsFile([ORDERS]),
      accountsFile([ORDERS, `${BILLING}, third_party_monitors: [{${VENDOR}}]`]),
    );
    expect(await steps()).toMatch(
      /^\*\*`billing`\*\*\n\n- `Grafana`: `.*arn:aws:iam::333333333333:role\/AmazonRDSforPMMrole.*`\n- `the vendor`: `.*role\/acme-monitoring.*first-id.*`$/,
    );
  });

  test("another external id, and none of what stays", async () => {
    changed(
      accountsFile([`${ORDERS}, third_party_monitors: [{${VENDOR}}]`]),
      accountsFile([`${ORDERS}, third_party_monitors: [{${VENDOR.replace("first", "second")}}]`]),
    );
    expect(await steps()).toMatch(/^\*\*`orders`\*\*\n\n- `the vendor`: `.*second-id.*`$/);
  });

  test("a new key", async () => {
    changed(
      accountsFile([`${ORDERS}, aurora: true`]),
      accountsFile([`${ORDERS}, aurora: {key_generation: 2}`]),
    );
    expect(await steps()).toBe(
      "**`orders`**\n\n- `PMM`: move every consumer to the key of generation 2, which the secret `pmm/aurora/orders` holds (`rotate --push-pmm` gives it to PMM), then set `previous_key: inactive` (`docs/rotate-a-key.md`)",
    );
  });

  test.each([
    ["retiring", "retire-an-account"],
    ["closed", "account-closed"],
  ])("an entry to delete: %s", async (lifecycle, page) => {
    changed(accountsFile([ORDERS, BILLING]), accountsFile([ORDERS, `${BILLING}, lifecycle: ${lifecycle}`]));
    expect(await steps()).toMatch(
      new RegExp(`^\\*\\*\`billing\`\\*\\*\n\n- delete the account's entry, .*\`docs/${page}\\.md\``),
    );
  });
});

describe("the map", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => `name: a${index}, account_id: "${200_000_000_000 + index}"`);
  const mapOf = async () => sectionOf((await ranSummary()).stdout, "Who reaches what");

  test("is there for 15 accounts", async () => {
    changed(accountsFile(many(15)), accountsFile(many(15)));
    const map = await mapOf();
    expect(map.match(/^ {2}account\d+\[/gm)).toHaveLength(15);
    expect(map).toContain('  principal1(["role/pmm-ec2-role of 111111111111"])');
    expect(map).toContain('  principal1 -->|"assumes AmazonRDSforPMMrole"| account15');
  });

  test("names the holder of a key", async () => {
    changed(accountsFile([`${ORDERS}, aurora: true`]), accountsFile([`${ORDERS}, aurora: true`]));
    const map = await mapOf();
    expect(map).toContain('(["the key#39;s holder"])');
    expect(map).toContain('-->|"acts as PMMAWSIntegrationUser"| account1');
  });

  test("is of the changed accounts where there are more, and not there where those are more", async () => {
    changed(accountsFile(many(16)), accountsFile(many(16)));
    expect(await mapOf()).toBe("");
    repository.write("accounts.yaml", accountsFile([...many(16), BILLING]));
    expect((await mapOf()).match(/^ {2}account\d+\[.*$/gm)).toEqual(['  account1["billing (333333333333)"]']);
    repository.write("accounts.yaml", accountsFile(many(32)));
    expect(await mapOf()).toBe("");
  });
});

describe("a comment that GitHub takes", () => {
  const LIMIT = 60_000;
  const source = "\n  assume_policy: organization\n  organization_id: o-exampleorgid";
  const entry = (index: number, rest: string) =>
    `name: ${"a".repeat(43)}-${index}, account_id: "${200_000_000_000 + index}", ${rest}`;
  const monitor = (index: number) =>
    `third_party_monitors: [{name: ${"m".repeat(20)}${index}, role_name: ${"r".repeat(58)}${index}, account_id: "999999999999", external_id: "${"e".repeat(900)}${index}", policies: [SecurityAudit, job-function/ViewOnlyAccess]}]`;

  test.each([400, 2000])("of %i accounts, each changed in its own way", async (count) => {
    const all = Array.from({ length: count }, (_, index) => index);
    changed(
      accountsFile(
        all.map((index) => entry(index, "aurora: true")),
        { source },
      ),
      accountsFile(
        all.map((index) => entry(index, `aurora: {key_generation: 2}, ${monitor(index)}`)),
        { source },
      ),
    );
    const { code, stdout } = await ranSummary();
    expect(code).toBe(0);
    expect(Buffer.byteLength(stdout)).toBeLessThan(LIMIT);
    expect(Buffer.byteLength(stdout)).toBeGreaterThan(LIMIT / 3);
    expect(stdout).toMatch(/^- and \d+ more accounts; `pmm-iam diff` prints every row$/m);
    expect(stdout).toMatch(/^- and \d+ more accounts; `pmm-iam show` prints /m);
    const folds = (tag: string) => stdout.match(new RegExp(`^${tag}$`, "gm"))?.length;
    expect(folds("<details>")).toBe(folds("</details>"));
  });

  test("of 400 accounts changed in one way, which is said once", async () => {
    const all = Array.from({ length: 400 }, (_, index) => index);
    const grafana = 'additional_principals: ["arn:aws:iam::111111111111:role/grafana"]';
    changed(
      accountsFile(
        all.map((index) => entry(index, "permissions: standard")),
        { source },
      ),
      accountsFile(
        all.map((index) => entry(index, grafana)),
        { source },
      ),
    );
    const { stdout } = await ranSummary();
    expect(Buffer.byteLength(stdout)).toBeLessThan(LIMIT);
    expect(
      stdout.match(/role\/grafana of 111111111111 may assume role\/AmazonRDSforPMMrole in 400 accounts/g),
    ).toHaveLength(1);
    expect(stdout).toContain("<summary>400 accounts, with counts only</summary>\n\n- `aaa");
    expect(stdout.match(/may assume role/g)).toHaveLength(1);
  });
});

describe("a user's text", () => {
  const BAD =
    "EVIL`@team</details><img/src=x>|#123,https://evil.example,::set-output,##[error],$`x`$,__b__,_i_,[l](u),&lt;";

  test("stays text in code, wherever it is from", async () => {
    const database = `{name: db, engine: postgres, resource_id: db-A, endpoint: "db:5432", db_users: [${JSON.stringify(BAD.slice(0, 60))}, ${JSON.stringify(BAD.slice(60))}]}`;
    const role = "EVIL+=,.@team";
    const entries = [
      `${ORDERS}, teleport: {databases: [${database}]}, aurora: true, additional_principals: ["arn:aws:iam::111111111111:role/${role}"], permissions_boundary: "EVIL@team", tags: {"EVIL@a": "EVIL@b"}, third_party_monitors: [{name: v, role_name: "EVIL=@v", account_id: "999999999999", external_id: "EVIL@team:/=,+", policy: SecurityAudit}]`,
    ];
    const file = "EVIL `@team` #1 <details>.yaml";
    const text = `name: evil\nteleport: {role_name: "EVIL@team", proxy_address: "t.example.com:443"}\nsecrets: {readers: ["arn:aws:iam::111111111111:role/${role}"]}\n`;
    changed(`${text}${accountsFile([BILLING])}`, `${text}${accountsFile([BILLING, ...entries])}`, file);
    const { code, stdout } = await ranSummary({}, file);
    expect(code).toBe(0);
    expect(
      piecesOf(stdout).filter(({ type, text: code }) => type === "code" && code.includes("EVIL")).length,
    ).toBeGreaterThan(15);
    const prose = proseOf(stdout);
    expect(prose.filter(({ text: said }) => /EVIL|@team|evil\.example|#123/.test(said))).toEqual([]);
    expect(prose.filter(({ type }) => type === "link" || type === "image")).toEqual([]);
    expect(prose.filter(({ type }) => type.startsWith("html"))).toEqual([]);
    expect(stdout).not.toMatch(/^::|##\[/m);
  });

  test("is neither the map's syntax", async () => {
    const roles = ['x=";click,a', "end", "a@b", "graph.TD"].map(
      (name) => `"arn:aws:iam::111111111111:role/${name.replace(/[";]/g, "+")}"`,
    );
    changed(
      accountsFile([ORDERS]),
      accountsFile([`${ORDERS}, additional_principals: [${roles.join(", ")}]`]),
    );
    const map = sectionOf((await ranSummary()).stdout, "Who reaches what").split("\n");
    const shapes = [
      /^```mermaid$/,
      /^flowchart LR$/,
      /^ {2}principal\d+\(\["[\w #;()./-]+"\]\)$/,
      /^ {2}account\d+\["[\w #;()./-]+"\]$/,
      /^ {2}principal\d+ -->\|"[\w #;()./<>-]+"\| account\d+$/,
      /^```$/,
    ];
    expect(map.filter((line) => !shapes.some((shape) => shape.test(line)))).toEqual([]);
    expect(map.join("\n")).toContain("role/a#64;b of 111111111111");
  });

  test("of a ref, a plan's file and an object's address", async () => {
    changed(accountsFile([ORDERS]), accountsFile([ORDERS]));
    repository.git("branch", "EVIL`@team");
    const guard = {
      address: "terraform_data.deployment",
      mode: "managed",
      type: "terraform_data",
      change: { actions: ["no-op"], before: { triggers_replace: "pmm-iam" } },
    };
    const evil = {
      address: `module.pmm_iam_orders.aws_iam_role.x["${BAD}\n"]`,
      mode: "managed",
      type: "aws_iam_role",
      change: { actions: ["delete"], before: {}, after: null },
    };
    repository.write(
      "EVIL `@team.json",
      JSON.stringify({ format_version: "1.2", resource_changes: [guard, evil] }),
    );
    const { code, stdout } = await ranSummary({ base: "EVIL`@team", plan: ["pmm-iam=EVIL `@team.json"] });
    expect(code).toBe(1);
    expect(proseOf(stdout).filter(({ text }) => /EVIL|@team/.test(text))).toEqual([]);
    const failed = await ranSummary({ plan: ["pmm-iam=EVIL `@none"] });
    expect(proseOf(failed.stdout).filter(({ text }) => /EVIL|@none/.test(text))).toEqual([]);
  });
});
