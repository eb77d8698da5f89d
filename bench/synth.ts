import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { manyAccounts } from "./accounts";
import { type Measured, measure, type Subject } from "./measure";
import { stockProject } from "./stock";

/**
 * The cost of synth and check as ratios against a floor measured in the same run. Prints, judges nothing: a
 * machine's speed is not the program's. `--quick` leaves out the stock project, which takes minutes and a package
 * registry.
 */
const RUNS = 5;
const folder = mkdtempSync(join(tmpdir(), "pmm-iam-bench-"));

function subject(name: string, accounts: number, command: Subject["command"]): Subject {
  const file = join(folder, String(accounts), "accounts.yaml");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, manyAccounts(accounts));
  return { name, command, environment: { ACCOUNTS_FILE: file } };
}

function synth(name: string, accounts: number, command: Subject["command"]): Subject {
  const output = ["--output", join(folder, name.replaceAll(" ", "-"))] as const;
  return subject(name, accounts, [...command, ...output]);
}

/** The least that any reader of the file does: a process that parses it, and nothing else. */
const PARSE = 'require("yaml").parse(require("fs").readFileSync(process.env.ACCOUNTS_FILE, "utf8"))';

function main(): void {
  const npm: Subject["command"] = ["npm", "run", "--silent", "synth", "--"];
  const cdktf: Subject["command"] = ["npx", "cdktf", "synth"];
  const figures = new Map([
    ...measure(
      [
        synth("npm run synth, 1 account", 1, npm),
        synth("npm run synth, 1,000 accounts", 1_000, npm),
        synth("cdktf synth, 1 account", 1, cdktf),
        synth("cdktf synth, 1,000 accounts", 1_000, cdktf),
        subject("pmm-iam check, 1,000 accounts", 1_000, [process.execPath, "bin/pmm-iam.js", "check"]),
        subject("yaml alone, 1,000 accounts", 1_000, [process.execPath, "--eval", PARSE]),
      ],
      RUNS,
    ),
    ...measure([synth("npm run synth, 10,000 accounts", 10_000, npm)], 1),
    ...(process.argv.includes("--quick") ? [] : measure([stockProject(folder)], 1)),
  ]);
  for (const [name, { seconds, megabytes }] of figures) {
    console.log(`${name.padEnd(32)} ${seconds.toFixed(2).padStart(6)} s ${memory(megabytes)}`);
  }
  const measured = (name: string): Measured => figures.get(name) as Measured;
  const seconds = (name: string): number => measured(name).seconds;
  const one = seconds("npm run synth, 1 account");
  const thousand = seconds("npm run synth, 1,000 accounts");
  const { megabytes } = measured("npm run synth, 1,000 accounts");
  console.log("");
  print(
    "npm run synth of 1,000 accounts / cdktf synth of 1",
    thousand / seconds("cdktf synth, 1 account"),
    "at most 0.40",
  );
  print(
    "cdktf synth of 1,000 accounts / of 1",
    seconds("cdktf synth, 1,000 accounts") / seconds("cdktf synth, 1 account"),
    "at most 1.25",
  );
  print(
    "pmm-iam check / node that only parses the same file",
    seconds("pmm-iam check, 1,000 accounts") / seconds("yaml alone, 1,000 accounts"),
    "at most 2",
  );
  print(
    "cost above start-up, 10,000 accounts / 1,000",
    (seconds("npm run synth, 10,000 accounts") - one) / (thousand - one),
    "at most 10.5",
  );
  if (megabytes !== undefined) {
    print("MB of memory, npm run synth of 1,000 accounts", megabytes, "under 200");
  }
  const stock = figures.get("stock cdktf synth, 1 account");
  if (stock !== undefined) {
    print("stock cdktf synth / npm run synth, 1 account", stock.seconds / one, "at least 10");
  }
}

function memory(megabytes: number | undefined): string {
  return megabytes === undefined ? "" : `${megabytes.toFixed(0).padStart(6)} MB`;
}

function print(name: string, figure: number, target: string): void {
  console.log(`${name.padEnd(52)} ${figure.toFixed(2).padStart(6)}   (target: ${target})`);
}

try {
  main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
