import { DEFAULT_NAME, stackName } from "../accounts/names";
import { accountsFilesBeside, otherAccountsFiles } from "../accounts/other-files";
import type { Problem } from "../accounts/problem";
import type { SourceText } from "../accounts/source-text";
import { valueAt } from "../accounts/values";
import type { Feature } from "../features/feature";
import { readOther } from "./other-deployments";

/** Another accounts file that a stack is of, or may be of. */
export interface StackOwner {
  /** From the repository's root. */
  readonly file: string;
  /** Whether it is known to be. Where the file has errors, its stacks are not known. */
  readonly isKnown: boolean;
}

/** What is known of another accounts file. */
interface OtherFile {
  readonly file: string;
  /** undefined where the file has errors. */
  readonly stacks: readonly string[] | undefined;
  /** The names that its deployment may have; undefined: any. */
  readonly names: readonly string[] | undefined;
}

/**
 * Finds the other accounts file of the repository that a stack is of, by its list of stacks or, where that deployment
 * has the longer name, by its name; of a file with errors, all that its deployment may be called counts.
 */
export function stackOwners(
  path: string,
  deployment: string,
  features: readonly Feature[],
): (stack: string) => StackOwner | undefined {
  const sources = [...accountsFilesBeside(path), ...otherAccountsFiles(path)];
  const others = sources.flatMap((source) => otherFile(source, features) ?? []);
  return (stack) => {
    const isWithin = (name: string): boolean =>
      stack === stackName(name) || stack.startsWith(stackName(name, ""));
    const known = others.find(
      ({ stacks, names = [] }) =>
        stacks?.includes(stack) ||
        (stacks !== undefined && names.some((name) => name.length > deployment.length && isWithin(name))),
    );
    const possible = others.find(
      ({ stacks, names }) => stacks === undefined && (names?.some(isWithin) ?? true),
    );
    const owner = known ?? possible;
    return owner && { file: owner.file, isKnown: owner === known };
  };
}

/** undefined where it is no accounts file. */
function otherFile(source: SourceText | Problem, features: readonly Feature[]): OtherFile | undefined {
  if ("severity" in source) {
    return { file: source.file, stacks: undefined, names: undefined };
  }
  const { name: file } = source;
  const { access, parsed } = readOther(source, features);
  if (access !== undefined) {
    return { file, stacks: access.stacks.map(({ name }) => name), names: [access.deployment.name] };
  }
  const plain = parsed.document?.plain;
  const isAccounts =
    source.suggestedName === undefined ||
    plain === undefined ||
    ["accounts", "source"].some((key) => valueAt(plain, [key]) !== undefined);
  return isAccounts ? { file, stacks: undefined, names: namesOf(source, plain) } : undefined;
}

/** The names that a file with errors may give its deployment: more than one after a merge; undefined: any. */
function namesOf({ text, suggestedName }: SourceText, plain: unknown): string[] | undefined {
  const name = valueAt(plain, ["name"]);
  if (typeof name === "string") {
    return [name];
  }
  const written = [...text.matchAll(/^(["']?)name\1\s*:(.*)$/gm)].map(
    ([, , value = ""]) => /^\s*(["']?)([\w-]+)\1\s*(?:#.*)?$/.exec(value)?.[2],
  );
  if (written.length > 0) {
    const names = written.filter((value) => value !== undefined);
    return names.length === written.length ? names : undefined;
  }
  const mayTakeDefault = suggestedName === undefined && !text.trimStart().startsWith("{");
  return mayTakeDefault ? [DEFAULT_NAME] : undefined;
}
