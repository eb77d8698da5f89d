import { join } from "node:path";
import { type StackOwner, stackOwners } from "../access/stack-owners";
import { shellPath } from "../accounts/shell";
import type { Feature } from "../features/feature";
import { lockInOutput, outputName } from "../provider-locks/in-output";
import { KeptLocks, keptName, LOCKS_FOLDER, type Lock } from "../provider-locks/kept-locks";
import type { LockProblem } from "../provider-locks/lock-file";
import { readAccounts } from "./read-accounts";
import { reportError, reportNote, reportResult } from "./report";
import { EXIT_USER } from "./run";

export interface LockOptions {
  /** Whether nothing is written, and a difference is a failure. */
  readonly check?: boolean | undefined;
  /** The output folder. */
  readonly output: string;
}

/** How a stack's kept lock file compares with what Terraform wrote. */
type Status =
  /** Nothing is kept yet. */
  | "new"
  | "changed"
  | "same"
  /** The output has none: `terraform init` did not run there. What is kept stays. */
  | "kept"
  /** Neither is there. */
  | "missing"
  /** One of the two cannot be used. */
  | "refused"
  /** The stack is gone. */
  | "gone"
  /** The stack is not of this deployment now, and may be of another one, whose accounts file has errors. */
  | "held";

interface Compared {
  readonly stack: string;
  readonly status: Status;
  /** What is to be kept. */
  readonly bytes?: Buffer;
  /** The accounts file that it may be of. */
  readonly holder?: string;
  /** The file that cannot be used, and why. */
  readonly problem?: LockProblem & { readonly file: string };
}

/** Copies the stacks' lock files from the output to the folder beside accounts.yaml. Returns the exit code. */
export function lock(features: readonly Feature[], { check = false, output }: LockOptions): number {
  const read = readAccounts(features, { judgesLocks: false });
  if (read === undefined) {
    return EXIT_USER;
  }
  const { access, text } = read;
  const kept = new KeptLocks(text.path);
  const ofFolder = kept.problem();
  if (ofFolder !== undefined) {
    reportError(`${LOCKS_FOLDER}: ${ofFolder.message}`);
    return EXIT_USER;
  }
  const names = access.stacks.map(({ name }) => name);
  const compared = [
    ...names.map((stack) => compare(stack, kept.read(stack), lockInOutput(output, stack), output)),
    ...goneStacks(kept, access.deployment.name, new Set(names), () =>
      stackOwners(text.path, access.deployment.name, features),
    ),
  ];
  if (!check) {
    carryOut(kept, compared);
  }
  report(compared, { check, output });
  return compared.some(({ status }) => fails(status, check)) || isUnlocked(compared) ? EXIT_USER : 0;
}

function compare(stack: string, kept: Lock | undefined, written: Lock | undefined, output: string): Compared {
  if (written !== undefined && "problem" in written) {
    const file = join(output, outputName(stack));
    return { stack, status: "refused", problem: { ...written.problem, file } };
  }
  if (kept !== undefined && "problem" in kept && written === undefined) {
    return { stack, status: "refused", problem: { ...kept.problem, file: keptName(stack) } };
  }
  if (written === undefined) {
    return { stack, status: kept === undefined ? "missing" : "kept" };
  }
  if (kept === undefined) {
    return { stack, status: "new", bytes: written.bytes };
  }
  return "bytes" in kept && kept.bytes.equals(written.bytes)
    ? { stack, status: "same" }
    : { stack, status: "changed", bytes: written.bytes };
}

/**
 * The kept lock files of this deployment's stacks that are gone. Other deployments keep theirs in the same folder:
 * what may be of one of them stays. Their files are read only where there is something to ask.
 */
function goneStacks(
  kept: KeptLocks,
  deployment: string,
  own: ReadonlySet<string>,
  owners: () => (stack: string) => StackOwner | undefined,
): Compared[] {
  const left = kept
    .stacks()
    .filter((stack) => stack === deployment || stack.startsWith(`${deployment}-`))
    .filter((stack) => !own.has(stack));
  const ownerOf = left.length === 0 ? () => undefined : owners();
  return left.flatMap((stack): Compared[] => {
    const owner = ownerOf(stack);
    if (owner === undefined) {
      return [{ stack, status: "gone" }];
    }
    return owner.isKnown ? [] : [{ stack, status: "held", holder: owner.file }];
  });
}

function carryOut(kept: KeptLocks, compared: readonly Compared[]): void {
  for (const { stack, status, bytes } of compared) {
    if (bytes !== undefined) {
      kept.write(stack, bytes);
    } else if (status === "gone") {
      kept.remove(stack);
    }
  }
}

/** Whether a status is for the user to act on. */
function fails(status: Status, check: boolean): boolean {
  return status === "refused" || (check && !["same", "kept", "held"].includes(status));
}

/** Whether Terraform has run in no stack, so that there is nothing to keep. */
function isUnlocked(compared: readonly Compared[]): boolean {
  return compared.every(({ status }) => ["missing", "gone", "held"].includes(status));
}

const DONE: Readonly<Record<Status, string>> = {
  new: "new",
  changed: "changed",
  same: "same",
  kept: "kept as it is; terraform init has not run in its folder",
  missing: "missing; terraform init has not run in its folder",
  refused: "refused",
  gone: "removed; the stack is gone",
  held: "kept as it is; it may be a stack of",
};

/** The same where nothing is written. */
const FOUND: Readonly<Record<Status, string>> = {
  ...DONE,
  new: "missing",
  changed: "differs",
  kept: "kept; the output has none to compare it with",
  missing: "missing",
  gone: "left over; the stack is gone",
};

function report(compared: readonly Compared[], { check, output }: { check: boolean; output: string }): void {
  const width = Math.max(...compared.map(({ stack }) => stack.length));
  const words = check ? FOUND : DONE;
  reportResult(
    compared.map(({ stack, status, holder }) => {
      const of = holder === undefined ? "" : ` ${holder}, which has errors or cannot be read`;
      return `${stack.padEnd(width)}  ${words[status]}${of}`;
    }),
  );
  for (const { problem } of compared) {
    if (problem !== undefined) {
      const { file, line, column, message } = problem;
      reportError(
        `${file}:${line}:${column}: ${message}; nothing was copied for this stack: run terraform init in it again, with -upgrade where the version is another`,
      );
    }
  }
  const missing = compared.find(({ status }) => status === "missing");
  if (missing !== undefined) {
    const folder = shellPath(join(output, "stacks", missing.stack));
    const way = `cd ${folder} && terraform init, then npx pmm-iam lock`;
    (isUnlocked(compared) || check ? reportError : reportNote)(
      `no lock file is kept for ${missing.stack}; ${way}`,
    );
  } else if (check && compared.some(({ status }) => fails(status, check))) {
    reportError(
      `${LOCKS_FOLDER} is not what terraform init wrote; run npx pmm-iam lock, and commit what has changed`,
    );
  }
}
