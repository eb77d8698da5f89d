import { readFileSync } from "node:fs";
import { join } from "node:path";
import { entriesBetween, entriesOf } from "../../src/changes/change-log";
import { upgradeIn, upgradeLine } from "../../src/changes/upgrade";
import { compareVersions } from "../../src/changes/versions";
import { packageRoot, version } from "../../src/project";

/** From the oldest to the newest, as semver.org has it. */
const ORDER = [
  "no version",
  "0.1.0",
  "0.2.0-alpha",
  "0.2.0-alpha.1",
  "0.2.0-alpha.beta",
  "0.2.0-beta.2",
  "0.2.0-beta.11",
  "0.2.0-rc.1",
  "0.2.0",
  "0.10.0",
  "1.0.0",
];

test("versions have the order of semantic versioning", () => {
  const compared = ORDER.map((one) => ORDER.map((other) => Math.sign(compareVersions(one, other))));
  expect(compared).toEqual(ORDER.map((_, one) => ORDER.map((__, other) => Math.sign(one - other))));
  expect(compareVersions("1.0.0+one", "1.0.0+other")).toBe(0);
});

const LOG = `# Changelog

## [Unreleased]

- later

## [0.3.0] - 2027-01-01

- three

## 0.2.0

- two

### Added

- more

## [0.1.0] - 2026-01-01

## Other

- no version
`;

test("a change log is read by version", () => {
  expect(entriesOf(LOG)).toEqual([
    { version: "0.3.0", lines: ["- three"] },
    { version: "0.2.0", lines: ["- two", "", "### Added", "", "- more"] },
    { version: "0.1.0", lines: [] },
  ]);
});

test.each([
  ["0.1.0", "0.2.0", ["0.2.0"]],
  ["0.1.0", "0.3.0", ["0.3.0", "0.2.0"]],
  ["0.0.1", "0.2.5", ["0.2.0", "0.1.0"]],
  ["0.3.0", "0.1.0", []],
])("from %s to %s", (from, to, versions) => {
  expect(entriesBetween(entriesOf(LOG), from, to).map((entry) => entry.version)).toEqual(versions);
});

test("the program's own change log begins with its version", () => {
  const entries = entriesOf(readFileSync(join(packageRoot, "CHANGELOG.md"), "utf8"));
  expect(entries[0]?.version).toBe(version);
  expect(entries.map(({ lines }) => lines[0])).toEqual(entries.map(() => "### The plan to expect"));
});

const since = (from: string) =>
  ({ kind: "changed", why: "package.json has changed", version: from }) as const;

test("an upgrade is another version, and a downgrade an older one", () => {
  expect(upgradeIn({ kind: "same" })).toBeUndefined();
  expect(upgradeIn({ kind: "changed", why: "src/a.ts has changed" })).toBeUndefined();
  expect(upgradeIn(since("0.1.0"), "0.1.0")).toBeUndefined();
  expect(upgradeIn(since("0.1.0"), "0.2.0")).toEqual({ from: "0.1.0", to: "0.2.0", isDowngrade: false });
  expect(upgradeIn(since("0.10.0"), "0.9.0")).toEqual({ from: "0.10.0", to: "0.9.0", isDowngrade: true });
});

test("its line names both versions, and the way on", () => {
  expect(upgradeLine({ from: "0.1.0", to: "0.2.0", isDowngrade: false }, "main")).toBe(
    "pmm-iam is 0.2.0, and was 0.1.0 at main: CHANGELOG.md of pmm-iam says which grants and addresses change and which plan to expect, docs/upgrade.md of pmm-iam how to apply it",
  );
  expect(upgradeLine({ from: "0.3.0", to: "0.2.0", isDowngrade: true }, "main")).toBe(
    "pmm-iam is 0.2.0, older than 0.3.0 at main: its plans undo what 0.3.0 changed, and it may refuse keys of accounts.yaml that it does not know; install 0.3.0 again (npm install --save-dev --save-exact pmm-iam@0.3.0), or go back as docs/upgrade.md of pmm-iam says",
  );
});
