import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GUARD } from "../src/accounts/names";
import { counted } from "../src/accounts/wording";
import type { Lab } from "../test/e2e/harness/lab";
import { startLab } from "../test/e2e/harness/lab";
import { makeRole } from "../test/e2e/harness/look";
import { type Binary, findBinary, homeWith } from "../test/e2e/real/binary";
import { ChangedRepository, type Planned } from "./changed-repository";
import { bench, type Cost, countingLab, planStack, printCost } from "./terraform-plan";

/**
 * What a pull request that changes one of many applied accounts costs to plan: where all are in one stack, in groups,
 * and in a stack each. The pipeline plans the stacks that `affected` names. With the stand-in, which has no processes
 * to start; and with the real AWS provider where this machine has one, without the one stack for all.
 */
const ACCOUNTS = Number(process.env["BENCH_ACCOUNTS"] ?? 400);
const GROUPS = 20;
const SOURCE = "111111111111";

const ONE = { count: ACCOUNTS };
const GROUPED = { count: ACCOUNTS, groups: GROUPS };
const PER_ACCOUNT = { count: ACCOUNTS, stacks: "per_account" } as const;

async function main(): Promise<void> {
  if (!process.argv.includes("--real")) {
    await inLab(await countingLab(), withStandIn);
  }
  const binary = findBinary();
  if (binary === undefined) {
    console.log("The real AWS provider: none was found; name one in E2E_AWS_PROVIDER");
    return;
  }
  process.env["E2E_PROVIDER_HOME"] = homeWith(binary);
  await inLab(await startLab({ provider: "real" }), (lab) => withRealProvider(lab, binary));
}

async function inLab(lab: Lab, measured: (lab: Lab) => Promise<void>): Promise<void> {
  try {
    await measured(lab);
  } finally {
    await lab.stop();
  }
}

/** Empties AWS but for the roles that exist before the accounts. */
async function emptied(lab: Lab): Promise<void> {
  await lab.reset();
  for (const role of ["pmm-ec2-role", "teleport-db-service"]) {
    await makeRole(await lab.account(SOURCE), role);
  }
}

async function withStandIn(lab: Lab): Promise<void> {
  const stacks = ["pmm-iam", ...Array.from({ length: GROUPS }, (_, index) => `pmm-iam-group-${index}`)];
  await emptied(lab);
  const groups = await ChangedRepository.create(lab, "groups", GROUPED);
  await groups.apply(stacks);
  const one = await ChangedRepository.create(lab, "one", ONE);
  one.giveState("pmm-iam", mergedState(groups.folder, stacks));

  const grouped = await groups.plan();
  const whole = await one.plan();
  const own = await (await applied(lab, "each", PER_ACCOUNT)).plan();
  console.log(`With the stand-in, a pull request that changes 1 of ${ACCOUNTS} applied accounts plans`);
  print("in one stack", whole);
  print(`in ${GROUPS} groups`, grouped);
  print("in a stack each", own);
  const ratio = (of: keyof Planned) => (Number(grouped[of]) / Number(whole[of])).toFixed(3);
  console.log(
    `groups / one stack: accounts ${ratio("accounts")} (target: at most ${(1 / 15).toFixed(3)}), time ${ratio("seconds")}, instances ${ratio("instances")}`,
  );
}

/** Go's default, and what halves the share of the provider's time that goes into garbage. */
const GARBAGE = ["100", "400"];

async function withRealProvider(lab: Lab, { version }: Binary): Promise<void> {
  console.log(
    `With the AWS provider ${version}, a pull request that changes 1 of ${ACCOUNTS} applied accounts plans`,
  );
  const floor = await planFloor(lab);
  printCost("  floor: a plan of one provider and nothing else", floor);
  for (const [name, options] of [
    ["in a stack each", PER_ACCOUNT],
    [`in ${GROUPS} groups`, GROUPED],
  ] as const) {
    const repository = await applied(lab, name.replaceAll(" ", "-"), options);
    for (const GOGC of GARBAGE) {
      const planned = await repository.plan({ GOGC });
      print(`GOGC=${GOGC}, ${name}`, planned);
      printRatios(`GOGC=${GOGC}, ${name}`, planned, floor);
      printFull(name, planned);
    }
  }
}

/** A repository with the stacks applied that its pull request changes: the others take no part. */
async function applied(
  lab: Lab,
  name: string,
  options: Parameters<typeof ChangedRepository.create>[2],
): Promise<ChangedRepository> {
  await emptied(lab);
  const repository = await ChangedRepository.create(lab, name, options);
  await repository.apply((await repository.affected()).map(({ stack }) => stack));
  return repository;
}

/** The least that a plan with this provider costs: one provider, one read. */
async function planFloor(lab: Lab): Promise<Cost> {
  const required_providers = { aws: { source: "hashicorp/aws" } };
  const data = { aws_caller_identity: { current: {} } };
  lab.terraform("floor").write("main.tf.json", JSON.stringify({ terraform: { required_providers }, data }));
  return planStack(lab, "floor", { GOGC: "100" });
}

interface State {
  readonly resources: readonly { readonly type: string; readonly name: string }[];
}

/** The state of all accounts in one stack. Applying them there takes Terraform many times as long. */
function mergedState(folder: string, stacks: readonly string[]): string {
  const states = stacks.map(
    (stack) => JSON.parse(readFileSync(join(folder, `terraform.${stack}.tfstate`), "utf8")) as State,
  );
  const resources = states.flatMap((state) => state.resources);
  // Whose state each was.
  const isGuard = ({ type, name }: State["resources"][number]): boolean => `${type}.${name}` === GUARD;
  return JSON.stringify({ ...states[0], resources: resources.filter((resource) => !isGuard(resource)) });
}

function print(name: string, { stacks, accounts, ...cost }: Planned): void {
  printCost(`  ${name}: ${counted(accounts, "account")}, ${counted(stacks, "stack")}`, cost);
}

function printRatios(name: string, cost: Cost, floor: Cost): void {
  const ratio = (of: "seconds" | "cpuSeconds" | "megabytes") =>
    (Number(cost[of]) / Number(floor[of])).toFixed(1);
  console.log(
    `  ${name} / floor: time ${ratio("seconds")}, CPU ${ratio("cpuSeconds")}, memory ${ratio("megabytes")}`,
  );
}

/** A plan of all accounts, by arithmetic: nobody has the machine to measure it on. */
function printFull(
  name: string,
  { accounts, stacks, seconds, cpuSeconds = 0, megabytes = 0 }: Planned,
): void {
  const times = ACCOUNTS / accounts;
  console.log(
    `  so a full plan ${name} is ${counted(times * stacks, "job")} of ${seconds.toFixed(0)} s and ${megabytes.toFixed(0)} MB, ${((times * cpuSeconds) / 60).toFixed(0)} CPU minutes`,
  );
}

bench(main);
