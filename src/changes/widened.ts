import type { AccessModel } from "../access/model";
import type { ChangeRule } from "../accounts/effects";
import type { Path } from "../accounts/problem";
import { valueAt } from "../accounts/values";
import type { Row, Where } from "../diff/row";
import { identitiesIn } from "../diff/where";
import type { Identity } from "../features/identity";

/** The rules on what a change widens, by the names in brackets at the end of their warnings. */
export type WideningRule = Extract<
  ChangeRule,
  | "outside-principal-added"
  | "monitor-principal-added"
  | "data-deny-off"
  | "db-users-opened"
  | "key-addresses-opened"
  | "reader-added"
>;

/** What a change widens that nobody means by accident. */
export interface Widened {
  readonly rule: WideningRule;
  /** Where today's file does it. */
  readonly path: Path;
  readonly on?: "key";
  /** The row of diff, as far as it is this; undefined where only the identity at `where` is meant. */
  readonly row?: Row;
  readonly where: Where;
}

/** What the two sides of a change grant. */
export class Sides {
  private readonly were: ReadonlyMap<string, Identity>;
  private readonly are: ReadonlyMap<string, Identity>;
  private readonly keyed: ReadonlyMap<string, Identity>;
  private readonly ownAccounts: ReadonlySet<string>;

  constructor(
    readonly before: readonly AccessModel[],
    readonly after: AccessModel,
    /** Today's file as plain data. */
    private readonly plain: unknown,
  ) {
    this.were = identitiesIn(before);
    this.are = identitiesIn([after]);
    this.keyed = new Map(
      after.identities.flatMap((identity) =>
        identity.keys === undefined
          ? []
          : [[`${identity.accountId} ${identity.keys.secret.name}`, identity] as const],
      ),
    );
    const { source, accounts } = after.deployment;
    this.ownAccounts = new Set([source.accountId, ...accounts.map(({ accountId }) => accountId)]);
  }

  /** The identity that a row is about, as it is now. */
  identityOf({ kind, where }: Row): Identity | undefined {
    return kind === "read_key"
      ? this.keyed.get(`${where.account_id} ${where.target}`)
      : this.are.get(where.target);
  }

  /** The same role or user before. */
  earlier({ arn }: Identity): Identity | undefined {
    return this.were.get(arn);
  }

  /** Whether an account is one of the file's. */
  isOwn(accountId: string): boolean {
    return this.ownAccounts.has(accountId);
  }

  /** The place of an item in a list of today's file; undefined where the list does not have it. */
  placeIn(list: Path, isMeant: (item: unknown) => boolean): Path | undefined {
    const items = valueAt(this.plain, list);
    const index = Array.isArray(items) ? items.findIndex(isMeant) : -1;
    return index < 0 ? undefined : [...list, index];
  }

  /** A value of today's file. */
  valueAt(path: Path): unknown {
    return valueAt(this.plain, path);
  }
}
