import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manyAccounts } from "./accounts";
import { type Measured, measure, type Subject } from "./measure";

/**
 * What a review of 1,000 accounts costs as ratios to a check of the same file, in the same run: where nothing changes,
 * and where every account does. Prints, judges nothing: a machine's speed is not the program's.
 */
const ACCOUNTS = 1_000;
const RUNS = 5;
const folder = mkdtempSync(join(tmpdir(), "pmm-iam-bench-"));

/** A repository with the accounts committed, and changed since or not. Its folder. */
function repository(name: string, change: (accounts: string) => string): string {
  const root = join(folder, name);
  const file = join(root, "accounts.yaml");
  mkdirSync(root);
  const git = (...args: string[]) => execFileSync("git", ["-C", root, ...args], { stdio: "pipe" });
  writeFileSync(file, manyAccounts(ACCOUNTS));
  git("init", "--quiet");
  git("add", "accounts.yaml");
  git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "before");
  writeFileSync(file, change(manyAccounts(ACCOUNTS)));
  return root;
}

/** More for every account: in its monitoring role, in its Aurora user, and in Teleport's role. */
function changed(accounts: string): string {
  return accounts
    .replaceAll("db_users: [alice]", "db_users: [alice, bob]")
    .replace("defaults:\n", "defaults:\n  permissions: grafana\n");
}

function command(name: string, root: string, ...args: string[]): Subject {
  const file = join(root, "accounts.yaml");
  return {
    name,
    command: [process.execPath, "bin/pmm-iam.js", ...args],
    environment: { ACCOUNTS_FILE: file },
  };
}

function main(): void {
  const [same, other] = [repository("same", (accounts) => accounts), repository("other", changed)];
  const since = ["--base", "HEAD"];
  const report = ["report", "--output", join(folder, "report.html")];
  const figures = measure(
    [
      command("check", other, "check"),
      command("check --base, nothing changes", same, "check", ...since),
      command("check --base, every account changes", other, "check", ...since),
      command("diff, nothing changes", same, "diff", ...since),
      command("diff, every account changes", other, "diff", ...since),
      command("diff as JSON, every account changes", other, "diff", ...since, "--format", "json"),
      ...(existsSync("src/report") ? [command("report", other, ...report)] : []),
    ],
    RUNS,
  );
  const { seconds: check } = figures.get("check") as Measured;
  for (const [name, { seconds, megabytes }] of figures) {
    const memory = megabytes === undefined ? "" : `${megabytes.toFixed(0).padStart(6)} MB`;
    console.log(`${name.padEnd(36)} ${seconds.toFixed(2).padStart(6)} s ${memory}`);
  }
  console.log("");
  for (const [name, { seconds }] of figures) {
    const target = TARGETS[name.replace(/,.*| as JSON.*/, "")];
    if (target !== undefined) {
      console.log(
        `${`${name} / check`.padEnd(48)} ${(seconds / check).toFixed(2).padStart(6)}   (target: at most ${target})`,
      );
    }
  }
}

const TARGETS: Readonly<Record<string, number>> = { diff: 2, "check --base": 2, report: 3 };

try {
  main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
