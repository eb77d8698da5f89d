import type { Account, Deployment } from "../accounts/model";
import type { ModuleCall } from "./feature";
import type { Identity } from "./identity";

/** Where the consumers' files are in the output, beside the stacks. */
export const CONSUMERS_FOLDER = "consumers";

/**
 * What is on the other side of the access: Grafana, Teleport, a vendor's console. Its files are in `consumers/` of
 * the output, beside the stacks, and no Terraform reads them.
 */
export interface Consumer<Model = ConsumedAccess> {
  /** A line of `consumers/README.md` for each kind of its files. */
  readonly readme: readonly ConsumerFile[];
  /**
   * Its files by their path below `consumers/`, each of which the readme has a line for. Text with an end of line at
   * its end, and the same whatever the order in accounts.yaml. No secret is in it. An account that retires or is
   * closed has no calls, and so no part in it.
   */
  files(access: Model): ReadonlyMap<string, string>;
}

/** One kind of file, for people. */
export interface ConsumerFile {
  /** Its path below `consumers/`; `<account>` and the like are for names: `pmm/<account>.md`. */
  readonly path: string;
  /** Where it goes and what to do with it: a sentence or two, as Markdown. */
  readonly use: string;
}

/** What a consumer reads of the access model: what a feature knows of it. */
export interface ConsumedAccess {
  readonly deployment: Deployment;
  /** Every role and user that the output makes or writes on. */
  readonly identities: readonly Identity[];
  readonly stacks: readonly {
    readonly name: string;
    /** Sorted by name. An account that retires or is closed has no calls. */
    readonly accounts: readonly { readonly account: Account; readonly calls: readonly ModuleCall[] }[];
  }[];
}
