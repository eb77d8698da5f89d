import { TAGS } from "../../aws/limits";
import type { AccountsFile } from "../file";
import { laterOfSame } from "../file-order";
import { error, type Finding, type Path } from "../problem";
import { valueAt } from "../values";
import { shown } from "../wording";

/** The tag that the modules put on users beside the file's own. */
const OWN_TAGS = 1;

/** Tags, those of `defaults` included: no more than AWS allows, and no two that IAM takes for one. */
export function* tagRules(file: AccountsFile): Iterable<Finding> {
  const defaults = file.defaults.tags ?? {};
  yield* droppedTags(file, ["defaults", "tags"]);
  yield* tooManyTags(Object.keys(defaults).length, ["defaults", "tags"]);
  yield* sameTags(
    file,
    Object.keys(defaults).map((key) => ({ key, path: ["defaults", "tags", key] })),
  );
  for (const { path, input } of file.entries) {
    if (input.tags == null) {
      continue;
    }
    const own = Object.keys(input.tags).map((key) => ({ key, path: [...path, "tags", key] }));
    const inherited = Object.keys(defaults)
      .filter((key) => !Object.hasOwn(input.tags ?? {}, key))
      .map((key) => ({ key, path: ["defaults", "tags", key] as Path }));
    yield* sameTags(file, [...inherited, ...own]);
    yield* droppedTags(file, [...path, "tags"]);
    yield* tooManyTags(inherited.length + own.length, [...path, "tags"]);
  }
}

/** The schema's library leaves this one key out of what it reads, so that it would be lost. */
function* droppedTags(file: AccountsFile, path: Path): Iterable<Finding> {
  const key = [...path, "__proto__"];
  if (valueAt(file.document.plain, key) !== undefined) {
    yield error(key, "tag-key", 'the tag key "__proto__" is reserved; give the tag another name', "key");
  }
}

function* tooManyTags(count: number, path: Path): Iterable<Finding> {
  if (count > TAGS - OWN_TAGS) {
    yield error(
      path,
      "tags",
      `${count} tags, those of defaults included; expected at most ${TAGS - OWN_TAGS}: AWS allows ${TAGS}, and one is the program's own`,
      "key",
    );
  }
}

function* sameTags(file: AccountsFile, tags: readonly { key: string; path: Path }[]): Iterable<Finding> {
  const cite = (path: Path): string => {
    const { line, column } = file.document.locate(path, "key");
    return `${line}:${column}`;
  };
  const same = laterOfSame(tags, {
    key: ({ key }) => key.toLowerCase(),
    place: ({ path }) => cite(path),
    // The account is told, not what it inherits.
    rank: ({ path: [section] }) => (section === "defaults" ? 0 : 1),
  });
  for (const { first, later } of same) {
    yield error(
      later.path,
      "tags",
      `the tag ${shown(later.key)} differs only in case from ${shown(first.key)} at ${cite(first.path)}; IAM takes them for one: write both alike`,
      "key",
    );
  }
}
