import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { blocksOf } from "../../readme/blocks";
import { afterStep } from "../../rotation/planned";
import { ROOT } from "../harness/tools";

/*
 * A page's fenced blocks, by the comment that stands before each:
 *
 *   <!-- run -->                        commands, which end with 0
 *   <!-- run: as check prints it -->    the same, word for word what check prints for the page's accounts.yaml
 *   <!-- run: refused -->               commands, of which the last does not
 *   <!-- run: on the PMM host -->       commands there, with the PMM role's credentials
 *   <!-- run: where ... -->             commands for one case, which only the test of that case runs
 *   <!-- output -->                     lines that the commands before must have printed, in this order and without
 *                                       others in between; ... stands for anything in a line, and for any lines
 *   <!-- accounts.yaml -->              the whole file
 *   <!-- part of accounts.yaml -->      keys, or entries by their name, that replace those in the file
 *   <!-- out of accounts.yaml -->       entries that leave the file
 *   <!-- ~/.aws/config -->              the profiles that commands name
 */

export interface Step {
  readonly kind: "run" | "output" | "file" | "part" | "out" | "profiles";
  /** Of commands: "refused", "on the PMM host", "as check prints it" or nothing. */
  readonly how: string;
  /** The case that it is for; undefined for what everyone does. */
  readonly where: string | undefined;
  readonly text: string;
  readonly line: number;
}

const KINDS: Readonly<Record<string, Step["kind"]>> = {
  output: "output",
  "accounts.yaml": "file",
  "part of accounts.yaml": "part",
  "out of accounts.yaml": "out",
  "~/.aws/config": "profiles",
};

/** The pages that are followed to the letter, in the order in which an account lives. */
export const FOLLOWED = [
  "first-rollout.md",
  "onboard-an-account.md",
  "adopt.md",
  "rotate-a-key.md",
  "access-review.md",
  "move-to-another-group.md",
  "retire-an-account.md",
  "account-closed.md",
  "two-deployments.md",
];

export const DOCS = join(ROOT, "docs");

/** The pages whose commands this suite runs. */
export function pages(): string[] {
  return readdirSync(DOCS).filter((name) => name.endsWith(".md"));
}

export function pageText(page: string): string {
  return readFileSync(join(DOCS, page), "utf8");
}

/** Every block of a page. One without a comment that is known fails: what a page tells to type is run. */
export function stepsOf(page: string): Step[] {
  let where: string | undefined;
  return blocksOf(pageText(page)).map(({ marker = "", text, line, language }) => {
    const run = /^run(?:: (?:where (.+)|(refused|on the PMM host|as check prints it)))?$/.exec(marker);
    const kind = run === null ? KINDS[marker] : "run";
    if (kind === undefined || (kind === "run") !== (language === "sh"))
      throw new Error(`docs/${page}:${line + 1}: a block of ${language} after "${marker}" is not known here`);
    // An output is of the case that its commands are of.
    if (kind !== "output") where = run?.[1];
    return { kind, how: run?.[2] ?? "", where, text, line: line + 1 };
  });
}

interface Entry {
  readonly name: string;
}

type Accounts = Readonly<Record<string, unknown>> & { readonly accounts: readonly Entry[] };

/** accounts.yaml as a step of a page leaves it. */
export function edited(
  is: string,
  { kind, text }: { readonly kind: "file" | "part" | "out"; readonly text: string },
): string {
  if (kind === "file") return text;
  const file = parse(is) as Accounts;
  const part: unknown = parse(text);
  const { accounts = [], ...rest } = Array.isArray(part) ? { accounts: part as Entry[] } : (part as Accounts);
  const named = new Map(file.accounts.map((entry) => [entry.name, entry]));
  for (const entry of accounts) {
    if (kind === "out") named.delete(entry.name);
    else named.set(entry.name, entry);
  }
  return stringify({ ...file, ...rest, accounts: [...named.values()] });
}

/** accounts.yaml as the commands of a step leave it: of them, `rotate` edits it. */
function rotated(is: string, commands: string): string {
  return [...commands.matchAll(/^npx pmm-iam rotate ([\w-]+)(?: --(finish|revoke))?$/gm)].reduce(
    (text, [, name = "", step]) =>
      afterStep(text, step === "finish" || step === "revoke" ? step : "raise", [name]),
    is,
  );
}

/** accounts.yaml before and after a page, once all pages before it were followed. */
export function accountsFilesOf(page: string): { readonly before: string; readonly after: string } {
  const changed = (is: string, of: string): string =>
    stepsOf(of).reduce(
      (file, { kind, text, where }) =>
        where !== undefined
          ? file
          : kind === "run"
            ? rotated(file, text)
            : kind === "file" || kind === "part" || kind === "out"
              ? edited(file, { kind, text })
              : file,
      is,
    );
  const before = FOLLOWED.slice(0, FOLLOWED.indexOf(page)).reduce(changed, "");
  return { before, after: changed(before, page) };
}
