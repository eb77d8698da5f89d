import { basename, dirname, isAbsolute, join } from "node:path";
import { shellPath, shellWord } from "../accounts/shell";
import { LIST } from "../output/owned-files";

/** The variables that decide which file is read and where the output goes. */
type Environment = Readonly<Record<string, string | undefined>>;

/** A stack whose files a command needs. */
export interface StackFiles {
  readonly stack: string;
  /** The file at the git ref that makes it, where today's file no longer does. */
  readonly before?: FileBefore | undefined;
}

/** An accounts file as it is at the git ref. */
export interface FileBefore {
  /** From the repository's root. */
  readonly path: string;
  /** Its place, from 0, among the files at the ref: each goes into a file of its own. */
  readonly index: number;
  /** Its folder from that of today's file: a copy goes there, so that relative paths and local states hold. */
  readonly folder: string;
}

/**
 * The commands that messages print, to be typed in the deployment's folder. What the environment said to this run they
 * say again: the person who types them may not have it, or not any more.
 */
export class Runbook {
  private readonly output: string;
  private readonly file: string;

  private readonly environment: Environment;

  constructor(
    environment: Environment,
    /** The working directory from the deployment's folder. */
    folder = "",
  ) {
    const fromRoot = (name: string): string | undefined => {
      const path = environment[name];
      return path && (isAbsolute(path) ? path : join(folder, path));
    };
    const [file, output] = [fromRoot("ACCOUNTS_FILE"), fromRoot("CDKTF_OUTDIR")];
    this.environment = { ACCOUNTS_FILE: file, CDKTF_OUTDIR: output };
    this.file = file || "accounts.yaml";
    this.output = output || "cdktf.out";
  }

  /** Makes the files of today's stacks. */
  synth(): string {
    return this.npm("synth", ["ACCOUNTS_FILE", "CDKTF_OUTDIR"]);
  }

  /** Makes the files of stacks: of today's, and of those that are gone from the files at the ref. */
  synthAll(stacks: readonly StackFiles[], ref: string): string[] {
    return [
      ...(stacks.some(({ before }) => before === undefined) ? [this.synth()] : []),
      ...filesBefore(stacks).flatMap((before) => [
        `git show ${shellWord(`${ref}:${before.path}`)} >${this.copyOf(before)}`,
        `ACCOUNTS_FILE=${this.copyOf(before)} npm run synth -- --output ${shellWord(this.outputOf(before))}`,
      ]),
    ];
  }

  /** Lets synth write over the output of a deployment that had another name. */
  forgetOutput(): string {
    return `rm -f ${shellPath(join(this.output, LIST))}`;
  }

  /** Removes what `synthAll` made for the stacks that are gone. */
  removeBefore(stacks: readonly StackFiles[]): string[] {
    return filesBefore(stacks).map(
      (before) => `rm -r ${shellPath(this.outputOf(before))} ${this.copyOf(before)}`,
    );
  }

  /** Terraform in the folder of a stack. */
  terraform({ stack, before }: StackFiles, command: string): string {
    const folder = join(this.outputOf(before), "stacks", stack);
    return `terraform ${shellWord(`-chdir=${folder}`)} ${command}`;
  }

  /** Removes a plan, which holds every key of its stack, from the stack's folder. */
  removePlan(stack: string, plan: string): string {
    return `rm ${shellPath(join(this.output, "stacks", stack, plan))}`;
  }

  /** Where local states are: beside the accounts file. */
  stateFolder(): string {
    return shellWord(dirname(this.file));
  }

  /** One of this program's own commands that judge by states; each state's file is named as it stands in the shell. */
  judge(
    command: "check" | "affected",
    ref: string,
    states: readonly (readonly [stack: string, file: string])[],
  ): string {
    const given = states.map(([stack, file]) => `${stack}=${file}`).join(" ");
    const silent = command === "affected" ? " --silent" : "";
    return `${this.npm(command, ["ACCOUNTS_FILE"])}${silent} -- --base ${shellWord(ref)} --state ${given}`;
  }

  /** Judges the change since a git ref, before it is merged. */
  check(ref: string): string {
    return `${this.npm("check", ["ACCOUNTS_FILE"])} -- --base ${shellWord(ref)}`;
  }

  /** A step of a rotation. */
  rotate(words: readonly string[]): string {
    return `${this.npm("rotate", ["ACCOUNTS_FILE"])} -- ${words.map(shellWord).join(" ")}`;
  }

  private copyOf(before: FileBefore): string {
    return shellPath(join(dirname(this.file), before.folder, `${prefixOf(before)}.${basename(this.file)}`));
  }

  /** The output folder of today's file, or the one beside it of a file from before. */
  private outputOf(before: FileBefore | undefined): string {
    return before === undefined ? this.output : join(dirname(this.output), `${prefixOf(before)}.out`);
  }

  private npm(script: string, variables: readonly string[]): string {
    const set = variables.flatMap((name) => {
      const value = this.environment[name];
      return value ? [`${name}=${shellWord(value)} `] : [];
    });
    return `${set.join("")}npm run ${script}`;
  }
}

/** The files that make the stacks which today's file no longer makes, each once. */
function filesBefore(stacks: readonly StackFiles[]): FileBefore[] {
  const byIndex = new Map(stacks.flatMap(({ before }) => (before ? [[before.index, before] as const] : [])));
  return [...byIndex.values()].sort((a, b) => a.index - b.index);
}

/** `before`, `before-2`, `before-3`: what the copy of a file from before and its output are called by (`isEarlierVersion`). */
function prefixOf({ index }: FileBefore): string {
  return index === 0 ? "before" : `before-${index + 1}`;
}

/** A folder of the user's own that `$copies` names, for what holds keys. */
export const MAKE_COPIES = 'umask 077 && copies="$(mktemp -d)"';
export const SHRED_COPIES = 'shred -u "$copies"/* && rmdir "$copies"';

/** Whether a synth may have made a stack of this name: if not, it should not reach a command. */
export function isStackName(name: string): boolean {
  return /^[a-z0-9-]+$/.test(name);
}
