import type { Aws } from "./aws";
import type { State, Value } from "./values";

/**
 * What is particular to one resource type; the mechanism around it (resources.ts)
 * is the same for all. The functions work on a draft of the state and fill in
 * what AWS says, as the provider's own do; once `id` is set the object exists,
 * and a failure after that leaves it in the state, tainted.
 */
export interface ResourceType {
  /** Attributes whose change needs a new object. */
  readonly replace: readonly string[];
  /** Attributes that need a new object only once their new value is known. Left out: none. */
  readonly awaits?: (attribute: string) => boolean;
  /** Values of optional attributes that are left out. */
  readonly defaults?: Readonly<Record<string, Value>>;
  /** Attributes that hold policy documents: equal in meaning is no change. */
  readonly documents?: readonly string[];
  /** Of the provider's newer half, which tells null from empty and holds to its plan. */
  readonly framework?: boolean;
  /** Has tags and tags_all, set with these. */
  readonly tagging?: Tagging;
  /** Whether creating answers all there is to know, so that nothing is read afterwards. */
  readonly createTells?: boolean;
  /** What is wrong with a configuration, as the provider itself would find without calling AWS. */
  problems?(config: State): string[];
  create(aws: Aws, draft: State, config: State): Promise<void>;
  /**
   * The calls by which the provider waits until AWS shows what was created, before it reads it: here they find it at
   * once, and a fault may hit them. Left out: none.
   */
  created?(aws: Aws, draft: State): Promise<unknown>;
  /** Whether the object is there; the tags that AWS holds go to the draft's `tags_all`. */
  read(aws: Aws, draft: State): Promise<boolean>;
  /** Left out: every change needs a new object, or only tags change. */
  update?(aws: Aws, draft: State, prior: State): Promise<void>;
  delete(aws: Aws, state: State): Promise<void>;
  /** The part of the state that an import id tells; the rest is read. */
  import(aws: Aws, id: string): State | Promise<State>;
}

export interface Tagging {
  tag(aws: Aws, state: State, tags: { Key: string; Value: string }[]): Promise<unknown>;
  untag(aws: Aws, state: State, keys: string[]): Promise<unknown>;
}

/** A data source: from its configuration to what AWS says. */
export type DataSource = (aws: Aws, config: State) => Promise<State>;
