import type { AccessModel } from "../../access/model";
import type { Snapshot } from "../../changes/snapshot";
import { StateEvidence } from "../../changes/state-evidence";
import { Explanations } from "./explained";
import type { PlannedChange } from "./plan";

/** A change of the file, as plans are judged by it. */
export interface FileChange {
  readonly base: Snapshot;
  readonly head: Snapshot;
  readonly before: readonly AccessModel[];
  readonly after: AccessModel;
}

/** Says of a planned change whose object it is, whether that is to go, and whether the file explains the change. */
export class Sides {
  private readonly evidence: StateEvidence;
  private readonly explanations: Explanations;

  constructor(private readonly change: FileChange) {
    this.evidence = new StateEvidence([], change, change.after.features);
    this.explanations = new Explanations(change.before, change.after);
  }

  /** The names of the accounts that the object may belong to; none: the source account, or unknown. */
  accountsOf(planned: PlannedChange): string[] {
    const { base, head } = this.change;
    const names = new Map([...base.accounts, ...head.accounts].map(({ alias, name }) => [alias, name]));
    return this.ownersOf(planned).map((alias) => names.get(alias) ?? alias);
  }

  /** Whether all whose it may be leave, so that it is to be destroyed: the account, or the user alone. */
  leaves(planned: PlannedChange): boolean {
    const owners = this.ownersOf(planned);
    const instance = instanceOf(planned);
    return (
      owners.length > 0 &&
      owners.every((alias) => this.accountLeaves(alias) || this.userLeaves(alias, instance))
    );
  }

  isExplained(planned: PlannedChange): boolean {
    return this.explanations.explains(instanceOf(planned));
  }

  private accountLeaves(alias: string): boolean {
    const { base, head } = this.change;
    const of = ({ accounts }: Snapshot) => accounts.find((account) => account.alias === alias);
    return (of(head) ?? of(base))?.lifecycle !== "active";
  }

  /** Whether the instance is that of a user which retires, though its account stays. */
  private userLeaves(alias: string, instance: string | undefined): boolean {
    return this.change.head.accounts
      .filter((account) => account.alias === alias)
      .some(({ users, instances }) =>
        users.some(
          ({ retiring, setting }) =>
            retiring && instances.some(({ key, module }) => key === setting.keys[0] && module === instance),
        ),
      );
  }

  private ownersOf(planned: PlannedChange): string[] {
    const { address } = planned;
    return [...this.evidence.ownersOf({ address, module: instanceOf(planned), alias: undefined })].sort();
  }
}

/** The module instance at the root of the stack; undefined: at the root itself. */
export function instanceOf({ address }: PlannedChange): string | undefined {
  return /^module\.([\w-]+)/.exec(address)?.[1];
}
