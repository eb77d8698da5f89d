// More than 300 lines: each module instance is compared whole, with every value written out.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { sharedFolders } from "../../src/access/addresses";
import { synthSummary } from "../../src/commands/synth-summary";
import { packageRoot } from "../../src/project";
import { jsonExpression } from "../../src/terraform/hcl";
import { accessOf, rootModule, synthesize, textOf } from "../support/synthesize";

/** A team's own modules in the output. Expectations are written by hand and compared as a whole, in both formats. */
const FORMATS = ["json", "hcl"] as const;

const HEAD = `source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
`;
const REGISTRY = 'source: terraform-aws-modules/iam/aws, version: "5.2.1"';

function support(name: string): string {
  return readFileSync(join(__dirname, "..", "support", name), "utf8");
}

/** One account with what is given. */
function account(rest: string): string {
  return `${HEAD}accounts: [{name: orders-prod, account_id: "222222222222", ${rest}}]\n`;
}

async function modulesOf(yaml: string, format: (typeof FORMATS)[number], folder?: string): Promise<object> {
  const root = await rootModule(yaml, "pmm-iam", format, folder);
  return Object.fromEntries(
    Object.entries(root["module"] as object).filter(([name]) => !name.startsWith("pmm_iam_")),
  );
}

/** What every stack has there; test/terraform/guard.test.ts has all of it. */
const GUARD = { terraform_data: { deployment: expect.anything() } };

async function secondRoot(yaml: string, format: (typeof FORMATS)[number] = "json", folder?: string) {
  return JSON.parse(textOf(await synthesize(yaml, format, folder), "stacks/pmm-iam/pmm-iam.tf.json"));
}

describe.each(FORMATS)("as %s", (format) => {
  test("the example: instances by account, values as locals, code carried along", async () => {
    const folder = join(packageRoot, "examples", "team-module");
    const yaml = readFileSync(join(folder, "accounts.yaml"), "utf8").replace("name: team-module\n", "");
    expect(await modulesOf(yaml, format, folder)).toEqual({
      backup_reader_billing_prod: {
        source: "./modules/team/backup-reader",
        providers: { aws: "aws.billing_prod" },
        bucket: "${local.backup_reader_billing_prod.bucket}",
        prefixes: "${local.backup_reader_billing_prod.prefixes}",
        reader: "${local.backup_reader_billing_prod.reader}",
      },
      backup_reader_orders_prod: {
        source: "./modules/team/backup-reader",
        providers: { aws: "aws.orders_prod" },
        bucket: "${local.backup_reader_orders_prod.bucket}",
        reader: "${local.backup_reader_orders_prod.reader}",
      },
    });
    expect(await secondRoot(yaml, format, folder)).toEqual({
      output: { access: expect.anything() },
      locals: {
        backup_reader_billing_prod: {
          bucket: "acme-backups-billing",
          prefixes: ["daily/", "weekly/$${year}/"],
          reader: {
            account_id: "999999999999",
            external_id: "0042",
            role_name: "backup/restore-tests",
          },
        },
        backup_reader_orders_prod: {
          bucket: "acme-backups",
          reader: { account_id: "999999999999", role_name: "backup/restore-tests" },
        },
      },
      resource: GUARD,
      terraform: { required_version: ">= 1.11" },
    });
    const files = await synthesize(yaml, format, folder);
    const carried = [...files.keys()].filter((path) => path.includes("/team/"));
    expect(carried).toEqual(
      ["main.tf", "outputs.tf", "policies/read-exports.json", "variables.tf", "versions.tf"].map(
        (path) => `stacks/pmm-iam/modules/team/backup-reader/${path}`,
      ),
    );
    for (const path of carried) {
      const name = path.slice("stacks/pmm-iam/modules/team/".length);
      expect(files.get(path)).toEqual(readFileSync(join(folder, "modules", name)));
    }
  });

  test("a registry module has its version, a git module its commit, and neither is carried", async () => {
    const commit =
      "git::ssh://git@git.example.com/team/modules.git//users?ref=0123456789abcdef0123456789abcdef01234567";
    const yaml = account(
      `modules: [{name: roles, ${REGISTRY}}, {name: users, source: "${commit}", variables: {count-of-users: 2}}]`,
    );
    expect(await modulesOf(yaml, format)).toEqual({
      roles_orders_prod: {
        source: "terraform-aws-modules/iam/aws",
        version: "5.2.1",
        providers: { aws: "aws.orders_prod" },
      },
      users_orders_prod: {
        source: commit,
        providers: { aws: "aws.orders_prod" },
        "count-of-users": "${local.users_orders_prod.count-of-users}",
      },
    });
    expect([...(await synthesize(yaml, format)).keys()].filter((path) => path.includes("team"))).toEqual([]);
  });

  test("values of every type reach Terraform as they are written", async () => {
    const yaml = support("team-module-values.yaml");
    const names = [
      "text bracket brace digits zeros flag_as_text nothing_as_text backslash quotes newline tab heredoc",
      "interpolation directive doubled empty unicode number fraction large on off nothing empty_list",
      "empty_mapping nested",
    ].flatMap((line) => line.split(" "));
    expect(await modulesOf(yaml, format)).toEqual({
      roles_orders_prod: {
        source: "terraform-aws-modules/iam/aws",
        version: "5.2.1",
        providers: { aws: "aws.orders_prod" },
        ...Object.fromEntries(names.map((name) => [name, `\${local.roles_orders_prod.${name}}`])),
      },
    });
    const text = textOf(await synthesize(yaml, format), "stacks/pmm-iam/pmm-iam.tf.json");
    expect(text).toBe(support("team-module-values.tf.json"));
  });
});

describe("defaults", () => {
  const yaml = `source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults:
  admin_role_name: Admin
  modules:
    - {name: roles, ${REGISTRY}, variables: {a: 1, b: 2}}
    - {name: users, ${REGISTRY}}
accounts:
  - {name: inherits, account_id: "222222222222"}
  - {name: adds, account_id: "333333333333", modules: [{name: groups, ${REGISTRY}}]}
  - {name: replaces, account_id: "444444444444", modules: [{name: roles, source: a/b/c, version: "1.0.0", variables: {c: 3}}]}
  - {name: adds-nothing, account_id: "555555555555", modules: []}
  - {name: has-none, account_id: "666666666666", modules: null}
`;

  test("stand beside an account's own; the same name is the account's; null takes all away", async () => {
    const { locals } = await secondRoot(yaml);
    expect(Object.keys(await modulesOf(yaml, "json")).sort()).toEqual([
      "groups_adds",
      "roles_adds",
      "roles_adds_nothing",
      "roles_inherits",
      "roles_replaces",
      "users_adds",
      "users_adds_nothing",
      "users_inherits",
      "users_replaces",
    ]);
    expect(locals).toEqual({
      roles_adds: { a: 1, b: 2 },
      roles_adds_nothing: { a: 1, b: 2 },
      roles_inherits: { a: 1, b: 2 },
      roles_replaces: { c: 3 },
    });
  });

  test("may be null themselves", async () => {
    expect(await modulesOf(yaml.replace(/modules:\n( {4}- .*\n)+/, "modules: null\n"), "json")).toEqual({
      groups_adds: expect.anything(),
      roles_replaces: expect.anything(),
    });
  });
});

test("synth names them, and in how many accounts each is", () => {
  const yaml = `${HEAD}accounts:
  - {name: a, account_id: "222222222222", modules: [{name: roles, ${REGISTRY}}, {name: extra, ${REGISTRY}}]}
  - {name: b, account_id: "333333333333", group: other, modules: [{name: roles, ${REGISTRY}}]}
  - {name: c, account_id: "444444444444", lifecycle: retiring, modules: [{name: gone, ${REGISTRY}}]}
`;
  const summary = synthSummary({
    access: accessOf(yaml),
    format: "json",
    folder: "out",
    published: { written: 1, unchanged: 0, removed: 0 },
  });
  expect(summary.split("\n").slice(0, 4)).toEqual([
    "2 stacks for 3 accounts, as JSON, in out/stacks:",
    "  pmm-iam        2 accounts, 3 module instances",
    "  pmm-iam-other  1 account, 2 module instances",
    "team modules: extra in 1 account, roles in 2 accounts",
  ]);
});

describe("with code in the repository", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pmm-iam-team-"));
    mkdirSync(join(folder, ".git"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  const LOCAL = "modules: [{name: own, source: ./own}]";

  test("a stack carries what Terraform reads of the folders that it reads, and only where it is called", async () => {
    write("own/main.tf", 'module "deep" {\n  source = "./deep"\n}\n');
    write("own/deep/main.tf.json", "{}");
    write("own/policies/a.json", "{}");
    write("own/policies/b.json.tftpl", "{}");
    for (const stray of [
      "own/README.md",
      "own/tests/x.tftest.hcl",
      "own/examples/x/main.tf",
      "own/main.tf~",
    ]) {
      write(stray, "x");
    }
    write("own/.terraform/modules/x/main.tf", "x");
    write("own/policies/.a.json.swp", "x");
    const yaml = `${HEAD}accounts:
  - {name: a, account_id: "222222222222", ${LOCAL}}
  - {name: b, account_id: "333333333333", group: other}
`;
    const carried = [...(await synthesize(yaml, "json", folder)).keys()].filter((path) =>
      path.includes("team"),
    );
    expect(carried).toEqual(
      ["deep/main.tf.json", "main.tf", "policies/a.json", "policies/b.json.tftpl"].map(
        (path) => `stacks/pmm-iam/modules/team/own/${path}`,
      ),
    );
  });

  test("retiring: neither instance nor code nor values", async () => {
    write("own/main.tf", 'variable "x" {}\n');
    const yaml = account("modules: [{name: own, source: ./own, variables: {x: 1}}], lifecycle: retiring");
    const files = await synthesize(yaml, "json", folder);
    expect([...files.keys()].filter((path) => path.includes("team"))).toEqual([]);
    expect(JSON.parse(textOf(files, "stacks/pmm-iam/pmm-iam.tf.json"))).toEqual({
      output: { access: { description: expect.any(String), value: {} } },
      resource: GUARD,
      terraform: { required_version: ">= 1.11" },
    });
    expect((await rootModule(yaml, "pmm-iam", "json", folder))["module"]).toBeUndefined();
  });

  test.each(FORMATS)("as %s, closed: forgotten whole, wherever the code is", async (format) => {
    write("own/main.tf", 'variable "x" {}\nmodule "deep" {\n  source = "./deep"\n}\n');
    write("own/deep/main.tf", 'resource "aws_iam_role" "deep" {}\n');
    const git = "git::https://git.example.com/m.git?ref=0123456789abcdef0123456789abcdef01234567";
    const yaml = account(
      `modules: [{name: own, source: ./own, variables: {x: 1}}, {name: users, ${REGISTRY}}, {name: a-b, source: "${git}"}], lifecycle: closed`,
    );
    const files = await synthesize(yaml, format, folder);
    expect([...files.keys()].filter((path) => path.includes("team"))).toEqual([]);
    const { removed } = (await secondRoot(yaml, format, folder)) as { removed: { from: string }[] };
    expect(removed.filter(({ from }) => !from.includes(".aws_"))).toEqual(
      ["module.a_b_orders_prod", "module.own_orders_prod", "module.users_orders_prod"].map((from) => ({
        from,
        lifecycle: { destroy: false },
      })),
    );
    expect((await rootModule(yaml, "pmm-iam", format, folder))["module"]).toBeUndefined();
  });

  test("two ways of writing one folder are no conflict, nor is a name that an account that leaves has too", () => {
    write("own/main.tf", "");
    write("other/main.tf", "");
    const access = accessOf(
      `${HEAD}accounts:
  - {name: a, account_id: "222222222222", ${LOCAL}}
  - {name: b, account_id: "333333333333", modules: [{name: own, source: ./x/../own/}]}
  - {name: c, account_id: "444444444444", lifecycle: retiring, modules: [{name: own, source: ./other}]}
  - {name: d, account_id: "555555555555", modules: [{name: own, ${REGISTRY}}]}
`,
      folder,
    );
    expect([...sharedFolders(access, () => "")]).toEqual([]);
  });
});

/** How Terraform reads text in its JSON syntax, by its own rules: a doubled sign before a brace is one. */
function readByTerraform(value: unknown): unknown {
  if (typeof value === "string") {
    let read = "";
    for (let at = 0; at < value.length; at += 1) {
      const next = value.slice(at, at + 3);
      if (next === "$${" || next === "%%{") {
        read += next.slice(1);
        at += 2;
      } else if (next.startsWith("${") || next.startsWith("%{")) {
        throw new Error(`${JSON.stringify(value)} holds a template`);
      } else {
        read += value[at];
      }
    }
    return read;
  }
  if (Array.isArray(value)) {
    return value.map(readByTerraform);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value).map(([key, item]) => [readByTerraform(key), readByTerraform(item)]),
      )
    : value;
}

describe("any value", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom("$", "%", "{", "}", "x", '"', "\\", "\n") }),
  );
  const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(text, tie("value"), { maxKeys: 4 }),
    ),
  }));

  test("means the same to Terraform's template syntax", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const plain: never = JSON.parse(JSON.stringify(value)) as never;
        expect(readByTerraform(jsonExpression(plain))).toEqual(plain);
      }),
      { numRuns: 2_000 },
    );
  });

  test("comes through file and synth as it is, in both formats", async () => {
    // What YAML cannot hold is refused when it is read.
    const holdable = (value: unknown): boolean =>
      !/\\u[0-9a-f]{4}|[\ud800-\udfff]/i.test(JSON.stringify(value)) && isExact(value);
    await fc.assert(
      fc.asyncProperty(anyValue.filter(holdable), fc.constantFrom(...FORMATS), async (value, format) => {
        const yaml = stringify({
          source: { account_id: "111111111111", pmm_ec2_role_name: "pmm-ec2-role" },
          accounts: [
            {
              name: "a",
              account_id: "222222222222",
              admin_role_name: "Admin",
              modules: [{ name: "m", source: "a/b/c", version: "1.0.0", variables: { value } }],
            },
          ],
        });
        expect(readByTerraform((await secondRoot(yaml, format)).locals.m_a)).toEqual({
          value: JSON.parse(JSON.stringify(value)),
        });
      }),
      { numRuns: 60 },
    );
  });
});

/** Whether no number in it is one that the rules refuse. */
function isExact(value: unknown): boolean {
  if (typeof value === "number") {
    return !Number.isInteger(value) || Number.isSafeInteger(value);
  }
  return typeof value !== "object" || value === null || Object.values(value).every(isExact);
}
