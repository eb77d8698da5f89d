/**
 * A name for each thing that no other has, in whatever case: of the names that it may have, the first that is its own.
 * So a name only grows where two would share it, and two never differ by case alone, which not every file system
 * keeps apart. The last name of a thing is one that no other thing has; where somebody else is called so, a number
 * follows.
 */
export function fileNames<Thing>(
  things: readonly Thing[],
  namesOf: (thing: Thing) => readonly string[],
): Map<Thing, string> {
  const chosen = new Map<Thing, string>();
  const taken = new Set<string>();
  let open = things.map((thing) => ({ thing, names: namesOf(thing) }));
  for (let level = 0; open.length > 0; level += 1) {
    const named = open.map(({ thing, names }) => ({ thing, names, name: nameAt(names, level) }));
    const counts = new Map<string, number>();
    for (const { name } of named) {
      counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
    }
    const isOwn = (name: string): boolean =>
      counts.get(name.toLowerCase()) === 1 && !taken.has(name.toLowerCase());
    const [own, shared] = [named.filter(({ name }) => isOwn(name)), named.filter(({ name }) => !isOwn(name))];
    for (const { thing, name } of own) {
      chosen.set(thing, name);
      taken.add(name.toLowerCase());
    }
    open = shared;
  }
  return chosen;
}

/** As many numbers as are tried behind a last name. */
const MOST_NUMBERS = 100;

function nameAt(names: readonly string[], level: number): string {
  const over = level - names.length + 1;
  if (over > MOST_NUMBERS) {
    throw new Error(
      `two files of a consumer have the last name "${names.at(-1)}"; expected one of its own for each`,
    );
  }
  return names[level] ?? `${names.at(-1)}-${over + 1}`;
}

/** IAM's names as a part of a file's name: none is hidden, and none is taken for a file of Terraform. */
export function asFileName(name: string): string {
  return name.replace(/^\.|\.(?=tfstate)/gi, "-");
}
