import { type ManagedPolicy, READERS } from "./judge";

/** What a policy says of the actions that AWS's own readers may call, for the review of the third parties' Deny. */
export interface ReadersActions {
  /** The names of the policies, as AWS has them. */
  readonly policies: readonly string[];
  /** The patterns that one of them allows, sorted, each once, as AWS writes them. */
  readonly actions: readonly string[];
}

/** The actions of AWS's policies for those who only read. Throws where one of them is missing or allows by NotAction. */
export function readersActions(policies: readonly ManagedPolicy[]): ReadersActions {
  const actions = READERS.flatMap((name) => {
    const statements = [policies.find((policy) => policy.name === name)?.document.Statement ?? []].flat();
    if (statements.length === 0 || statements.some(({ NotAction }) => NotAction !== undefined)) {
      throw new Error(`${name} was not found, or allows by NotAction; expected a list of actions`);
    }
    return statements
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action }) => [Action ?? []].flat());
  });
  return { policies: READERS, actions: [...new Set(actions)].sort() };
}
