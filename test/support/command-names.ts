/** The names of the commands that `pmm-iam --help` lists, but for `help`. */
export function commandNames(help: string): string[] {
  const listed = help.slice(help.indexOf("\nCommands:\n"), help.indexOf("\nEnvironment:\n"));
  return [...listed.matchAll(/^ {2}([a-z]+)\b/gm)]
    .map(([, name = ""]) => name)
    .filter((name) => name !== "help");
}
