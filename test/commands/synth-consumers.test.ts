import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { synth } from "../../main";
import { affected } from "../../src/commands/affected";
import { features } from "../../src/features";
import { type Ran, Repository, ran } from "./repository";

let repository: Repository;

beforeEach(() => {
  repository = Repository.create();
  repository.write("accounts.yaml", FILE);
});

afterEach(() => rmSync(repository.folder, { recursive: true }));

const FILE = `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - {name: orders, account_id: "222222222222"}
  - {name: billing, account_id: "333333333333"}
`;

const synthesized = (format: "json" | "hcl" = "json", out = "out"): Promise<Ran> =>
  ran(() => synth(features, format, out), repository.folder);

/** What synth says of the consumers' files. */
async function said(): Promise<string[]> {
  const { stdout } = await synthesized();
  const [, after = ""] = stdout.split(/files: .* removed\n/);
  const [lines = ""] = after.split("\nNext, for each stack:");
  return lines.split("\n").filter((line) => line !== "");
}

function consumersIn(out: string): Record<string, string> {
  const folder = join(repository.folder, out, "consumers");
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [path, readFileSync(join(folder, path), "utf8")]),
  );
}

test("at first the folder, then what changed, then nothing", async () => {
  expect(await said()).toEqual(["consumer files: out/consumers/README.md says where each goes"]);
  expect(await said()).toEqual([]);
  repository.write("accounts.yaml", FILE.replace('"333333333333"', '"333333333333", region: eu-west-1'));
  expect(await said()).toEqual([
    "consumer files in out/consumers: 3 changed",
    "  aws/config",
    "    - region = us-east-1",
    "    + region = eu-west-1",
    "  grafana/datasources.yaml",
    '    -       defaultRegion: "us-east-1"',
    '    +       defaultRegion: "eu-west-1"',
    "  pmm/billing.md",
    "    - | region in accounts.yaml | `us-east-1` |",
    "    + | region in accounts.yaml | `eu-west-1` |",
  ]);
});

test("an account that retires leaves the files, and its own page is removed", async () => {
  await synthesized();
  repository.write("accounts.yaml", FILE.replace('"333333333333"', '"333333333333", lifecycle: retiring'));
  const lines = await said();
  expect(lines[0]).toBe("consumer files in out/consumers: 2 changed, 1 removed");
  expect(lines).toContain("    - [profile billing]");
  expect(lines).toContain("  pmm/billing.md (removed)");
  expect(Object.keys(consumersIn("out")).sort()).toEqual([
    "README.md",
    "aws/config",
    "grafana/datasources.yaml",
    "pmm/orders.md",
  ]);
});

test("the same bytes beside JSON and beside HCL", async () => {
  await synthesized("json", "json");
  await synthesized("hcl", "hcl");
  expect(consumersIn("hcl")).toEqual(consumersIn("json"));
});

test("what only the files say affects no stack", async () => {
  repository.commit();
  // What the stacks do not carry: who reads the account's databases without a key is a word of PMM's page.
  const changed = features.map((feature, index) =>
    index === 0
      ? {
          ...feature,
          consumers: [
            { readme: [{ path: "x.txt", use: "Read it." }], files: () => new Map([["x.txt", "x\n"]]) },
          ],
        }
      : feature,
  );
  const { stdout } = await ran(() => affected(changed, { base: "HEAD" }), repository.folder);
  expect(JSON.parse(stdout)).toEqual({ include: [] });
});
