import type { AccessModel } from "../access/model";
import { snapshotOf } from "../changes/snapshot";
import type { State } from "../changes/state";
import { StateEvidence } from "../changes/state-evidence";
import type { StateKey, StateKeys } from "../changes/state-keys";
import type { Identity, KeySecret } from "../features/identity";
import type { FoundKey, FoundKeys, LeftModule } from "./report";

const DAY = 24 * 60 * 60 * 1000;

/** What the given states say of what the file asks for. Without states nothing is known, and all answers are null. */
export class GivenStates {
  /** Sorted. */
  readonly stacks: readonly string[];
  private readonly evidence: StateEvidence;
  private readonly keys: ReadonlyMap<string, StateKeys>;
  private readonly addresses = new Map<string, ReadonlySet<string>>();

  constructor(
    states: readonly State[],
    private readonly access: AccessModel,
    private readonly today: Date,
  ) {
    const head = snapshotOf(access);
    this.evidence = new StateEvidence(states, { base: head, head }, access.features);
    for (const { name } of access.stacks) {
      const objects = this.evidence.objectsOfStack(name);
      if (objects !== undefined) {
        this.addresses.set(name, new Set(objects));
      }
    }
    this.stacks = [...this.addresses.keys()].sort();
    this.keys = new Map(states.flatMap(({ keys }) => keys.map((found) => [found.module, found])));
  }

  /** Why a state cannot be used: it is of another deployment, or empty. */
  problems(): readonly string[] {
    return [...this.evidence.problems()];
  }

  isApplied({ stack, address }: Identity): boolean | null {
    const known = this.addresses.get(stack);
    return known === undefined || address === undefined ? null : known.has(address);
  }

  keysOf({ address }: KeySecret): FoundKeys | null {
    const found = this.keys.get(address.replace(/\.aws_secretsmanager_secret\.key$/, ""));
    return found === undefined
      ? null
      : {
          managed: found.managed.map((key) => this.foundKey(key)).sort(newestFirst),
          unmanaged: found.unmanaged.map((key) => this.foundKey(key)),
        };
  }

  /** The modules that the states hold and the file no longer calls, sorted. */
  left(): LeftModule[] {
    const asked = new Set(
      this.access.stacks.flatMap(({ accounts }) =>
        accounts.flatMap(({ calls, forgotten }) => [...calls, ...forgotten].map(({ name }) => name)),
      ),
    );
    return [...this.addresses].flatMap(([stack, addresses]) => {
      const objects = new Map<string, number>();
      for (const address of addresses) {
        const module = /^module\.([\w-]+)/.exec(address)?.[1];
        if (module !== undefined && !asked.has(module)) {
          objects.set(module, (objects.get(module) ?? 0) + 1);
        }
      }
      return [...objects].sort().map(([module, count]) => ({ stack, module, objects: count }));
    });
  }

  private foundKey({ generation, isActive, madeAt }: StateKey): FoundKey {
    const made = madeAt === undefined ? Number.NaN : Date.parse(madeAt);
    const isKnown = !Number.isNaN(made);
    return {
      generation: generation ?? null,
      is_active: isActive,
      made_on: isKnown ? new Date(made).toISOString().slice(0, 10) : null,
      age_days: isKnown ? Math.max(0, Math.floor((this.today.getTime() - made) / DAY)) : null,
    };
  }
}

function newestFirst(a: FoundKey, b: FoundKey): number {
  return (b.generation ?? 0) - (a.generation ?? 0);
}
