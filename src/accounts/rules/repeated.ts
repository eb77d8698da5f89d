import { type AccountsFile, place } from "../file";
import { error, type Finding, type Path } from "../problem";

/** Says of each repeated value where it stands first. */
export function* repeated(
  file: Pick<AccountsFile, "document">,
  values: Iterable<{ readonly value: string; readonly path: Path }>,
  rule: string,
  message: (value: string, first: string) => string,
): Iterable<Finding> {
  const first = new Map<string, Path>();
  for (const { value, path } of values) {
    const earlier = first.get(value);
    if (earlier === undefined) {
      first.set(value, path);
    } else {
      yield error(path, rule, message(value, place(file, earlier)));
    }
  }
}
