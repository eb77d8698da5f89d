import { isUtf8 } from "node:buffer";
import { realpathSync, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { AccountsFolder } from "../accounts/folder";
import { escapes } from "../accounts/repository";
import { terraformCode } from "./blocks";
import {
  callProblems,
  isPlainName,
  type Problem,
  readPaths,
  readsFiles,
  templateEndings,
  variablesIn,
} from "./call-rules";
import { blockProblems, filePaths, filesLeftOut, localCall, POLICIES, variablesOf } from "./code-rules";
import { templateCalls } from "./hcl";
import { withCodes } from "./hidden-characters";
import { type FoundModule, isFolder, ModuleFiles, slashed } from "./module-files";
import type { Refusal } from "./source";
import { type Block, literalOf, placeIn, type TerraformCode, UnreadableText } from "./syntax";

/** The code of a team's module that is in the repository, and what is known of it without Terraform. */
export interface ModuleCode {
  /** Where it is, links followed: two ways of writing one path are one folder. Empty where there is none. */
  readonly folder: string;
  /** What a stack carries, by path in the module's folder: what Terraform reads, of the folders it reads. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Whether each of its variables has to be given. */
  readonly variables: ReadonlyMap<string, { readonly required: boolean }>;
  /** The variables that are used in the paths of files. */
  readonly inPaths: ReadonlySet<string>;
  /** Why it cannot be used. Sorted. */
  readonly problems: readonly string[];
  /** What is legal, and may be a mistake. Sorted. */
  readonly warnings: readonly string[];
}

/** A module with more is said to have these; the rest shows when they are fixed. */
const MOST_FINDINGS = 100;

/** Calls within calls. Real modules have three; the stack of calls has room for these. */
const DEEPEST = 100;

/** What the codes of the operating system mean. */
const WHY: Readonly<Record<string, string>> = {
  EACCES: "the user who runs this may not read it",
  ELOOP: "it is a link that leads to itself",
  ENOTDIR: "a part of its path is a file",
};

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
    const { code, syscall, path: file = folder } = cause as NodeJS.ErrnoException;
    if (syscall === undefined) {
      throw cause;
    }
    return unusable(
      `${withCodes(`./${slashed(relative(folder, file))}`)} cannot be read: ${WHY[code ?? ""] ?? code}`,
    );
  }
}

function unusable(problem: string): ModuleCode {
  return {
    folder: "",
    files: new Map(),
    variables: new Map(),
    inPaths: new Set(),
    problems: [problem],
    warnings: [],
  };
}

function findModule(folder: string, around: string, path: string): FoundModule | Refusal {
  const wanted = resolve(folder, path);
  const shown = withCodes(path);
  if (escapes(around, wanted)) {
    return { problem: `${shown} leaves the repository; expected a folder inside it` };
  }
  if (statSync(wanted, { throwIfNoEntry: false }) === undefined) {
    return { problem: `there is no folder ${shown}; paths start from the folder of accounts.yaml` };
  }
  if (!isFolder(wanted)) {
    return { problem: `${shown} is not a folder; expected the folder of a Terraform module` };
  }
  const [repository, root] = [realpathSync(around), realpathSync(wanted)];
  return escapes(repository, root)
    ? { problem: `${shown} leads out of the repository by a link; expected a folder inside it` }
    : { root, repository, path };
}

/** Walks a module's folder and the folders that it calls, and keeps what it finds on its way. */
class ModuleWalk {
  private readonly problems = new Set<string>();
  private readonly warnings = new Set<string>();
  private readonly visited = new Set<string>();
  private readonly folders = new Map<string, string | undefined>();
  private readonly files: ModuleFiles;
  private readonly templates = new Set<string>();
  private inPaths: ReadonlySet<string> = new Set();

  constructor(private readonly module: FoundModule) {
    this.files = new ModuleFiles(module, (problem) => this.refuse(problem));
  }

  read(): ModuleCode {
    const { root } = this.module;
    const blocks = this.visit(root, []);
    this.judgeTemplates();
    return {
      folder: root,
      files: new Map([...this.files.taken].sort(([a], [b]) => (a < b ? -1 : 1))),
      variables: variablesOf(blocks),
      inPaths: this.inPaths,
      problems: [...this.problems].sort(),
      warnings: [...this.warnings].sort(),
    };
  }

  /** Reads a folder and those that it calls; `callers` is the chain of folders to it, links followed. */
  private visit(folder: string, callers: readonly string[]): Block[] {
    this.visited.add(folder);
    const chain = [...callers, realpathSync(folder)];
    const code = this.files.takeCode(folder).map((file) => this.codeIn(file, folder, chain));
    this.files.takePolicies(folder);
    const blocks = code.flatMap((read) => read.blocks);
    this.judgePaths(folder, code, callers.length === 0);
    return blocks;
  }

  /** What one file says; judged as it is read. */
  private codeIn(file: string, folder: string, chain: readonly string[]): TerraformCode {
    const content = this.files.read(file);
    const text = content.toString("utf8");
    for (const name of filesLeftOut(text)) {
      keep(
        this.warnings,
        `${this.files.shown(file)} names ${name} in its own folder, and the stack carries *.tf, *.tf.json and policies/ alone; move what it reads to policies/`,
      );
    }
    const code = this.parsed(file, content, text);
    for (const ending of templateEndings(code.calls)) {
      this.templates.add(ending);
    }
    const calls = code.blocks.filter(({ keyword }) => keyword === "module");
    const problems: Problem[] = [
      ...blockProblems(code.blocks),
      ...callProblems(code.calls),
      ...calls.flatMap((call) => {
        const problem = this.follow(call, folder, chain);
        return problem === undefined ? [] : [{ text: problem, at: call.at }];
      }),
    ];
    for (const { text: problem, at } of problems) {
      this.refuse(() => `${this.files.shown(file)}:${placeIn(text, at)}: ${problem}`);
    }
    return code;
  }

  private parsed(file: string, content: Buffer, text: string): TerraformCode {
    const shown = this.files.shown(file);
    try {
      if (isUtf8(content)) {
        return terraformCode(file, text);
      }
      this.refuse(`${shown} is not UTF-8; save it as UTF-8`);
    } catch (cause) {
      if (!(cause instanceof UnreadableText)) {
        throw cause;
      }
      this.refuse(`${shown}:${cause.message}`);
    }
    return { blocks: [], calls: [] };
  }

  private refuse(problem: string | (() => string)): void {
    keep(this.problems, problem);
  }

  /** Visits the folder that a call names, once however many call it; returns why it cannot. */
  private follow(call: Block, from: string, chain: readonly string[]): string | undefined {
    const source = localCall(call);
    if (source === undefined) {
      return undefined;
    }
    if ("problem" in source) {
      return source.problem;
    }
    const folder = resolve(from, source.path);
    const problem = this.misplaced(folder, chain);
    if (problem !== undefined) {
      return `${source.name} ${problem}`;
    }
    if (chain.length > DEEPEST) {
      return `${source.name} is called through more than ${DEEPEST} modules; call it from one of the first`;
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
      return `has its code outside ${withCodes(path)}, and the stack carries that folder alone; move the code into a folder inside it`;
    }
    const real = this.real(folder);
    if (real === undefined) {
      return `has its code in ${this.files.shown(folder)}, which is not a folder; fix its source`;
    }
    if (chain.includes(real)) {
      return "calls a module that it is part of; expected another folder";
    }
    return escapes(root, real)
      ? `has its code behind a link out of ${withCodes(path)}; copy the folder`
      : undefined;
  }

  /** Where a folder is, links followed. Asked once, however many call it. */
  private real(folder: string): string | undefined {
    if (!this.folders.has(folder)) {
      this.folders.set(folder, isFolder(folder) ? realpathSync(folder) : undefined);
    }
    return this.folders.get(folder);
  }

  /** A variable in a path must not lead it out of the module: its default here, its value where it is given. */
  private judgePaths(folder: string, code: readonly TerraformCode[], isRoot: boolean): void {
    const names = new Set(
      code.flatMap(({ blocks, calls }) => variablesIn([...readPaths(calls), ...filePaths(blocks)])),
    );
    const defaults = new Map(
      code.flatMap(({ blocks }) =>
        blocks
          .filter(({ keyword }) => keyword === "variable")
          .map(({ labels: [name = ""], attributes }) => [name, attributes.get("default")] as const),
      ),
    );
    for (const name of names) {
      const value = defaults.get(name);
      const isPlain = value === undefined || isPlainName(literalOf(value));
      if (!isRoot || !isPlain) {
        this.refuse(
          `in ${this.files.shown(folder)}, var.${name} in the path of a file may lead out of the module; type basename around it and the ending behind it: "\${path.module}/${POLICIES}/\${basename(var.${name})}.json"`,
        );
      }
    }
    this.inPaths = isRoot ? names : this.inPaths;
  }

  /** A template may call functions itself, of which none may read a file. */
  private judgeTemplates(): void {
    const endings = [...this.templates];
    for (const [path, content] of this.files.taken) {
      const isTemplate = isUtf8(content) && endings.some((ending) => path.endsWith(ending));
      const problem = isTemplate ? templateProblem(content.toString("utf8")) : undefined;
      if (problem !== undefined) {
        this.refuse(`${this.files.shown(resolve(this.module.root, path))} ${problem}`);
      }
    }
  }
}

/** Adds one more finding while there is room. */
function keep(findings: Set<string>, finding: string | (() => string)): void {
  if (findings.size < MOST_FINDINGS) {
    findings.add(typeof finding === "string" ? finding : finding());
  }
}

/** What cannot be read as a template Terraform cannot render either: a document with policy variables of IAM. */
function templateProblem(text: string): string | undefined {
  const problem = "is a template that may read files; give it what it needs as a variable";
  try {
    return readsFiles(templateCalls(text)) ? problem : undefined;
  } catch (cause) {
    if (!(cause instanceof UnreadableText)) {
      throw cause;
    }
    return /file|template/.test(text) ? problem : undefined;
  }
}
