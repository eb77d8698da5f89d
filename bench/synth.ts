import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manyAccounts } from "./accounts";
import { type Measured, measure, type Subject } from "./measure";
import { stockProject } from "./stock";

/**
 * Synth's cost as ratios against a floor measured in the same run. Prints, judges nothing: a machine's speed
 * is not the program's. `--quick` leaves out the stock project, which takes minutes and a package registry.
 */
const RUNS = 5;
const folder = mkdtempSync(join(tmpdir(), "pmm-iam-bench-"));

function subject(name: string, accounts: number, command: Subject["command"]): Subject {
  const file = join(folder, `${accounts}.yaml`);
  writeFileSync(file, manyAccounts(accounts));
  const output = ["--output", join(folder, name.replaceAll(" ", "-"))];
  return { name, command: [...command, ...output], environment: { ACCOUNTS_FILE: file } };
}

function main(): void {
  const npm: Subject["command"] = ["npm", "run", "--silent", "synth", "--"];
  const cdktf: Subject["command"] = ["npx", "cdktf", "synth"];
  const figures = new Map([
    ...measure(
      [
        subject("npm run synth, 1 account", 1, npm),
        subject("npm run synth, 1,000 accounts", 1_000, npm),
        subject("cdktf synth, 1 account", 1, cdktf),
        subject("cdktf synth, 1,000 accounts", 1_000, cdktf),
      ],
      RUNS,
    ),
    ...measure([subject("npm run synth, 10,000 accounts", 10_000, npm)], 1),
    ...(process.argv.includes("--quick") ? [] : measure([stockProject(folder)], 1)),
  ]);
  for (const [name, { seconds, megabytes }] of figures) {
    console.log(`${name.padEnd(32)} ${seconds.toFixed(2).padStart(6)} s ${memory(megabytes)}`);
  }
  const seconds = (name: string): number => (figures.get(name) as Measured).seconds;
  const one = seconds("npm run synth, 1 account");
  const thousand = seconds("npm run synth, 1,000 accounts");
  console.log("");
  print(
    "npm run synth of 1,000 accounts / cdktf synth of 1",
    thousand / seconds("cdktf synth, 1 account"),
    "at most 0.5",
  );
  print(
    "cdktf synth of 1,000 accounts / of 1",
    seconds("cdktf synth, 1,000 accounts") / seconds("cdktf synth, 1 account"),
    "at most 1.25",
  );
  print(
    "cost above start-up, 10,000 accounts / 1,000",
    (seconds("npm run synth, 10,000 accounts") - one) / (thousand - one),
    "at most 10.5",
  );
  const stock = figures.get("stock cdktf synth, 1 account");
  if (stock !== undefined) {
    print("stock cdktf synth / npm run synth, 1 account", stock.seconds / one, "at least 10");
  }
}

function memory(megabytes: number | undefined): string {
  return megabytes === undefined ? "" : `${megabytes.toFixed(0).padStart(6)} MB`;
}

function print(name: string, ratio: number, target: string): void {
  console.log(`${name.padEnd(52)} ${ratio.toFixed(2).padStart(6)}   (target: ${target})`);
}

try {
  main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
