import pico from "picocolors";
import { parse } from "yaml";
import { type Access, readAccess } from "../../src/access/read";
import type { AccessRule } from "../../src/access/rules";
import { formatProblem } from "../../src/accounts/problem-lines";
import { accessAtBase } from "../../src/changes/access-at-base";
import { absent, type Base, baseOf, wholeOf } from "../../src/changes/base";
import { readBaseFile } from "../../src/changes/base-file";
import { judgeSince } from "../../src/changes/judge";
import { Runbook } from "../../src/changes/runbook";
import { parseState } from "../../src/changes/state";
import { features } from "../../src/features";

/** A file with these entries under `accounts`, which begin in line 7. */
export function accountsFile(entries: readonly string[], { source = "", defaults = "" } = {}): string {
  return `source:
  account_id: "111111111111"
  pmm_ec2_role_name: pmm-ec2-role${source}
defaults:
  admin_role_name: Admin${defaults}
accounts:
${entries.map((entry) => `  - {${entry}}\n`).join("")}`;
}

export interface Judged {
  readonly before: string | undefined;
  readonly after: string;
  /** The git ref of the text before; `main` without it. */
  readonly ref?: string;
  /** Where relative paths start, in both texts. */
  readonly folder?: string;
  /** The rules that are let pass. */
  readonly allowed?: readonly string[];
  /** Texts of states, each with the stack that it is given for. */
  readonly states?: readonly (readonly [stack: string | undefined, text: string])[];
}

function before(text: string | undefined, ref: string): Base {
  const commit = { root: "/", ref, id: "0".repeat(40), isContained: true };
  const path = "accounts.yaml";
  return text === undefined
    ? absent(commit, path)
    : baseOf(commit, [wholeOf(readBaseFile(commit, { path, bytes: Buffer.from(text) }, features))]);
}

/** Judges a change between two texts the way check does. */
export function judge({
  before: text,
  after,
  ref = "main",
  states = [],
  allowed = [],
  folder,
}: Judged): Access {
  const base = before(text, ref);
  const read = (file: string, judge: readonly AccessRule[] = []): Access =>
    readAccess({ name: "accounts.yaml", path: `${folder ?? ""}/accounts.yaml`, text: file }, features, {
      judge,
    });
  // What the base names is in no commit here.
  const granted = folder === undefined || text === undefined ? undefined : read(text).access;
  const given = {
    runbook: new Runbook({}),
    allowed: new Set(allowed),
    states: states.map(([stack, text]) => parseState(text, "state.json", stack)),
    before: granted === undefined ? accessAtBase(base, features) : [granted],
    plain: parse(after),
  };
  return read(after, [(access) => judgeSince(base, access, given)]);
}

/** What is said of a base that breaks a rule of today. */
export const NOT_JUDGED = expect.stringMatching(
  /^6:1 warning: who gains access is not judged: accounts\.yaml at main breaks a rule of this version, so no change from it can be compared \(.*\); compare with a commit where it is right: --base <commit> \[base\]$/,
);

/** `8:30 error: ... [rule]` for each problem; the commands that follow it as lines of their own. */
export function judgedLines(change: Judged): string[] {
  return judge(change).problems.flatMap(({ sourceLine: _, ...problem }) =>
    formatProblem(problem, pico.createColors(false))
      .replace(/^accounts\.yaml:(\d+:\d+):/, "$1")
      .split("\n"),
  );
}

/** A state that holds nothing but its guard, which says of which stack it is. */
export function guarded(stack: string): string {
  const values = { output: "pmm-iam", triggers_replace: stack };
  const guard = { address: "terraform_data.deployment", mode: "managed", values };
  return JSON.stringify({ format_version: "1.0", values: { root_module: { resources: [guard] } } });
}

/** A state as `terraform show -json` prints it, with managed objects at these addresses. */
export function shownState(...addresses: readonly string[]): string {
  const inModule = (name: string) => ({
    address: `module.${name}`,
    resources: addresses
      .filter((address) => address.startsWith(`module.${name}.`))
      .map((address) => ({ address, mode: "managed", type: "aws_iam_role" })),
  });
  const names = [...new Set(addresses.flatMap((address) => /^module\.(\w+)/.exec(address)?.[1] ?? []))];
  return JSON.stringify({
    format_version: "1.0",
    terraform_version: "1.11.4",
    values: {
      root_module: {
        resources: addresses
          .filter((address) => !address.startsWith("module."))
          .map((address) => ({ address, mode: "managed" })),
        child_modules: names.map(inModule),
      },
    },
  });
}
