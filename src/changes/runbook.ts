import { basename, dirname, isAbsolute, join, relative } from "node:path";
import { projectRoot } from "../project";

/** The variables that decide which file is read and where the output goes. */
type Environment = Readonly<Record<string, string | undefined>>;

/** A stack whose files a command needs. */
export interface StackFiles {
  readonly stack: string;
  /** Whether today's file no longer makes it, so that the file from before has to. */
  readonly isGone: boolean;
}

/** The file that still makes the stacks that are gone. */
export interface FileBefore {
  /** The git ref, and the file's path there from the repository's root. */
  readonly ref: string;
  readonly pathBefore: string;
}

/** The folder, beside the output folder, of the stacks that today's file no longer makes. */
const OUTPUT_BEFORE = "before.out";

/**
 * The commands that messages print, to be typed at the project's root. What the environment said to this run they
 * say again: whoever types them may not have it, or not any more.
 */
export class Runbook {
  private readonly output: string;
  private readonly outputBefore: string;
  /** Today's file, beside which the one from before is put, so that its relative paths hold. */
  private readonly fileBefore: string;

  private readonly environment: Environment;

  constructor(
    environment: Environment,
    /** The working directory from the project's root, where it is inside. */
    folder = folderInProject(),
  ) {
    const fromRoot = (name: string): string | undefined => {
      const path = environment[name];
      return path && (isAbsolute(path) ? path : join(folder, path));
    };
    const [file, output] = [fromRoot("ACCOUNTS_FILE"), fromRoot("CDKTF_OUTDIR")];
    this.environment = { ACCOUNTS_FILE: file, CDKTF_OUTDIR: output };
    const today = file || "accounts.yaml";
    this.fileBefore = word(join(dirname(today), `before.${basename(today)}`));
    this.output = output || "cdktf.out";
    this.outputBefore = join(dirname(this.output), OUTPUT_BEFORE);
  }

  /** Makes the files of today's stacks. */
  synth(): string {
    return this.npm("synth", ["ACCOUNTS_FILE", "CDKTF_OUTDIR"]);
  }

  /** Makes the files of stacks: of today's, and of those that are gone from the file before. */
  synthAll(stacks: readonly StackFiles[], { ref, pathBefore }: FileBefore): string[] {
    return [
      ...(stacks.some(({ isGone }) => !isGone) ? [this.synth()] : []),
      ...(stacks.some(({ isGone }) => isGone)
        ? [
            `git show ${word(`${ref}:${pathBefore}`)} >${this.fileBefore}`,
            `ACCOUNTS_FILE=${this.fileBefore} npm run synth -- --output ${word(this.outputBefore)}`,
          ]
        : []),
    ];
  }

  /** Removes what `synthAll` made for the stacks that are gone. */
  removeBefore(stacks: readonly StackFiles[]): string[] {
    return stacks.some(({ isGone }) => isGone) ? [`rm -r ${word(this.outputBefore)} ${this.fileBefore}`] : [];
  }

  /** Terraform in the folder of a stack. */
  terraform({ stack, isGone }: StackFiles, command: string): string {
    const folder = join(isGone ? this.outputBefore : this.output, "stacks", stack);
    return `terraform ${word(`-chdir=${folder}`)} ${command}`;
  }

  /** One of this program's own commands that judge by states; each state's file is named as it stands in the shell. */
  judge(
    command: "check" | "affected",
    ref: string,
    states: readonly (readonly [stack: string, file: string])[],
  ): string {
    const given = states.map(([stack, file]) => `${stack}=${file}`).join(" ");
    const silent = command === "affected" ? " --silent" : "";
    return `${this.npm(command, ["ACCOUNTS_FILE"])}${silent} -- --base ${word(ref)} --state ${given}`;
  }

  private npm(script: string, variables: readonly string[]): string {
    const set = variables.flatMap((name) => {
      const value = this.environment[name];
      return value ? [`${name}=${word(value)} `] : [];
    });
    return `${set.join("")}npm run ${script}`;
  }
}

function folderInProject(): string {
  const folder = relative(projectRoot, process.cwd());
  return folder.startsWith("..") || isAbsolute(folder) ? "" : folder;
}

/** A folder of the user's own that `$copies` names, for what holds keys. */
export const MAKE_COPIES = 'umask 077 && copies="$(mktemp -d)"';
export const SHRED_COPIES = 'shred -u "$copies"/* && rmdir "$copies"';

/** Whether a synth may have made a stack of this name: if not, it should not reach a command. */
export function isStackName(name: string): boolean {
  return /^[a-z0-9-]+$/.test(name);
}

/** A word of a shell's command: in quotes where a branch or a file is called what a shell would act on. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
