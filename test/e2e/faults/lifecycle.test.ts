import { pageText } from "../docs/steps";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { inventory, keysOf, makeRole, secretOf } from "../harness/look";
import { Estate } from "./estate";
import { LEFTOVERS, RESTORE, remediesOf, type } from "./leftovers";
import { type Call, type Fault, FaultProxy, KILLS, type Kind, LOST, mutates } from "./proxy";
import { inParts, SAMPLED, sampled } from "./sample";
import { Eyes, SOURCE, secretName, USER, warnings } from "./stack";
import { Table, type Way } from "./table";
import { TRANSITIONS, type Transition } from "./transitions";

/*
 * Every call that changes something while an account is made, adopted, retired or closed, failing before and after
 * AWS has done it. Whole with `npm run test:faults`; elsewhere a tenth, by the seed in FAULTS_SEED.
 */

jest.setTimeout(3_600_000);

interface Case {
  readonly account: string;
  readonly fault: Call & { readonly kind: Kind };
}

/** A call that failed before AWS did it is one and the same, whatever the failure. */
const BEFORE: readonly Kind[] = ["throttled", "error 500", "cut before"];

test("the page says what to type for each thing that an apply may leave", () => {
  const page = pageText("first-rollout.md");
  const typed = Object.values(LEFTOVERS).flatMap(({ first = [], command }) => [first, command].flat());
  const commands = [...typed, RESTORE.replaceAll("<state>", "terraform.pmm-iam.tfstate")];
  expect(commands.filter((command) => !page.includes(`\`${command}\``))).toEqual([]);
});

describeE2e("faults of an account's life", () => {
  let proxy: FaultProxy;
  let lab: Lab;
  let eyes: Eyes;
  const table = new Table();
  const started = Date.now();

  beforeAll(async () => {
    proxy = await FaultProxy.start();
    lab = await startLab({ url: (aws) => proxy.standBefore(aws), env: { AWS_MAX_ATTEMPTS: "1" } });
    eyes = new Eyes(lab);
    const source = await lab.account(SOURCE);
    for (const role of ["pmm-ec2-role", "teleport-db-service"]) await makeRole(source, role);
  });

  afterAll(async () => {
    await lab?.stop();
    proxy?.stop();
    const seconds = ((Date.now() - started) / 1000).toFixed(0);
    process.stderr.write(`\n${SAMPLED}\n${table.text(TRANSITIONS.map(({ name }) => name))}\n${seconds} s\n`);
  });

  const callsOf = ({ calls }: Transition): Call[] =>
    Object.entries(calls).flatMap(([action, count]) =>
      Array.from({ length: count }, (_, at) => ({ action, turn: at + 1 })),
    );

  let made = 0;
  const nextAccount = ({ series }: Transition): string => `${series}${String(++made).padStart(10, "0")}`;

  /** Accounts as they are before the transition. */
  async function estateOf(transition: Transition, size: number, retries = false): Promise<Estate> {
    const accounts = Array.from({ length: size }, () => nextAccount(transition));
    const estate = new Estate(lab, `${transition.name}-${accounts[0]}`, accounts, retries);
    for (const account of accounts) await transition.byHand?.(await lab.account(account));
    if (transition.before !== undefined) {
      await estate.want(transition.before);
      await estate.folder.apply();
    }
    return estate;
  }

  const secretsOf = async (account: string): Promise<string[]> =>
    (await inventory(lab, [SOURCE])).filter((line) => line.endsWith(`/u${account}`));

  /** After the apply that ends well: what the accounts hold, and that there is nothing more to do. */
  async function checkEnd(transition: Transition, { folder, accounts }: Estate, held: readonly string[]) {
    const { name, leaves } = transition;
    if (leaves === "nothing") expect(await inventory(lab, accounts)).toEqual([]);
    if (name === "closed") expect(await inventory(lab, accounts)).toEqual(held);
    for (const account of accounts) {
      if (transition.calls["DeleteSecret"] !== undefined) expect(await secretsOf(account)).toEqual([]);
      if (transition.calls["CreateSecret"] !== undefined) {
        const { access_key_id } = await secretOf(await lab.account(SOURCE), secretName(account));
        const keys = await keysOf(await lab.account(account), USER);
        expect(keys).toContainEqual({ id: access_key_id, status: "Active" });
        expect(keys).toHaveLength(transition.byHand === undefined ? 1 : 2);
      }
    }
    const { code, stdout, stderr } = await folder.attempt("plan", "-no-color", "-detailed-exitcode");
    expect({ code, said: code === 0 ? "" : `${stdout}${stderr}` }).toEqual({ code: 0, said: "" });
  }

  /** The same apply again; where that does not end well, the commands that it takes. Answers who needed one. */
  async function recover(transition: Transition, { folder }: Estate): Promise<Map<string, Way>> {
    const ways = new Map<string, Way>();
    if (transition.calls["CreateAccessKey"] !== undefined) {
      for (const [account, messages] of await warnings(folder)) {
        for (const [command] of messages.join("\n").matchAll(LOST_KEY)) {
          if (transition.byHand !== undefined && (await isByHand(account, command))) continue;
          await eyes.deleteKey(account, command);
          ways.set(account, "the command for the lost key");
        }
      }
    }
    const again = await folder.attempt("apply", "-no-color", "-auto-approve");
    if (again.code === 0) return ways;
    const remedies = remediesOf(again.stderr);
    if (remedies.length === 0)
      throw new Error(`no command is known for what the apply says: ${again.stderr}`);
    for (const remedy of remedies) {
      await type(lab, remedy);
      ways.set(remedy.account, "the command for what is left");
    }
    await folder.apply();
    return ways;
  }

  const LOST_KEY = /aws iam delete-access-key --user-name \S+ --access-key-id \S+/g;
  const byHand = new Map<string, string>();
  const isByHand = async (account: string, command: string): Promise<boolean> =>
    command.endsWith(byHand.get(account) ?? "none");

  async function noteByHand({ byHand: make }: Transition, accounts: readonly string[]): Promise<void> {
    if (make === undefined) return;
    for (const account of accounts) {
      const [key] = await keysOf(await lab.account(account), USER);
      byHand.set(account, key?.id ?? "none");
    }
  }

  /** Which way a fault must be got over by: what was lost is left, and only that. */
  function expectedWay({ action, kind }: Case["fault"]): Way {
    if (!LOST.includes(kind)) return "the same apply";
    if (action === "CreateAccessKey") return "the command for the lost key";
    return action in LEFTOVERS ? "the command for what is left" : "the same apply";
  }

  /** One apply in which each account has its fault, and its recovery. */
  async function strike(transition: Transition, faults: readonly Case["fault"][], retries: boolean) {
    const estate = await estateOf(transition, faults.length, retries);
    const { folder, accounts } = estate;
    const held = await inventory(lab, accounts);
    await noteByHand(transition, accounts);
    await estate.want(transition.after);
    await folder.run("plan", "-no-color", "-out=plan");
    const cases = faults.map((fault, at) => ({ fault, account: accounts[at] ?? "" }));
    for (const { account, fault } of cases) {
      proxy.arm(account, fault);
      table.tried(transition.name, fault.kind);
    }
    const { code } = await folder.attempt("apply", "-no-color", "plan");
    expect(cases.filter(({ account }) => !proxy.struck(account)).map(({ fault }) => fault)).toEqual([]);
    if (!retries) expect(code).toBe(1);
    for (const account of accounts) proxy.arm(account);
    const ways = await recover(transition, estate);
    await checkEnd(transition, estate, held);
    for (const { account, fault } of cases) {
      const way = ways.get(account) ?? "the same apply";
      expect({ ...fault, way }).toEqual({ ...fault, way: expectedWay(fault) });
      table.ended(transition.name, fault.kind, way, fault.action);
    }
  }

  /** One apply that is killed at a call, and its recovery. */
  async function kill(transition: Transition, fault: Case["fault"]): Promise<void> {
    const estate = await estateOf(transition, 1);
    const { folder, accounts } = estate;
    const [account = ""] = accounts;
    const held = await inventory(lab, accounts);
    await noteByHand(transition, accounts);
    await estate.want(transition.after);
    const armed: Fault = { ...fault, kill: () => running.kill() };
    proxy.arm(account, armed);
    const running = folder.start("apply", "-no-color", "-auto-approve");
    expect((await running.ended).code).toBe(137);
    expect(proxy.struck(account)).toBe(true);
    proxy.arm(account);
    const state = estate.restoreState();
    // A first apply's record is gone with its state; any other moment of the same call will do.
    if (state === "lost") return kill(transition, fault);
    // What else was under way is lost too, so that any of the ways may be needed.
    const ways = await recover(transition, estate);
    await checkEnd(transition, estate, held);
    const way = ways.get(account) ?? (state === "restored" ? "the backup of the state" : "the same apply");
    table.ended(transition.name, fault.kind, way, fault.action);
  }

  describe.each(TRANSITIONS.map((transition) => [transition.name, transition] as const))(
    "%s",
    (_, transition) => {
      const calls = callsOf(transition);

      test("makes the calls that it is known for", async () => {
        const estate = await estateOf(transition, 1);
        const [account = ""] = estate.accounts;
        await estate.want(transition.after);
        proxy.arm(account);
        await estate.folder.apply();
        const actions = proxy
          .calls(account)
          .filter(mutates)
          .map(({ action }) => action);
        expect(actions.sort()).toEqual(calls.map(({ action }) => action).sort());
      });

      test("a call that fails, or whose answer is lost", async () => {
        const faults = calls.flatMap((call, at) => [
          { ...call, kind: BEFORE[at % BEFORE.length] as Kind },
          { ...call, kind: "answer lost" as const },
        ]);
        for (const part of inParts(sampled(faults))) await strike(transition, part, false);
      });

      test("a call that the provider makes again, whose first answer is lost", async () => {
        const faults = sampled(calls.map((call) => ({ ...call, kind: "lost, retried" as const })));
        for (const part of inParts(faults)) await strike(transition, part, true);
      });

      test("terraform killed at a call", async () => {
        const faults = calls.flatMap((call) => KILLS.map((kind) => ({ ...call, kind })));
        for (const fault of sampled(faults)) {
          table.tried(transition.name, fault.kind);
          await kill(transition, fault);
        }
      });
    },
  );
});
