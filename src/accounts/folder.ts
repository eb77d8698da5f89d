import { repositoryOf } from "./repository";

/** Reads what accounts.yaml names. Paths start from the folder, and stay inside the repository around it. */
export type Reader<Read> = (folder: AccountsFolder, path: string) => Read;

/** The folder of accounts.yaml. What the file names there is read once, however many accounts name it. */
export class AccountsFolder {
  /** The root of the repository around the folder; the folder itself outside any. */
  readonly repository: string;
  private readonly read = new Map<Reader<unknown>, Map<string, unknown>>();

  constructor(readonly path: string) {
    this.repository = repositoryOf(path);
  }

  /** What `reader` makes of a path; asked for again, what it made the first time. */
  once<Read>(reader: Reader<Read>, path: string): Read {
    const known = this.read.get(reader) ?? new Map<string, unknown>();
    this.read.set(reader, known);
    if (!known.has(path)) {
      known.set(path, reader(this, path));
    }
    // The map of a reader holds what this reader made, and nothing else.
    return known.get(path) as Read;
  }
}
