import { type AccountsFile, place } from "../file";
import { apartFrom, laterOfSame } from "../file-order";
import { error, type Finding, type Path } from "../problem";
import { shown } from "../wording";

/** Says of each repeated value where it is first. */
export function* repeated(
  file: Pick<AccountsFile, "document">,
  values: Iterable<{ readonly value: string; readonly path: Path }>,
  rule: string,
  message: (value: string, first: string, path: Path) => string,
): Iterable<Finding> {
  const cite = (path: Path): string => place(file, path);
  const same = laterOfSame(values, { key: ({ value }) => value, place: ({ path }) => cite(path) });
  for (const { first, later } of same) {
    const { value, path } = later;
    // As other messages show it, without the quotes that the message has.
    const told = message(shown(value).slice(1, -1), cite(first.path), path);
    yield error(apartFrom(first.path, path, cite), rule, told);
  }
}
