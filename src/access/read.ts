import type { DocumentResult } from "../accounts/document";
import { loadAccounts } from "../accounts/load";
import { type Problem, sortProblems, withoutRepeated } from "../accounts/problem";
import type { SourceText } from "../accounts/source-text";
import type { Feature } from "../features/feature";
import { AccessModel } from "./model";
import { ACCESS_RULES, type AccessRule } from "./rules";

/** What an accounts file grants, or why it cannot be used. Warnings come with a model too. */
export interface Access {
  /** undefined when at least one problem is an error. */
  readonly access?: AccessModel;
  /** Sorted by place. */
  readonly problems: readonly Problem[];
}

export interface ReadOptions {
  /** Rules beside the model's own; they are asked once the file alone is right. */
  readonly judge?: readonly AccessRule[];
  /** The text, where it is parsed already. */
  readonly parsed?: DocumentResult | undefined;
}

/** Reads accounts.yaml into the access model. */
export function readAccess(
  source: SourceText,
  features: readonly Feature[],
  { judge = [], parsed }: ReadOptions = {},
): Access {
  const { valid, problems } = loadAccounts(source, features, parsed);
  if (valid === undefined) {
    return { problems };
  }
  const access = new AccessModel(valid.deployment, features);
  const found = [...ACCESS_RULES, ...judge].flatMap((rule) =>
    [...rule(access, valid.cite)].map(valid.locate),
  );
  const all = sortProblems(withoutRepeated([...problems, ...found]));
  return all.some(({ severity }) => severity === "error") ? { problems: all } : { access, problems: all };
}
