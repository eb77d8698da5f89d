import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { escapes } from "../accounts/repository";
import { nameProblem, POLICIES, TERRAFORM_FILE } from "./code-rules";
import { withCodes } from "./hidden-characters";

/** The most bytes that a module's files have together: real ones have less than one MiB. */
const MOST_BYTES = 8 * 1024 * 1024;

/** A module's folder, which is inside the repository. Links are followed in both. */
export interface FoundModule {
  readonly root: string;
  readonly repository: string;
  /** As it is written in accounts.yaml. */
  readonly path: string;
}

/** Takes the files of a module that a stack carries, and says which it cannot take. */
export class ModuleFiles {
  /** By path in the module's folder. */
  readonly taken = new Map<string, Buffer>();
  private bytes = 0;

  constructor(
    private readonly module: FoundModule,
    private readonly refuse: (problem: string) => void,
  ) {}

  /** Takes what Terraform reads in a folder; returns the paths. */
  takeCode(folder: string): string[] {
    const names = namesIn(folder);
    for (const name of names) {
      const problem = nameProblem(name);
      if (problem !== undefined) {
        this.refuse(`${this.shown(join(folder, name))} ${problem}`);
      }
    }
    const code = names.filter((name) => TERRAFORM_FILE.test(name));
    if (code.length === 0) {
      this.refuse(
        `there is no *.tf and no *.tf.json in ${this.shown(folder)}; expected the folder of a Terraform module`,
      );
    }
    return code.map((name) => join(folder, name)).filter((file) => this.take(file));
  }

  /** Takes the documents and templates of a folder, which Terraform reads where the code says so. */
  takePolicies(folder: string): void {
    const policies = join(folder, POLICIES);
    if (!isFolder(policies)) {
      return;
    }
    if (escapes(this.module.repository, realpathSync(policies))) {
      this.refuse(`${this.shown(policies)} leads out of the repository by a link; copy the folder`);
      return;
    }
    for (const name of namesIn(policies)) {
      const file = join(policies, name);
      if (TERRAFORM_FILE.test(name) || nameProblem(name) !== undefined) {
        this.refuse(
          `${this.shown(file)} is code, and policies/ holds documents and templates alone; move the file`,
        );
      } else {
        this.take(file);
      }
    }
  }

  read(file: string): Buffer {
    return this.taken.get(this.inside(file)) ?? Buffer.alloc(0);
  }

  /** A path as the user would type it. */
  shown(path: string): string {
    const parts = [this.module.path.replace(/\/+$/, ""), this.inside(path)];
    return withCodes(parts.filter((part) => part !== "").join("/"));
  }

  /** A link is followed as far as the repository goes. A folder is no file, whatever its name. */
  private take(file: string): boolean {
    const status = statSync(file, { throwIfNoEntry: false });
    if (status?.isDirectory()) {
      return false;
    }
    const problem = this.misfit(file, status?.isFile() ?? false);
    if (problem !== undefined) {
      this.refuse(`${this.shown(file)} ${problem}`);
      return false;
    }
    this.bytes += status?.size ?? 0;
    if (this.bytes > MOST_BYTES) {
      this.refuse(
        `${this.shown(this.module.root)} has more than ${MOST_BYTES / 1024 / 1024} MiB of files; remove what Terraform does not need`,
      );
      return false;
    }
    this.taken.set(this.inside(file), readFileSync(file));
    return true;
  }

  private misfit(file: string, isFile: boolean): string | undefined {
    if (!isFile) {
      return "is neither a file nor a link to one; remove it";
    }
    return escapes(this.module.repository, realpathSync(file))
      ? "leads out of the repository by a link; copy the file"
      : undefined;
  }

  private inside(path: string): string {
    return slashed(relative(this.module.root, path));
  }
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** A path with `/` between its steps on every machine. */
export function slashed(path: string): string {
  return path.split(sep).join("/");
}

/** The names in a folder but those that Terraform ignores too. Sorted. */
function namesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith(".") && !name.endsWith("~"))
    .sort();
}
