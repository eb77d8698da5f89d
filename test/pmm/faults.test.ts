import { LIMITS, PmmConnection } from "../../src/pmm/connection";
import { PmmFailure } from "../../src/pmm/failures";
import { PmmInventory } from "../../src/pmm/inventory";
import type { UserKeys } from "../../src/pmm/keys";
import { heldKeys, type Pushed, pushKeys } from "../../src/pmm/push";
import type { KeyedUser } from "../../src/rotation/keyed-users";
import { agent, keyOf } from "../commands/pmm-lab";
import { type Fault, PmmServer, type Settings, TOKEN } from "../support/pmm-server";

/*
 * What goes wrong at one of the calls keeps no agent from being switched by a run after it, and touches no other agent.
 */

let pmm: PmmServer;
afterEach(async () => {
  expect(pmm.violations).toEqual([]);
  await pmm.stop();
});

// Which user it is matters to messages alone.
const user = (name: string) => ({ account: { name } }) as KeyedUser;

const keys = (name: string, generation: number): UserKeys => ({
  user: user(name),
  newest: keyOf(name, generation),
  previousIds: new Set([keyOf(name, generation - 1).id]),
  notes: [],
});

async function start(settings: Settings = {}): Promise<void> {
  pmm = await PmmServer.start({ slowness: 1_000, ...settings });
  const held = [
    agent(1, keyOf("billing", 1).id),
    agent(2, keyOf("orders", 2).id),
    agent(3, keyOf("billing", 1).id),
    agent(4, "AKIAOFANOTHERACCOUNT"),
    agent(5),
    // An old key that is no longer known: not for this program to decide.
    agent(6, keyOf("orders", 1).id),
  ];
  for (const one of held) {
    pmm.agents.set(one.agent_id, one);
  }
}

/** A run on its own; undefined where it ended before anything was changed. */
async function push(
  all = [keys("billing", 2), keys("orders", 3)],
  { request } = LIMITS,
): Promise<Pushed[] | PmmFailure> {
  const limits = { ...LIMITS, request, pause: 1 };
  const inventory = new PmmInventory(new PmmConnection({ url: pmm.url, token: TOKEN }, limits));
  try {
    return await pushKeys(inventory, (await heldKeys(inventory, all)).users);
  } catch (cause) {
    if (cause instanceof PmmFailure) {
      return cause;
    }
    throw cause;
  }
}

const SWITCHED = [keyOf("billing", 2), keyOf("orders", 3), keyOf("billing", 2)];

function expectSwitched(): void {
  const expected = [
    ...SWITCHED.map(({ id }, index) => agent(index + 1, id)),
    agent(4, "AKIAOFANOTHERACCOUNT"),
    agent(5),
    agent(6, keyOf("orders", 1).id),
  ];
  expect([...pmm.agents.values()]).toEqual(expected);
  expect(new Map(pmm.secrets)).toEqual(
    new Map(SWITCHED.map(({ secret }, index) => [agent(index + 1).agent_id, secret])),
  );
}

const isDone = (result: Pushed[] | PmmFailure): boolean =>
  Array.isArray(result) && result.every(({ left }) => left.length === 0);

/** The calls of a run without faults: the version, the agents, the services; then each change, and a look at it. */
const CALLS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

const FAULTS: readonly Fault[] = [
  "cut before",
  "cut after",
  "truncated",
  "slow",
  { status: 429 },
  { status: 503 },
  { status: 503, after: true },
  { status: 500 },
  { status: 500, after: true },
  { status: 400 },
  { status: 401 },
  { status: 403 },
  { status: 404 },
  { answer: "<html>" },
  { answer: "{" },
  { answer: "[]" },
  { answer: "null" },
  { answer: '{"rds_exporter": {}}' },
];

test.each(FAULTS)("%j at any call: the next run finishes", async (fault) => {
  for (const call of CALLS) {
    await start();
    pmm.faults = { [call]: fault };
    await push(undefined, fault === "slow" ? { ...LIMITS, request: 500 } : LIMITS);
    pmm.forget();
    expect(isDone(await push())).toBe(true);
    expectSwitched();
    expect(pmm.violations).toEqual([]);
    if (call !== CALLS.at(-1)) {
      await pmm.stop();
    }
  }
});

test.each<Fault>(["cut before", "cut after", "truncated", { status: 429 }, { status: 503, after: true }])(
  "%j at every other request: one run is enough",
  async (fault) => {
    await start();
    pmm.faults = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [2 * index + 1, fault]));
    expect(isDone(await push())).toBe(true);
    expectSwitched();
  },
);

test("a run that changes one agent and then ends: what is left is said, and the next run does it alone", async () => {
  await start();
  pmm.faults = { 6: { status: 401 } };
  const result = await push();
  expect(result).toMatchObject([
    { switched: 1, left: [{ failure: { kind: "refused-token" } }] },
    { switched: 0, left: [{ failure: { kind: "refused-token" } }] },
  ]);
  // Nothing is asked with a token that is refused.
  expect(pmm.calls).toHaveLength(6);
  pmm.forget();
  expect(await push()).toMatchObject([
    { switched: 2, left: [] },
    { switched: 1, left: [] },
  ]);
  expect(pmm.calls.filter((call) => call === "change")).toHaveLength(2);
  expectSwitched();
});

test("one agent that PMM cannot change keeps no other from being switched", async () => {
  await start();
  pmm.faults = { 4: { status: 500 } };
  expect(await push()).toMatchObject([
    {
      switched: 1,
      left: [{ agent: { agent: { agentId: agent(1).agent_id } }, failure: { kind: "failing" } }],
    },
    { switched: 1, left: [] },
  ]);
});

test("an agent that is removed meanwhile is not left", async () => {
  await start();
  const inventory = new PmmInventory(new PmmConnection({ url: pmm.url, token: TOKEN }));
  const { users } = await heldKeys(inventory, [keys("billing", 2)]);
  pmm.agents.delete(agent(1).agent_id);
  expect(await pushKeys(inventory, users)).toMatchObject([{ switched: 1, left: [] }]);
});

test.each([404, 405, 501])("PMM that has no such change (%d)", async (status) => {
  await start();
  pmm.faultOf = { change: { status } };
  expect(await push([keys("billing", 2)])).toMatchObject([
    { switched: 0, left: [{ failure: { kind: "unchanged" } }, { failure: { kind: "unchanged" } }] },
  ]);
});

test("PMM that answers as if it changed the key, and did not", async () => {
  await start({ ignoresKeys: true });
  expect(await push([keys("billing", 2)])).toMatchObject([
    { switched: 0, left: [{ failure: { kind: "unchanged" } }, { failure: { kind: "unchanged" } }] },
  ]);
});

test("PMM that says no version is asked all the same", async () => {
  await start();
  pmm.faultOf = { version: { status: 404 } };
  expect(isDone(await push())).toBe(true);
  expectSwitched();
});
