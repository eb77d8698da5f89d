import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { matchesAction } from "../../src/aws/action-patterns";
import { modulePolicy } from "../../src/modules/own";
import { packageRoot } from "../../src/project";
import { loadFile } from "../accounts/corpus";

/** The accounts files of examples/vendors, their policy files and what their READMEs say. */

const VENDORS = join(packageRoot, "examples", "vendors");

const vendors = readdirSync(VENDORS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const denied = modulePolicy("third-party-monitor", "deny-data-access", "aws")
  .Statement.filter(({ Resource }) => Resource === "*")
  .flatMap(({ Action }) => [Action ?? []].flat());

function policyFiles(vendor: string): string[] {
  return readdirSync(join(VENDORS, vendor), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .sort();
}

function accountsFile(vendor: string): string {
  return readFileSync(join(VENDORS, vendor, "accounts.yaml"), "utf8");
}

interface Entry {
  readonly third_party_monitors?: readonly Readonly<Record<string, unknown>>[];
}

function monitorsOf({
  defaults,
  accounts,
}: {
  readonly defaults: Entry;
  readonly accounts: readonly Entry[];
}) {
  return [defaults, ...accounts].flatMap(({ third_party_monitors = [] }) => third_party_monitors);
}

interface Document {
  readonly Statement: readonly { readonly Action: readonly string[] }[];
}

/** By statement. API Gateway has one action for all that it reads, of which the Deny takes the keys. */
function actionsOf(vendor: string, file: string): (readonly string[])[] {
  const document: Document = JSON.parse(readFileSync(join(VENDORS, vendor, file), "utf8"));
  return document.Statement.map(({ Action }) => Action);
}

function readme(vendor: string): string {
  return readFileSync(join(VENDORS, vendor, "README.md"), "utf8");
}

test("there is one for each of the vendors", () => {
  expect(vendors).toEqual(["datadog", "dynatrace", "new-relic", "prowler", "site24x7", "wiz"]);
  for (const vendor of vendors) {
    expect(readFileSync(join(VENDORS, "README.md"), "utf8")).toContain(`(${vendor}/README.md)`);
  }
});

describe.each(vendors)("%s", (vendor) => {
  test("has no errors, and no warning that its README does not explain", () => {
    const { access, problems } = loadFile(join(VENDORS, vendor, "accounts.yaml"));
    expect(access).toBeDefined();
    const unexplained = problems.filter(({ severity, message }) => {
      const named = message.match(/\b[a-z0-9-]+:[A-Z]\w+/g) ?? [];
      return (
        severity === "error" || named.length === 0 || named.some((each) => !readme(vendor).includes(each))
      );
    });
    expect(unexplained).toEqual([]);
  });

  test("each value of the monitor has its source in the README's table", () => {
    const monitors = monitorsOf(parse(accountsFile(vendor), { merge: true }));
    expect(monitors.length).toBeGreaterThan(0);
    const table = readme(vendor)
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .join("\n");
    for (const { name, external_id, ...settings } of monitors) {
      expect([vendor, typeof external_id]).toEqual([name, "string"]);
      expect(table).toContain("| `external_id");
      const values = Object.values(settings).flat().map(String);
      expect(values.length).toBeGreaterThan(1);
      // A role of one's own is made up: its key says what belongs there.
      const cited = values.map((value) => (value.startsWith("arn:") ? "`principals`" : basename(value)));
      expect(cited.filter((value) => !table.includes(value))).toEqual([]);
    }
  });

  test("each policy file is used, in order, and grants nothing that the Deny takes whole", () => {
    for (const file of policyFiles(vendor)) {
      expect(accountsFile(vendor)).toContain(`./${file}`);
      const lists = actionsOf(vendor, file);
      expect(lists).toEqual(lists.map((actions) => [...new Set(actions)].sort()));
      const taken = lists
        .flat()
        .filter(
          (action) => !action.includes("*") && denied.some((pattern) => matchesAction(pattern, action)),
        );
      expect(taken).toEqual([]);
    }
  });
});
