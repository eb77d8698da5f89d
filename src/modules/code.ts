import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { AccountsFolder } from "../accounts/folder";
import { escapes } from "../accounts/repository";
import { type Block, terraformBlocks, UnreadableTerraform } from "./blocks";
import { blockProblem, filesLeftOut, localCall, POLICIES, TERRAFORM_FILE, variablesOf } from "./code-rules";
import type { Refusal } from "./source";

/** The code of a team's module that is in the repository, and what is known of it without Terraform. */
export interface ModuleCode {
  /** Where it is, links followed: two ways of writing one path are one folder. Empty where there is none. */
  readonly folder: string;
  /** What a stack carries, by path in the module's folder: what Terraform reads, of the folders it reads. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Whether each of its variables has to be given. */
  readonly variables: ReadonlyMap<string, { readonly required: boolean }>;
  /** Why it cannot be used. Sorted. */
  readonly problems: readonly string[];
  /** What is legal, and may be a mistake. Sorted. */
  readonly warnings: readonly string[];
}

/**
 * Reads the folder that a source names, and the folders inside it that it calls. The path
 * must stay inside the repository, symbolic links followed. What cannot
 * be read is a problem too, never an error.
 */
export function readModuleCode({ path: folder, repository }: AccountsFolder, path: string): ModuleCode {
  try {
    const found = findModule(folder, repository, path);
    return "problem" in found ? unusable(found.problem) : new ModuleWalk(found).read();
  } catch (cause) {
    const { code, syscall, path: file = "" } = cause as NodeJS.ErrnoException;
    if (syscall === undefined) {
      throw cause;
    }
    return unusable(`./${slashed(relative(folder, file))} cannot be read (${code})`);
  }
}

function unusable(problem: string): ModuleCode {
  return { folder: "", files: new Map(), variables: new Map(), problems: [problem], warnings: [] };
}

/** A module's folder, which is inside the repository. Links are followed in both. */
interface FoundModule {
  readonly root: string;
  readonly repository: string;
  /** As it is written in accounts.yaml. */
  readonly path: string;
}

function findModule(folder: string, around: string, path: string): FoundModule | Refusal {
  const wanted = resolve(folder, path);
  if (escapes(around, wanted)) {
    return { problem: `${path} leaves the repository; expected a folder inside it` };
  }
  if (!existsSync(wanted)) {
    return { problem: `there is no folder ${path}; paths start from the folder of accounts.yaml` };
  }
  if (!isFolder(wanted)) {
    return { problem: `${path} is no folder; expected the folder of a Terraform module` };
  }
  const [repository, root] = [realpathSync(around), realpathSync(wanted)];
  return escapes(repository, root)
    ? { problem: `${path} leads out of the repository by a link; expected a folder inside it` }
    : { root, repository, path };
}

/** Walks a module's folder and the folders that it calls, and keeps what it finds on its way. */
class ModuleWalk {
  private readonly files = new Map<string, Buffer>();
  private readonly problems = new Set<string>();
  private readonly warnings = new Set<string>();
  private readonly visited = new Set<string>();

  constructor(private readonly module: FoundModule) {}

  read(): ModuleCode {
    const { root } = this.module;
    const variables = variablesOf(this.visit(root, []));
    return {
      folder: root,
      files: new Map([...this.files].sort(([a], [b]) => (a < b ? -1 : 1))),
      variables,
      problems: [...this.problems].sort(),
      warnings: [...this.warnings].sort(),
    };
  }

  /** Reads a folder and those that it calls; `callers` is the chain of folders to it, links followed. */
  private visit(folder: string, callers: readonly string[]): Block[] {
    this.visited.add(folder);
    const blocks = this.blocksOf(folder);
    const chain = [...callers, realpathSync(folder)];
    for (const block of blocks) {
      const problem = block.keyword === "module" ? this.follow(block, folder, chain) : blockProblem(block);
      if (problem !== undefined) {
        this.problems.add(problem);
      }
    }
    return blocks;
  }

  /** Visits the folder that a call names, once however many call it; returns why it cannot. */
  private follow(call: Block, from: string, chain: readonly string[]): string | undefined {
    const source = localCall(call);
    if (source === undefined) {
      return undefined;
    }
    if ("problem" in source) {
      return `in ${this.shown(from)}, ${source.problem}`;
    }
    const folder = resolve(from, source.path);
    const problem = this.misplaced(folder, chain);
    if (problem !== undefined) {
      return `${source.name} ${problem}`;
    }
    if (!this.visited.has(folder)) {
      this.visit(folder, chain);
    }
    return undefined;
  }

  /** Why a called folder cannot be carried along with the module. */
  private misplaced(folder: string, chain: readonly string[]): string | undefined {
    const { root, path } = this.module;
    if (escapes(root, folder)) {
      return `has its code outside ${path}, and the stack carries that folder alone; move the code into a folder inside it`;
    }
    if (!isFolder(folder)) {
      return `has its code in ${this.shown(folder)}, which is not a folder; fix its source`;
    }
    const real = realpathSync(folder);
    if (chain.includes(real)) {
      return "calls a module that it is part of; expected another folder";
    }
    return escapes(root, real) ? `has its code behind a link out of ${path}; copy the folder` : undefined;
  }

  /** Reads the files of one folder into what the stack carries. */
  private blocksOf(folder: string): Block[] {
    const names = this.filesIn(folder).filter((name) => TERRAFORM_FILE.test(name));
    if (names.length === 0) {
      this.problems.add(
        `there is no *.tf and no *.tf.json in ${this.shown(folder)}; expected the folder of a Terraform module`,
      );
    }
    const policies = join(folder, POLICIES);
    for (const name of isFolder(policies) ? this.filesIn(policies) : []) {
      this.take(join(policies, name));
    }
    return names.flatMap((name) => this.blocksIn(join(folder, name)));
  }

  private blocksIn(file: string): Block[] {
    const text = this.take(file).toString("utf8");
    for (const name of filesLeftOut(text)) {
      this.warnings.add(
        `${this.shown(file)} names ${name} in its own folder, and the stack carries *.tf, *.tf.json and policies/ alone; move what it reads to policies/`,
      );
    }
    try {
      return terraformBlocks(file, text);
    } catch (cause) {
      if (!(cause instanceof UnreadableTerraform)) {
        throw cause;
      }
      this.problems.add(`${this.shown(file)} ${cause.message}`);
      return [];
    }
  }

  /** The names of a folder's regular files, links followed as far as the repository goes. */
  private filesIn(folder: string): string[] {
    return readdirSync(folder)
      .filter((name) => !name.startsWith(".") && !name.endsWith("~"))
      .sort()
      .filter((name) => {
        const file = join(folder, name);
        if (!isFile(file)) {
          return false;
        }
        const leaves = escapes(this.module.repository, realpathSync(file));
        if (leaves) {
          this.problems.add(`${this.shown(file)} leads out of the repository by a link; copy the file`);
        }
        return !leaves;
      });
  }

  private take(file: string): Buffer {
    const content = readFileSync(file);
    this.files.set(slashed(relative(this.module.root, file)), content);
    return content;
  }

  /** A path as the user would type it. */
  private shown(path: string): string {
    const inside = slashed(relative(this.module.root, path));
    return [this.module.path.replace(/\/+$/, ""), inside].filter((part) => part !== "").join("/");
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function slashed(path: string): string {
  return path.split(sep).join("/");
}
