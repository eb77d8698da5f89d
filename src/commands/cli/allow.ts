/** The rules whose refusals are let pass: `--allow account-removed`, as often as there are. */
export const ALLOW_OPTION = "--allow <rule>";

/** One more of a repeatable option. */
export function allowed(rule: string, rules: readonly string[] = []): string[] {
  return [...rules, rule];
}
