import { cut, firstOfMany } from "../accounts/wording";
import type { KeyedUser } from "../rotation/keyed-users";
import { isAtLeast, type RdsExporter } from "./answers";
import { isForAll, PmmFailure } from "./failures";
import type { PmmInventory } from "./inventory";
import type { UserKeys } from "./keys";
import { withoutKeys } from "./withheld";

/**
 * The release of PMM from which on an agent can be given another key. Source: the release notes of 3.7.0 (PMM-14412), and
 * ChangeRDSExporterParams in api/inventory/v1/agents.proto. An older PMM ignores the fields and answers as if it were
 * done.
 */
export const FIRST_VERSION = "3.7.0";

/** A node has one service as a rule. */
const MOST_SERVICES = 3;

/** An rds_exporter by what people know it as. */
export interface NamedAgent {
  readonly agent: RdsExporter;
  /** The services on the exporter's node, or the node where there is none. */
  readonly name: string;
}

/** The agents of one user's keys. */
export interface UserAgents {
  readonly user: KeyedUser;
  readonly keys: UserKeys;
  /** They hold the newest key. */
  readonly switched: readonly NamedAgent[];
  /** They hold a key from before it. */
  readonly toSwitch: readonly NamedAgent[];
}

/** What PMM holds of the users' keys. */
export interface HeldKeys {
  readonly users: readonly UserAgents[];
  /** PMM's version where it is too old to be given keys. */
  readonly tooOld: string | undefined;
}

/** Which agents hold the users' keys. Nothing is changed. */
export async function heldKeys(inventory: PmmInventory, all: readonly UserKeys[]): Promise<HeldKeys> {
  const version = await inventory.version();
  const agents = await inventory.rdsExporters();
  const names = await inventory.serviceNames();
  // Without keys before it is cut: a part of a key would be left.
  const shown = (text: string): string => cut(withoutKeys(inventory.withoutToken(text), all));
  const named = (found: (agent: RdsExporter) => boolean): NamedAgent[] =>
    agents
      .filter(found)
      .map((agent) => ({ agent, name: nameOf(agent, names.get(agent.nodeId) ?? [], shown) }))
      .sort((a, b) => compare(a.name, b.name) || compare(a.agent.agentId, b.agent.agentId));
  return {
    tooOld: version === undefined || isAtLeast(version, [3, 7]) ? undefined : version,
    users: all.map((keys) => ({
      user: keys.user,
      keys,
      switched: named(({ keyId }) => keyId === keys.newest.id),
      toSwitch: named(({ keyId }) => keys.previousIds.has(keyId)),
    })),
  };
}

function nameOf(
  { nodeId, agentId }: RdsExporter,
  services: readonly string[],
  shown: (text: string) => string,
): string {
  return services.length > 0
    ? firstOfMany([...services].sort(compare).map(shown), MOST_SERVICES)
    : nodeId === ""
      ? `agent ${agentId} (no service)`
      : `node ${shown(nodeId)} (no service)`;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** An agent that still holds the key from before, and why. */
export interface Left {
  readonly agent: NamedAgent;
  readonly failure: PmmFailure;
}

/** What came of one user's agents. */
export interface Pushed {
  readonly user: KeyedUser;
  /** As many as hold the newest key now. */
  readonly switched: number;
  readonly left: readonly Left[];
}

/**
 * Gives the newest key to every agent that holds one from before it, one after the other. What fails for one agent keeps
 * no other from being switched; what would fail for each ends it. A second run does what is left.
 */
export async function pushKeys(inventory: PmmInventory, users: readonly UserAgents[]): Promise<Pushed[]> {
  const results: Pushed[] = [];
  let ended: PmmFailure | undefined;
  for (const { user, keys, switched, toSwitch } of users) {
    const left: Left[] = [];
    let now = 0;
    for (const agent of toSwitch) {
      const outcome: Outcome = ended ?? (await switchAgent(inventory, agent.agent, keys));
      if (outcome instanceof PmmFailure) {
        left.push({ agent, failure: outcome });
        ended ??= isForAll(outcome) ? outcome : undefined;
      } else {
        now += outcome === "switched" ? 1 : 0;
      }
    }
    results.push({ user, switched: switched.length + now, left });
  }
  return results;
}

/** `gone`: PMM no longer has the agent. */
type Outcome = "switched" | "gone" | PmmFailure;

async function switchAgent(
  inventory: PmmInventory,
  { agentId }: RdsExporter,
  { newest }: UserKeys,
): Promise<Outcome> {
  try {
    const failure = await failureOf(inventory.giveKey(agentId, newest));
    // Also after a failure: PMM may have changed the agent before it failed.
    const agent = failure !== undefined && isForAll(failure) ? failure : await inventory.rdsExporter(agentId);
    if (agent instanceof PmmFailure) {
      return agent;
    }
    if (agent === undefined) {
      return "gone";
    }
    if (agent.keyId === newest.id) {
      return "switched";
    }
    return failure === undefined || failure.kind === "not-there" ? unchanged(inventory.pmm) : failure;
  } catch (cause) {
    if (cause instanceof PmmFailure) {
      return cause;
    }
    throw cause;
  }
}

async function failureOf(work: Promise<void>): Promise<PmmFailure | undefined> {
  try {
    await work;
    return undefined;
  } catch (cause) {
    if (cause instanceof PmmFailure) {
      return cause;
    }
    throw cause;
  }
}

function unchanged(pmm: string): PmmFailure {
  return new PmmFailure(
    "unchanged",
    `PMM at ${pmm} does not change the key of an agent; expected PMM ${FIRST_VERSION} or later`,
  );
}
