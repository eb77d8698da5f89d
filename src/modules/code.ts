import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { AccountsFolder } from "../accounts/folder";
import { escapes, repositoryOf } from "../accounts/repository";
import { EXACT_VERSION } from "../accounts/schema";
import { type Block, terraformBlocks, UnreadableTerraform } from "./blocks";
import { moduleSource, versionProblem } from "./source";

/** The code of a team's module that lies in the repository, and what is known of it without Terraform. */
export interface ModuleCode {
  /** Where it is, links followed: two ways of writing one path are one folder. */
  readonly folder: string;
  /** What a stack carries, by path in the module's folder: what Terraform reads, of the folders it reads. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Whether each of its variables has to be given. */
  readonly variables: ReadonlyMap<string, { readonly required: boolean }>;
  /** Why it cannot be used. */
  readonly problems: readonly string[];
  /** What may be a slip. */
  readonly warnings: readonly string[];
}

/**
 * Reads the folder that a source names. `folder` is where accounts.yaml is: the path starts there and must stay
 * inside the repository around it, symbolic links followed. Each reader, a file or a deployment, reads a folder
 * once: 2,000 accounts may name the same one.
 */
export function readModuleCode({ path: folder }: AccountsFolder, path: string): ModuleCode {
  return new CodeReader(folder, path).read();
}

/** The program's own modules name a folder for policies; a team's documents and templates go there too. */
const POLICIES = "policies";

class CodeReader {
  private readonly files = new Map<string, Buffer>();
  private readonly variables = new Map<string, { required: boolean }>();
  private readonly problems = new Set<string>();
  private readonly warnings = new Set<string>();
  private root = "";
  private repository = "";

  constructor(
    private readonly start: string,
    private readonly path: string,
  ) {}

  read(): ModuleCode {
    if (this.enter()) {
      this.walk(this.root, []);
    }
    return {
      folder: this.root,
      files: new Map([...this.files].sort(([a], [b]) => (a < b ? -1 : 1))),
      variables: this.variables,
      problems: [...this.problems].sort(),
      warnings: [...this.warnings].sort(),
    };
  }

  /** Finds the folder; false where there is none to read. */
  private enter(): boolean {
    const wanted = resolve(this.start, this.path);
    const repository = repositoryOf(this.start);
    if (escapes(repository, wanted)) {
      this.problems.add(`${this.path} leaves the repository; expected a folder inside it`);
      return false;
    }
    const kind = kindOf(wanted);
    if (kind !== "folder") {
      this.problems.add(
        kind === "none"
          ? `there is no folder ${this.path}; paths start from the folder of accounts.yaml`
          : `${this.path} is no folder; expected the folder of a Terraform module`,
      );
      return false;
    }
    this.repository = realpathSync(repository);
    this.root = realpathSync(wanted);
    if (escapes(this.repository, this.root)) {
      this.problems.add(`${this.path} leads out of the repository by a link; expected a folder inside it`);
      return false;
    }
    return true;
  }

  /** Reads one folder and those that it calls. `above` is the chain of folders to it. */
  private walk(folder: string, above: readonly string[]): void {
    const blocks = this.blocksOf(folder);
    for (const block of blocks) {
      this.judge(block, folder === this.root && above.length === 0);
    }
    for (const call of blocks.filter(({ keyword }) => keyword === "module")) {
      this.called(call, folder, above);
    }
  }

  /** Reads the files of one folder into what the stack carries. */
  private blocksOf(folder: string): Block[] {
    const names = this.filesIn(folder).filter((name) => /\.tf(?:\.json)?$/.test(name));
    if (names.length === 0) {
      this.problems.add(
        `there is no *.tf and no *.tf.json in ${this.shown(folder)}; expected the folder of a Terraform module`,
      );
    }
    const policies = join(folder, POLICIES);
    for (const name of kindOf(policies) === "folder" ? this.filesIn(policies) : []) {
      this.take(join(policies, name));
    }
    return names.flatMap((name) => {
      const file = join(folder, name);
      const text = this.take(file).toString("utf8");
      this.warnOfFilesLeftOut(text, file);
      try {
        return terraformBlocks(name, text);
      } catch (cause) {
        if (!(cause instanceof UnreadableTerraform)) {
          throw cause;
        }
        this.problems.add(`${this.shown(file)} ${cause.message}`);
        return [];
      }
    });
  }

  /** The names of a folder's regular files, links followed as far as the repository goes. */
  private filesIn(folder: string): string[] {
    return readdirSync(folder)
      .filter((name) => !name.startsWith(".") && !name.endsWith("~"))
      .sort()
      .filter((name) => {
        const path = join(folder, name);
        if (kindOf(path) !== "file") {
          return false;
        }
        const leaves = escapes(this.repository, realpathSync(path));
        if (leaves) {
          this.problems.add(`${this.shown(path)} leads out of the repository by a link; copy the file`);
        }
        return !leaves;
      });
  }

  private take(path: string): Buffer {
    const content = readFileSync(path);
    this.files.set(relative(this.root, path).split(sep).join("/"), content);
    return content;
  }

  private judge({ keyword, labels, attributes, body }: Block, isRoot: boolean): void {
    if (keyword === "variable" && isRoot) {
      this.variables.set(labels[0] ?? "", { required: !attributes.has("default") });
    }
    if (keyword === "provider") {
      this.problems.add(
        `the module configures the provider ${labels[0] ?? ""} itself, so that an account could not retire; take the provider block away: it is given the account's as aws`,
      );
    }
    if (keyword === "terraform" && /\bconfiguration_aliases\b/.test(body)) {
      this.problems.add(
        "the module asks for more providers (configuration_aliases); expected aws alone, the account's",
      );
    }
  }

  private called({ labels, attributes }: Block, folder: string, above: readonly string[]): void {
    const name = `module.${labels[0] ?? ""}`;
    const written = attributes.get("source");
    if (written === undefined) {
      return;
    }
    if (written.includes("${")) {
      this.problems.add(
        `in ${this.shown(folder)}, the source of ${name} is computed; expected it as plain text`,
      );
      return;
    }
    const source = moduleSource(written);
    if ("problem" in source) {
      this.problems.add(`in ${this.shown(folder)}, the source of ${name}: ${source.problem}`);
      return;
    }
    const version = attributes.get("version")?.replace(/^= */, "");
    const misversioned =
      versionProblem(source, version) ?? (version === undefined ? undefined : rangeProblem(version));
    if (misversioned !== undefined) {
      this.problems.add(`in ${this.shown(folder)}, ${name}: ${misversioned}`);
    } else if (source.kind === "local") {
      this.calledHere(name, resolve(folder, source.path), [...above, folder]);
    }
  }

  /** A folder that the module calls by a relative path: it is carried along, so it has to lie inside. */
  private calledHere(name: string, folder: string, above: readonly string[]): void {
    const inside = !escapes(this.root, folder) && kindOf(folder) === "folder";
    if (escapes(this.root, folder)) {
      this.problems.add(
        `${name} has its code outside ${this.path}, and the stack carries that folder alone; move the code into a folder inside it`,
      );
    } else if (!inside) {
      this.problems.add(`${name} has its code in ${this.shown(folder)}, which is no folder; mend its source`);
    } else if (above.includes(folder)) {
      this.problems.add(`${name} calls a module that it is part of; expected another folder`);
    } else if (escapes(this.root, realpathSync(folder))) {
      this.problems.add(`${name} has its code behind a link out of ${this.path}; copy the folder`);
    } else {
      this.walk(folder, above);
    }
  }

  /** Terraform would miss them at plan: the stack carries *.tf, *.tf.json and policies/ alone. */
  private warnOfFilesLeftOut(text: string, file: string): void {
    for (const [, path = ""] of text.matchAll(/\$\{path\.module\}\/([\w.-]+)(?=["/])/g)) {
      if (path !== POLICIES && !/\.tf(?:\.json)?$/.test(path)) {
        this.warnings.add(
          `${this.shown(file)} names ${path} in its own folder, and the stack carries *.tf, *.tf.json and policies/ alone; move what it reads to policies/`,
        );
      }
    }
  }

  /** A path as the user would type it. */
  private shown(path: string): string {
    const inside = relative(this.root, path).split(sep).join("/");
    return [this.path.replace(/\/+$/, ""), inside].filter((part) => part !== "").join("/");
  }
}

/** The version of a registry module that a module calls. */
function rangeProblem(version: string): string | undefined {
  return EXACT_VERSION.pattern.test(version)
    ? undefined
    : `version ${JSON.stringify(version)} is no exact version; expected one such as "1.2.3"`;
}

function kindOf(path: string): "file" | "folder" | "other" | "none" {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    return "none";
  }
  return stats.isFile() ? "file" : stats.isDirectory() ? "folder" : "other";
}
