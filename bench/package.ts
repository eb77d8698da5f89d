import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../src/project";
import { manyAccounts } from "./accounts";
import { type Measured, measure, type Subject } from "./measure";

/**
 * The cost of the packed program in a repository of a user's own, as ratios against `npx cdktf synth` there with
 * cdktf-cli installed by choice, and against the sources. Prints, judges nothing.
 */
const RUNS = 5;
const SIZES = [1, 1_000];

const folder = mkdtempSync(join(tmpdir(), "pmm-iam-bench-"));

function main(): void {
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: packageRoot });
  const [tarball = ""] = readdirSync(folder);
  const figures = new Map(
    SIZES.flatMap((accounts) => [...measure(subjects(accounts, join(folder, tarball)), RUNS)]),
  );
  for (const [name, { seconds }] of figures) {
    console.log(`${name.padEnd(34)} ${seconds.toFixed(2).padStart(6)} s`);
  }
  const seconds = (name: string): number => (figures.get(name) as Measured).seconds;
  for (const [accounts, most] of [
    [1, 0.35],
    [1_000, 0.33],
  ] as const) {
    const ratio = (what: string, floor: string) =>
      (seconds(`${what}, ${accounts}`) / seconds(`${floor}, ${accounts}`)).toFixed(2);
    console.log(`\n${accounts} accounts`);
    console.log(
      `npx pmm-iam check / npx cdktf synth: ${ratio("npx pmm-iam check", "npx cdktf synth")}, at most ${most}`,
    );
    console.log(`check, packed / sources: ${ratio("packed check", "check by sources")}, at most 1`);
    console.log(`synth, packed / sources: ${ratio("packed synth", "synth by sources")}, at most 1`);
  }
}

/** A user's repository with so many accounts, and the commands in it. */
function subjects(accounts: number, tarball: string): Subject[] {
  const user = join(folder, `user-${accounts}`);
  mkdirSync(user);
  writeFileSync(join(user, "accounts.yaml"), `name: pmm-iam\n${manyAccounts(accounts)}`);
  const app = "npx pmm-iam synth";
  writeFileSync(
    join(user, "cdktf.json"),
    JSON.stringify({ language: "typescript", app, projectId: "iam", sendTelemetry: "false" }),
  );
  writeFileSync(join(user, "package.json"), '{ "private": true }\n');
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], {
    cwd: user,
    stdio: "ignore",
  });
  symlinkSync(join(packageRoot, "node_modules/.bin/cdktf"), join(user, "node_modules/.bin/cdktf"));
  const packed = join(user, "node_modules/pmm-iam/dist/pmm-iam.js");
  const sources = join(packageRoot, "bin/pmm-iam.js");
  const subject = (name: string, command: Subject["command"]): Subject => ({
    name: `${name}, ${accounts}`,
    command,
    folder: user,
  });
  return [
    subject("npx cdktf synth", ["npx", "cdktf", "synth"]),
    subject("npx pmm-iam check", ["npx", "pmm-iam", "check"]),
    subject("packed check", [process.execPath, packed, "check"]),
    subject("check by sources", [process.execPath, sources, "check"]),
    subject("packed synth", [process.execPath, packed, "synth", "--output", "packed.out"]),
    subject("synth by sources", [process.execPath, sources, "synth", "--output", "sources.out"]),
  ];
}

try {
  main();
} finally {
  rmSync(folder, { recursive: true });
}
