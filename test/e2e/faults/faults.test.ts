// More than 300 lines: the steps, faults and outcomes of one table belong together.
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import type { Folder } from "../harness/terraform";
import { restoreState } from "./leftovers";
import { type Call, type Fault, FaultProxy, KILLS, KINDS, type Kind, LOST, mutates } from "./proxy";
import { Eyes, held, type Stray, stackOf, type Target, takeOver, want, warnings } from "./stack";
import { FIRST, ROTATION, STEPS, type Step } from "./steps";
import { Table, type Way } from "./table";

/*
 * Every call that a first apply or a step of a rotation makes, failing in every way. The provider does not try
 * again (AWS_MAX_ATTEMPTS=1), so that a fault is one that outlasts its retries and Terraform sees each; only
 * "lost, retried" loses one answer and lets the provider's own retry through, as it would by default.
 *
 * Faults that leave terraform alone hit many accounts in one apply, one each: accounts share nothing, and one
 * plan of thirty costs what three plans of one do. A kill has an apply of its own.
 */

/** One fault in one account. */
interface Case extends Target {
  readonly fault: Call & { readonly kind: Kind };
}

// The first apply alone is some hundred plans' worth of work, beside what else runs.
jest.setTimeout(3_600_000);

const READS = "reads while applying";
const PLANNING = "reads while planning";

/** A lab with the proxy in it, and what has been seen there of each account. */
interface Bench {
  readonly lab: Lab;
  readonly proxy: FaultProxy;
  readonly eyes: Eyes;
  /** By account: the key in the secret after the last good apply, and every key that there ever was. */
  readonly newest: Map<string, string>;
  readonly former: Map<string, Set<string>>;
}

async function startBench(): Promise<Bench> {
  const proxy = await FaultProxy.start();
  try {
    const lab = await startLab({ url: (aws) => proxy.standBefore(aws), env: { AWS_MAX_ATTEMPTS: "1" } });
    return { lab, proxy, eyes: new Eyes(lab), newest: new Map(), former: new Map() };
  } catch (error) {
    proxy.stop();
    throw error;
  }
}

async function stopBench({ lab, proxy }: Bench): Promise<void> {
  await lab.stop();
  proxy.stop();
}

function accountOf(series: number, index: number): string {
  return `${series}${String(index).padStart(11, "0")}`;
}

/** The changing calls of a step with the how manieth of its action each is. */
function turns(actions: readonly string[]): Call[] {
  return actions.map((action, at) => ({
    action,
    turn: actions.slice(0, at + 1).filter((other) => other === action).length,
  }));
}

/** After a fault: whoever could work before still can, and the secret never names a key that does not work. */
async function checkAccess({ eyes, newest }: Bench, account: string): Promise<void> {
  const { keys, current } = await eyes.see(account);
  expect(keys.length).toBeLessThanOrEqual(2);
  const active = keys.filter(({ status }) => status === "Active").map(({ id }) => id);
  const before = newest.get(account);
  if (before !== undefined) {
    expect(active).toContain(before);
    expect(current).toBeDefined();
  }
  if (current !== undefined) expect(active).toContain(current.access_key_id);
}

/** After the apply without a fault: exactly what was asked for. */
async function checkWanted(bench: Bench, folder: Folder, account: string, step: Step): Promise<void> {
  const { generation, previous } = step.wanted;
  const { keys, current } = await bench.eyes.see(account);
  const slots = held(folder, account).keys;
  const slot = generation % 2 === 1 ? slots["odd"] : slots["even"];
  expect(current).toEqual({
    access_key_id: slot?.id,
    secret_access_key: slot?.secret,
    account_id: account,
    generation,
  });
  const id = slot?.id ?? "";
  const before = bench.newest.get(account);
  const former = bench.former.get(account) ?? new Set();
  if (step.makes) expect(former).not.toContain(id);
  else expect(id).toBe(before);

  const older = step.makes
    ? before
    : [...former].filter((key) => key !== id && Object.values(slots).some((one) => one.id === key))[0];
  const expected: Record<string, string> = { [id]: "Active" };
  if (generation > 1 && previous !== "deleted") {
    expect(older).toBeDefined();
    expected[older ?? ""] = previous === "active" ? "Active" : "Inactive";
  }
  expect(Object.fromEntries(keys.map((key) => [key.id, key.status]))).toEqual(expected);

  bench.newest.set(account, id);
  bench.former.set(account, former.add(id));
}

/** Nothing to do and nothing to warn of. */
async function checkSettled(folder: Folder): Promise<void> {
  const { code, stdout, stderr } = await folder.attempt("plan", "-no-color", "-detailed-exitcode");
  expect(`${stdout}${stderr}`).toMatch(/No changes\./);
  expect(`${stdout}${stderr}`).not.toMatch(/Warning:/);
  expect(code).toBe(0);
}

const COMMAND = /aws iam delete-access-key --user-name \S+ --access-key-id \S+/g;

/**
 * The same apply again, without the fault. Where AWS made a key and the answer was lost, the plan has to give the
 * command that deletes it, and no plan may give another; where it made a user or a secret, Terraform has to be
 * told that it is ours. Answers how each case was got over.
 */
async function recover(bench: Bench, folder: Folder, cases: readonly Case[]): Promise<Map<string, Way>> {
  const { eyes, former } = bench;
  const lost: { account: string; command: string }[] = [];
  const strays: Stray[] = [];
  for (const { account, fault } of cases) {
    const [seen, state] = [await eyes.see(account), held(folder, account)];
    const known = Object.values(state.keys).map(({ id }) => id);
    const unknown = seen.keys.map(({ id }) => id).filter((id) => !known.includes(id));
    const [strayUser, straySecret] = [seen.user && !state.user, seen.secret !== undefined && !state.secret];
    // What the fault left AWS with. A kill also loses the answers to whatever else was under way.
    const [killed, effect] = [KILLS.includes(fault.kind), LOST.includes(fault.kind) ? fault.action : ""];
    if (!killed || effect === "CreateAccessKey")
      expect(unknown).toHaveLength(effect === "CreateAccessKey" ? 1 : 0);
    if (!killed || effect === "CreateUser") expect(strayUser).toBe(effect === "CreateUser");
    if (!killed || effect === "CreateSecret") expect(straySecret).toBe(effect === "CreateSecret");
    former.set(account, new Set([...(former.get(account) ?? []), ...unknown]));
    for (const id of unknown)
      lost.push({
        account,
        command: `aws iam delete-access-key --user-name PMMAWSIntegrationUser --access-key-id ${id}`,
      });
    if (strayUser) strays.push({ account, what: "user", arn: undefined });
    if (seen.secret !== undefined && !state.secret)
      strays.push({ account, what: "secret", arn: seen.secret });
  }

  if (lost.length > 0) {
    const told = await warnings(folder);
    const commands = [...told].flatMap(([account, messages]) =>
      messages.flatMap((text) => [...text.matchAll(COMMAND)].map(([command]) => ({ account, command }))),
    );
    expect(commands).toHaveLength(lost.length);
    expect(commands).toEqual(expect.arrayContaining(lost));
    expect([...told.values()].flat()).toHaveLength(lost.length);
    for (const { account, command } of commands) await eyes.deleteKey(account, command);
  }
  if (strays.length > 0) {
    const { code, stderr } = await folder.attempt("apply", "-no-color", "-auto-approve");
    expect(code).toBe(1);
    const refused = [...stderr.matchAll(/EntityAlreadyExists|ResourceExistsException/g)];
    // The secret waits for the user, so where both are in the way, only the user is named.
    const named = strays.filter(
      ({ account, what }) =>
        what === "user" || !strays.some((other) => other.account === account && other.what === "user"),
    );
    expect(refused).toHaveLength(named.length);
    await takeOver(folder, strays);
  }
  // Not where a key was lost and the provider tried again: there the apply had the second key, and is done.
  const said = await folder.apply();
  expect(said).not.toMatch(/Check block assertion failed/);
  return new Map(
    cases.map(({ account }) => [
      account,
      strays.some((one) => one.account === account)
        ? "an import block"
        : lost.some((one) => one.account === account)
          ? "the command for the lost key"
          : "the same apply",
    ]),
  );
}

describeE2e("faults", () => {
  const table = new Table();
  const started = Date.now();
  const benches: Bench[] = [];
  /** The folders that are killed in, and each step there, once it is through. */
  const folders: { folder: Folder; account: string }[] = [];
  const done = new Map<string, Promise<void>>();

  afterAll(async () => {
    await Promise.allSettled(done.values());
    for (const bench of benches) await stopBench(bench);
    const rows = [...STEPS.map(({ name }) => name), READS, PLANNING];
    process.stderr.write(`\n${table.text(rows)}\n${((Date.now() - started) / 1000).toFixed(0)} s\n`);
  });

  const row = (step: Step, { action, turn }: Call) => (mutates({ action, turn }) ? step.name : READS);

  /** One apply in which each account has its fault, and its recovery. */
  async function strikeAll(
    bench: Bench,
    folder: Folder,
    step: Step,
    cases: readonly Case[],
    all: readonly Target[],
  ): Promise<void> {
    const { proxy } = bench;
    want(folder, step.wanted);
    await folder.run("plan", "-no-color", "-out=plan");
    for (const { account } of all) proxy.arm(account);
    for (const { account, fault } of cases) {
      proxy.arm(account, fault);
      table.tried(row(step, fault), fault.kind);
    }
    const { code } = await folder.attempt("apply", "-no-color", "plan");
    expect(code).toBe(1);
    expect(cases.filter(({ account }) => !proxy.struck(account)).map(({ fault }) => fault)).toEqual([]);
    for (const { account } of all) {
      proxy.arm(account);
      await checkAccess(bench, account);
    }
    const ways = await recover(bench, folder, cases);
    for (const { account } of all) await checkWanted(bench, folder, account, step);
    await checkSettled(folder);
    for (const { account, fault } of cases)
      table.ended(row(step, fault), fault.kind, ways.get(account) as Way, fault.action);
  }

  /** One apply that is killed, and its recovery. */
  async function kill(bench: Bench, folder: Folder, step: Step, one: Case): Promise<void> {
    const { proxy } = bench;
    const { account, fault } = one;
    want(folder, step.wanted);
    table.tried(step.name, fault.kind);
    proxy.arm(account, { ...fault, kill: () => running.kill() });
    const running = folder.start("apply", "-no-color", "-auto-approve");
    const { code } = await running.ended;
    expect(code).toBe(137);
    expect(proxy.struck(account)).toBe(true);
    proxy.arm(account);
    restoreState(folder.path, "terraform.tfstate");
    await checkAccess(bench, account);
    const ways = await recover(bench, folder, [one]);
    await checkWanted(bench, folder, account, step);
    await checkSettled(folder);
    table.ended(step.name, fault.kind, ways.get(account) as Way, fault.action);
  }

  async function killAll(bench: Bench, step: Step): Promise<void> {
    const faults = turns(step.calls).flatMap((call) => KILLS.map((kind) => ({ ...call, kind })));
    expect(folders.length).toBeGreaterThanOrEqual(faults.length);
    for (const [at, { folder, account }] of folders.entries()) {
      const fault = faults[at];
      if (fault !== undefined) await kill(bench, folder, step, { account, retries: false, fault });
      else {
        want(folder, step.wanted);
        await folder.apply();
        await checkWanted(bench, folder, account, step);
      }
    }
  }

  // Beside the other tests, which leave a core idle: each test here waits for its step.
  beforeAll(() => {
    let last = startBench().then(async (bench) => {
      benches.push(bench);
      for (let at = 0; at < KILLS.length * FIRST.calls.length; at++) {
        const account = accountOf(3, at + 1);
        folders.push({
          account,
          folder: await stackOf(bench.lab, `killed-${at}`, [{ account, retries: false }]),
        });
      }
      return bench;
    });
    for (const step of STEPS) {
      last = last.then(async (bench) => {
        await killAll(bench, step);
        folders.splice(KILLS.length * Math.max(...ROTATION.map(({ calls }) => calls.length)));
        return bench;
      });
      const settled = last.then(() => {});
      settled.catch(() => {});
      done.set(step.name, settled);
    }
    last.catch(() => {});
  });

  describe("the calls of each step", () => {
    let bench: Bench;
    /** The reading calls that each step's apply makes. */
    const reads = new Map<string, Call[]>();

    beforeAll(async () => {
      bench = await startBench();
      benches.push(bench);
    });

    const READ_KINDS: readonly Kind[] = ["throttled", "error 500", "cut before"];
    /** What a plan reads; two of them fail before each step. */
    const PLAN_READS = [
      "AssumeRole",
      "ListUsers",
      "GetCallerIdentity",
      "GetUser",
      "ListAccessKeys",
      "GetUser",
      "ListAccessKeys",
      "DescribeSecret",
      "GetUserPolicy",
      "GetSecretValue",
      "ListUserPolicies",
      "GetResourcePolicy",
      "ListAttachedUserPolicies",
      "AssumeRole",
      "ListUsers",
      "GetCallerIdentity",
    ];

    test("the plan stops where a read fails, and each step makes the calls that it is known for", async () => {
      const account = accountOf(4, 1);
      const folder = await stackOf(bench.lab, "rehearsal", [{ account, retries: false }]);
      let at = 0;
      for (const step of STEPS) {
        want(folder, step.wanted);
        const before = await bench.eyes.see(account);
        for (let count = 0; count < 2; count++) {
          const [action, kind] = [PLAN_READS[at] ?? "", READ_KINDS[at % READ_KINDS.length] as Kind];
          at++;
          // Before the first apply there is nothing to read of the user.
          const fault: Fault = { action, turn: 1, kind };
          table.tried(PLANNING, kind);
          bench.proxy.arm(account, fault);
          const { code } = await folder.attempt("apply", "-no-color", "-auto-approve");
          expect({ fault, code, struck: bench.proxy.struck(account) }).toEqual({
            fault,
            code: 1,
            struck: true,
          });
          expect(bench.proxy.calls(account).filter(mutates)).toEqual([]);
          expect(await bench.eyes.see(account)).toEqual(before);
          table.ended(PLANNING, kind, "the same apply", action);
        }
        bench.proxy.arm(account);
        await folder.run("plan", "-no-color", "-out=plan");
        bench.proxy.arm(account);
        await folder.run("apply", "-no-color", "plan");
        const calls = bench.proxy.calls(account);
        expect(
          calls
            .filter(mutates)
            .map(({ action }) => action)
            .sort(),
        ).toEqual([...step.calls].sort());
        // The last of each action: that is the one that reads what has been made.
        const last = new Map(calls.filter((call) => !mutates(call)).map((call) => [call.action, call]));
        reads.set(step.name, [...last.values()]);
        await checkWanted(bench, folder, account, step);
      }
      await checkSettled(folder);
    });

    /** Every changing call in every way; and the last reading call of each action in one. */
    function casesOf(step: Step, targets: readonly Target[]): Case[] {
      const kinds = KINDS.filter((kind) => !KILLS.includes(kind));
      const free = [...targets];
      const give = (fault: Case["fault"]): Case[] => {
        const at = free.findIndex(({ retries }) => retries === (fault.kind === "lost, retried"));
        return at < 0 ? [] : free.splice(at, 1).map((found) => ({ ...found, fault }));
      };
      const changing = turns(step.calls).flatMap((call) => kinds.map((kind) => ({ ...call, kind })));
      const cases = changing.flatMap(give);
      expect(cases).toHaveLength(changing.length);
      const found = reads.get(step.name) ?? [];
      const reading = found.flatMap((call, at) =>
        give({ ...call, kind: READ_KINDS[at % READ_KINDS.length] as Kind }),
      );
      expect(reading.map(({ fault }) => fault.action)).toEqual(found.map(({ action }) => action));
      return [...cases, ...reading];
    }

    function targetsOf(series: number, retrying: number, others: number): Target[] {
      return Array.from({ length: retrying + others }, (_, at) => ({
        account: accountOf(series, at + 1),
        retries: at < retrying,
      }));
    }

    test(FIRST.name, async () => {
      const targets = targetsOf(2, 7, 40);
      const folder = await stackOf(bench.lab, "first", targets);
      await strikeAll(bench, folder, FIRST, casesOf(FIRST, targets), targets);
    });

    describe("of a rotation", () => {
      const targets = targetsOf(5, 4, 28);
      let folder: Folder;

      beforeAll(async () => {
        folder = await stackOf(bench.lab, "rotation", targets);
        want(folder, FIRST.wanted);
        await folder.apply();
        for (const { account } of targets) await checkWanted(bench, folder, account, FIRST);
      });

      test.each(ROTATION.map((step) => [step.name, step] as const))("%s", async (_, step) => {
        await strikeAll(bench, folder, step, casesOf(step, targets), targets);
      });
    });
  });

  describe("terraform killed at a call", () => {
    test.each(STEPS.map(({ name }) => [name]))("%s", async (name) => {
      await done.get(name);
    });
  });
});
