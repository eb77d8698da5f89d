import { readFileSync } from "node:fs";
import type { AccessModel } from "../../../src/access/model";
import { readAccess } from "../../../src/access/read";
import { features } from "../../../src/features";
import { FACT, type Facts, readHeld } from "./held";
import type { Lab } from "./lab";
import {
  BY_TEAM,
  emptyPart,
  NEWEST_KEY,
  type Part,
  PREVIOUS_KEY,
  partOf,
  type TeamObjects,
} from "./modelled";
import { type Held, heldIn } from "./state";
import type { Folder } from "./terraform";

/** The access model of an accounts file that the program accepts. */
export function modelOf(path: string): AccessModel {
  const source = { name: "accounts.yaml", path, text: readFileSync(path, "utf8") };
  const { access, problems } = readAccess(source, features);
  if (access === undefined) throw new Error(problems.map(({ message }) => message).join("\n"));
  return access;
}

/** An apply or a destroy of one stack. */
export interface Apply {
  readonly stack: string;
  readonly folder: Folder;
  readonly access: AccessModel;
  /** Whether nothing of the stack is to be left. */
  readonly destroys?: boolean;
}

/**
 * Compares AWS with the model after each apply of a project's stacks, both ways. AWS must hold:
 *
 * - the model of each stack, as it was when the stack was last applied, but for the descriptions of managed policies:
 *   each keeps the one that it was made with, for AWS changes none;
 * - what AWS held before this apply and no earlier apply explains: it was made by hand, and stays as it is. On a role
 *   or user that the model makes, access keys stay and every other grant goes;
 * - what the stack forgets of accounts that are closed, as it was before this apply;
 *
 * and nothing else. The stack's state must have the model's addresses and no others, each with what the model says.
 */
export class AppliedModel {
  /** What each stack may have made: the model of its last apply, then those of applies that failed since. */
  private readonly parts = new Map<string, readonly Part[]>();
  private readonly accountIds = new Set<string>();
  private readonly regions = new Set<string>();
  /** The access keys that were found to be the model's, by user. */
  private readonly ownKeys = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly lab: Pick<Lab, "account">,
    /** What the teams' modules make. */
    private readonly teams: TeamObjects = {},
  ) {}

  /** Forgets what was applied, after AWS and the states were emptied. */
  reset(): void {
    this.parts.clear();
    this.ownKeys.clear();
  }

  /** Runs an apply. Where that succeeds, fails unless AWS and the stack's state are what the model says. */
  async around<T>(apply: Apply, run: () => Promise<T>, succeeded: (result: T) => boolean): Promise<T> {
    const { stack, folder, access, destroys = false } = apply;
    const part = destroys ? emptyPart() : partOf(access, stack, this.teams);
    this.know(access);
    const before = await this.read();
    const byHand = this.madeByHand(before, part.closed);
    const earlier = this.parts.get(stack) ?? [];
    this.parts.set(stack, [...earlier, part]);
    const result = await run();
    if (succeeded(result)) {
      this.parts.set(stack, [part]);
      await this.expectHeld(byHand, descriptionsIn(before, isManagedPolicy));
      const held = await heldIn(folder);
      expectPlaced(held, part);
      differences("the output access", held.handedOn, part.handedOn);
    }
    return result;
  }

  /**
   * Compares all stacks with the model, after their objects moved from state to state. Takes them for applied, but for
   * the descriptions of roles, which name the stack before until the next apply.
   */
  async moved(access: AccessModel, stack: (name: string) => Folder): Promise<void> {
    const before = await this.read();
    const byHand = this.madeByHand(before, new Set());
    this.parts.clear();
    for (const { name } of access.stacks) this.parts.set(name, [partOf(access, name, this.teams)]);
    await this.expectHeld(
      byHand,
      descriptionsIn(before, () => true),
    );
    for (const [name, [part = emptyPart()]] of this.parts) expectPlaced(await heldIn(stack(name)), part);
  }

  /** What the accounts of a file hold now. */
  held(access: AccessModel): Promise<Facts> {
    this.know(access);
    return this.read();
  }

  /**
   * Compares all stacks with the model, after an upgrade of what another version of the program has made. `byHand` is
   * what AWS held before either. Managed policies keep their descriptions.
   */
  async upgraded(access: AccessModel, byHand: Facts, stack: (name: string) => Folder): Promise<void> {
    this.parts.clear();
    for (const { name } of access.stacks) this.parts.set(name, [partOf(access, name, this.teams)]);
    await this.expectHeld(byHand, descriptionsIn(await this.held(access), isManagedPolicy));
    for (const [name, [part = emptyPart()]] of this.parts) {
      const held = await heldIn(stack(name));
      expectPlaced(held, part);
      differences("the output access", held.handedOn, part.handedOn);
    }
  }

  private know({ deployment: { source, teleport, accounts } }: AccessModel): void {
    for (const account of [source, ...accounts]) {
      this.accountIds.add(account.accountId);
      this.regions.add(account.region);
    }
    if (teleport !== undefined) this.accountIds.add(teleport.accountId);
  }

  private read(): Promise<Facts> {
    return readHeld(this.lab, this.accountIds, this.regions);
  }

  /** What no apply so far explains. What closed accounts hold is explained no longer. */
  private madeByHand(held: Facts, closed: ReadonlySet<string>): Facts {
    const parts = [...this.parts.values()].flat();
    const byHand: Facts = new Map();
    for (const [holder, facts] of held) {
      const isMade = !closed.has(accountIn(holder)) && parts.some(({ made }) => made.has(holder));
      const written = parts.flatMap(({ written: all }) => [...(all.get(holder)?.keys() ?? [])]);
      const own = new Set([...(this.ownKeys.get(holder) ?? [])].map(FACT.key));
      const rest = [...facts].filter(([fact]) =>
        isMade ? isKey(fact) && !own.has(fact) : fact === FACT.exists || !written.includes(fact),
      );
      if (!isMade || rest.length > 0) byHand.set(holder, new Map(rest));
    }
    return byHand;
  }

  /** Fails unless AWS holds what was made by hand, the model with the descriptions that are kept, and nothing else. */
  private async expectHeld(byHand: Facts, kept: ReadonlyMap<string, string | undefined>): Promise<void> {
    const parts = [...this.parts.values()].flat();
    const expected = expectedOf(byHand, parts);
    for (const [holder, description] of kept) {
      if (description === undefined) expected.get(holder)?.delete(FACT.description);
      else expected.get(holder)?.set(FACT.description, description);
    }
    const held = await this.read();
    for (const [user, secret] of parts.flatMap(({ secretOf }) => [...secretOf]))
      this.nameKeys(held, byHand, user, secret);
    for (const [holder, facts] of expected)
      if (facts.has(BY_TEAM) && held.has(holder)) held.set(holder, new Map(facts));
    differences("AWS", linesOf(held), linesOf(expected));
  }

  /** Names a user's keys as the model does: the newest is the one that the secret holds. */
  private nameKeys(held: Facts, byHand: Facts, user: string, secret: string): void {
    const facts = held.get(user);
    const holds = held.get(secret);
    const newest = FACT.key(holds?.get(FACT.heldKey) ?? "");
    const keys = [...(facts ?? [])].filter(([fact]) => isKey(fact) && !byHand.get(user)?.has(fact));
    this.ownKeys.set(user, new Set(keys.map(([fact]) => fact.slice(FACT.key("").length))));
    for (const [fact, status] of keys) {
      const name = fact === newest ? NEWEST_KEY : PREVIOUS_KEY;
      if (facts?.has(name)) continue;
      facts?.delete(fact);
      facts?.set(name, status);
      if (fact === newest) holds?.set(FACT.heldKey, user);
    }
  }
}

function expectedOf(byHand: Facts, parts: readonly Part[]): Facts {
  // Access keys made by hand go with their user, which may go with this apply.
  const others = [...byHand].filter(([, facts]) => facts.has(FACT.exists));
  const expected: Facts = new Map(others.map(([holder, facts]) => [holder, new Map(facts)]));
  for (const [holder, facts] of parts.flatMap(({ made }) => [...made])) {
    const keys = [...(byHand.get(holder) ?? [])].filter(([fact]) => isKey(fact));
    expected.set(holder, new Map([...facts, ...keys]));
  }
  for (const [holder, facts] of parts.flatMap(({ written }) => [...written]))
    expected.set(holder, new Map([...(expected.get(holder) ?? []), ...facts]));
  return expected;
}

/** The description of each of some holders; undefined of one without. */
function descriptionsIn(
  held: Facts,
  isKept: (holder: string) => boolean,
): ReadonlyMap<string, string | undefined> {
  return new Map(
    [...held]
      .filter(([holder]) => isKept(holder))
      .map(([holder, facts]) => [holder, facts.get(FACT.description)]),
  );
}

function isManagedPolicy(holder: string): boolean {
  return /^arn:[\w-]+:iam::\d+:policy\//.test(holder);
}

function accountIn(arn: string): string {
  return arn.split(":")[4] ?? "";
}

function isKey(fact: string): boolean {
  return fact.startsWith(FACT.key(""));
}

/** Fails unless the stack's state has what the model has, at the addresses of the model. */
function expectPlaced({ places }: Held, { addresses }: Part): void {
  for (const [address, what] of addresses)
    if (what === BY_TEAM && places.has(address)) places.set(address, BY_TEAM);
  const lines = (at: ReadonlyMap<string, string>) => new Set([...at].map((place) => place.join(" is ")));
  differences("the state", lines(places), lines(addresses));
}

function linesOf(facts: Facts): ReadonlySet<string> {
  return new Set(
    [...facts].flatMap(([holder, known]) =>
      [...known].map(([fact, value]) => `${holder}: ${fact}${value === "" ? "" : ` = ${value}`}`),
    ),
  );
}

function differences(where: string, is: ReadonlySet<string>, modelled: ReadonlySet<string>): void {
  const only = (some: ReadonlySet<string>, others: ReadonlySet<string>) =>
    [...some].filter((line) => !others.has(line)).sort();
  const [more, less] = [only(is, modelled), only(modelled, is)];
  if (more.length + less.length === 0) return;
  throw new Error(
    [
      `the model is not what is in ${where}`,
      ...more.map((line) => `only in ${where}: ${line}`),
      ...less.map((line) => `only in the model: ${line}`),
    ].join("\n"),
  );
}
