import { AccessModel } from "../../src/access/model";
import { withConsumers } from "../../src/consumers/in-output";
import { features } from "../../src/features";
import type { Consumer } from "../../src/features/consumer";
import type { Feature } from "../../src/features/feature";
import { listedConsumers } from "../../src/output/names";
import { accessOf } from "../support/synthesize";
import { consumersOf, EVERYTHING } from "./written";

const SMALL = `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - {name: orders-prod, account_id: "222222222222"}
  - {name: gone, account_id: "333333333333", lifecycle: closed, aurora: true}
  - {name: going, account_id: "444444444444", lifecycle: retiring, aurora: true}
`;

/** The first of the program's features, with consumers that it does not have. */
function bringing(...consumers: readonly Consumer[]): AccessModel {
  const [first, ...others] = features;
  const { deployment } = accessOf(SMALL);
  return new AccessModel(deployment, [{ ...(first as Feature), consumers }, ...others]);
}

function consumer(files: Readonly<Record<string, string>>, ...paths: readonly string[]): Consumer {
  return {
    readme: paths.map((path) => ({ path, use: "Copy it." })),
    files: () => new Map(Object.entries(files)),
  };
}

test("the files of an account that is active, and a readme that lists each", () => {
  const files = consumersOf(SMALL);
  expect([...files.keys()].sort()).toEqual([
    "README.md",
    "aws/config",
    "grafana/datasources.yaml",
    "pmm/orders-prod.md",
  ]);
  const readme = files.get("README.md") ?? "";
  expect(listedConsumers(readme)).toEqual(["grafana/datasources.yaml", "aws/config", "pmm/orders-prod.md"]);
  expect(readme).toContain("| `pmm/<account>.md` | For the person who adds the account's databases to PMM");
  // A kind without a file has no row.
  expect(readme).not.toContain("vendors/");
});

test("no account that retires or is closed is in any file", () => {
  const all = [...consumersOf(SMALL).values()].join("\n");
  expect(all).toContain("222222222222");
  expect(all).not.toMatch(/333333333333|444444444444|\bgone\b|\bgoing\b/);
});

test("nothing at all where no account is active", () => {
  const files = consumersOf(SMALL.replace('"222222222222"', '"222222222222", lifecycle: retiring'));
  expect([...files.keys()]).toEqual([]);
});

test("each file is text that ends a line and names no key", () => {
  const files = consumersOf(EVERYTHING);
  expect(files.size).toBeGreaterThanOrEqual(12);
  for (const text of files.values()) {
    expect(text).toMatch(/[^\n]\n$/);
    expect(text).not.toMatch(/\r|\t$|AKIA|undefined|\[object|NaN/);
  }
});

test("a feature brings files of its own, from what it knows of the access", () => {
  const audit: Consumer = {
    readme: [{ path: "audit/<account>.txt", use: "Hand it to the auditor." }],
    files: ({ deployment, stacks, identities }) =>
      new Map(
        stacks.flatMap(({ accounts }) =>
          accounts
            .filter(({ calls }) => calls.length > 0)
            .map(({ account, calls }): [string, string] => [
              `audit/${account.name}.txt`,
              `${deployment.name} ${account.accountId} ${calls.length} ${identities.filter(({ accountId }) => accountId === account.accountId).length}\n`,
            ]),
        ),
      ),
  };
  const files = withConsumers(new Map(), bringing(audit));
  expect(files.get("consumers/audit/orders-prod.txt")).toBe("pmm-iam 222222222222 1 1\n");
  const readme = String(files.get("consumers/README.md"));
  expect(readme).toContain("| `audit/<account>.txt` | Hand it to the auditor. |");
  expect(readme).toContain("\n- [audit/orders-prod.txt](audit/orders-prod.txt)\n");
  expect([...files.keys()].filter((path) => path.includes("audit"))).toHaveLength(1);
});

test.each([
  ["a path out of the folder", { "../stacks/x": "x\n" }, "letters, digits"],
  ["an absolute path", { "/etc/x": "x\n" }, "letters, digits"],
  ["a hidden file", { "a/.x": "x\n" }, "letters, digits"],
  ["a file of Terraform", { "a/terraform.tfstate": "x\n" }, "letters, digits"],
  ["a name that ends a line of the readme", { "a/x](y": "x\n" }, "letters, digits"],
  ["the readme", { "README.md": "x\n" }, "another name"],
  ["the path of another consumer", { "aws/config": "x\n" }, "a path that no other consumer has"],
  ["such a path in other case", { "AWS/Config": "x\n" }, "a path that no other consumer has"],
])("%s is a fault of the feature", (_, files, expected) => {
  const path = Object.keys(files)[0] ?? "";
  const model = bringing(consumer(files, path));
  expect(() => withConsumers(new Map(), model)).toThrow(
    `a consumer writes the file "${path}"; expected ${expected}`,
  );
});

test("so is a file of which the readme says nothing", () => {
  const model = bringing(consumer({ "audit/x.txt": "x\n", "audit/y.csv": "y\n" }, "audit/<account>.txt"));
  expect(() => withConsumers(new Map(), model)).toThrow(
    'a consumer writes the file "audit/y.csv", of which its readme says nothing; expected a path like audit/<account>.txt',
  );
});
