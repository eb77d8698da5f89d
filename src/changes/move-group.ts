import { basename, dirname, join } from "node:path";
import type { Deployment } from "../accounts/model";
import { teleportAssumePolicy } from "../terraform/assume-policies";

/** An account that goes from one stack to another. */
export interface GroupMove {
  readonly from: string;
  readonly to: string;
  /** What moves, at the root of the stack: module instances, and what Teleport's role has there. */
  readonly addresses: readonly string[];
  /** Whether the stack that it leaves has no account left, so that today's file no longer makes it. */
  readonly fromVanishes: boolean;
  readonly isLocal: boolean;
  /** The file that still makes it: the git ref, its path from the repository's root. */
  readonly ref: string;
  readonly pathBefore: string;
  /** Today's file, beside which that one is put for the move, so that its relative paths hold. */
  readonly file: string;
}

/** Where the stacks of today's file are, and where those of the file at the ref are put for the move alone. */
const OUTPUT = "cdktf.out";
const OUTPUT_BEFORE = "before.out";

/**
 * The commands that move an account between stacks, to be run at the project's root with both pipelines
 * stopped. Only copies are touched until both are right, and the new stack is pushed first: at worst both hold
 * the account, never neither. The copies and their backups hold keys, so they are shredded.
 */
export function moveSteps(move: GroupMove): string[] {
  const { from, to, addresses, fromVanishes, isLocal } = move;
  const folderOf = (stack: string): string =>
    `${stack === from && fromVanishes ? OUTPUT_BEFORE : OUTPUT}/stacks/${stack}`;
  const terraform = (stack: string, command: string): string =>
    `terraform -chdir=${folderOf(stack)} ${command}`;
  const copy = (stack: string): string => `"$copies/${stack}.tfstate"`;
  const fileBefore = word(join(dirname(move.file), `before.${basename(move.file)}`));
  return [
    "npm run synth",
    ...(fromVanishes
      ? [
          `git show ${word(`${move.ref}:${move.pathBefore}`)} >${fileBefore}`,
          `ACCOUNTS_FILE=${fileBefore} npm run synth -- --output ${OUTPUT_BEFORE}`,
        ]
      : []),
    terraform(from, "init"),
    terraform(to, "init"),
    'umask 077 && copies="$(mktemp -d)"',
    `${terraform(from, "state pull")} >${copy(from)}`,
    `${terraform(to, "state pull")} >${copy(to)}`,
    ...addresses.map(
      (address) => `terraform state mv -state=${copy(from)} -state-out=${copy(to)} ${address} ${address}`,
    ),
    `${terraform(to, "state push")} ${copy(to)}`,
    `${terraform(from, "state push")} ${copy(from)}`,
    'shred -u "$copies"/* && rmdir "$copies"',
    ...(isLocal
      ? [
          `find . -maxdepth 1 ${[from, to].map((stack) => `-name terraform.${stack}.tfstate.backup`).join(" -o ")} | xargs -r shred -u`,
        ]
      : []),
    terraform(to, "plan"),
    ...(fromVanishes ? [`rm -r ${OUTPUT_BEFORE} ${fileBefore}`] : [terraform(from, "plan")]),
  ];
}

/** A word of a shell's command: in quotes where a branch or a file is called what a shell would act on. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** What Teleport's role has at the root of the stack that its account is in. */
export function teleportAddresses(deployment: Deployment): string[] {
  const { address, packed } = teleportAssumePolicy(deployment);
  return packed.policies.flatMap(({ shard }) =>
    shard === undefined
      ? [`aws_iam_role_policy.${address}`]
      : [`aws_iam_policy.${address}_${shard}`, `aws_iam_role_policy_attachment.${address}_${shard}`],
  );
}
