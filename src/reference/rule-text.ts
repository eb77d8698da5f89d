/** What docs/rules.md says of a rule, in Markdown, each one or two sentences. */
export interface RuleText {
  /** What it finds. */
  readonly what: string;
  /** What would go wrong without it. */
  readonly why: string;
  /** The way out. */
  readonly type: string;
}

export function rule(what: string, why: string, type: string): RuleText {
  return { what, why, type };
}
