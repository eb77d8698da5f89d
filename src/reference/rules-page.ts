import { CHANGE_RULES } from "../accounts/effects";
import type { AccountKeys } from "../accounts/file";
import { keyRows } from "../accounts/reference";
import { oneOf } from "../accounts/wording";
import { CHANGE_RULE_TEXTS } from "./change-rules";
import { INPUT_RULE_TEXTS, PLAN_RULE_TEXTS } from "./command-rules";
import { FILE_RULES } from "./file-rules";
import { type RuleText, rule } from "./rule-text";

type Severity = "error" | "warning";

/** What the program prints of a rule for a file of the corpus. */
interface Printed {
  readonly severity: Severity;
  readonly line: string;
}

/**
 * docs/rules.md: every name that a message can have in brackets, with what it finds, why, and what to type.
 * `corpus`: the lines that the program prints for the files of test/corpus, from which each rule has its example.
 */
export function rulesPage(features: readonly AccountKeys[], corpus: readonly string[]): string {
  const printed = printedByRule(corpus);
  const ofFile = { ...keyRules(features), ...FILE_RULES };
  const paragraphs = [
    "# Rules",
    "Every message ends with the name of its rule in brackets. This page has each rule: what it finds, why that matters, and what to type. `npm run schema` generates it from the rules and from the files of `test/corpus`, whose messages are the examples. The [commands](commands.md) say how messages look.",
    ...section("In accounts.yaml", "`check` and `synth` find these, and nothing lets an error pass.", {
      texts: without(ofFile, CHANGE_RULE_TEXTS),
      severity: (name) => severities(printed.get(name)),
      printed,
    }),
    ...section(
      "In a change of accounts.yaml",
      "`check --base` finds these. `--allow <rule>` lets a refusal pass: [Let a refusal pass](let-a-refusal-pass.md). [Every key of accounts.yaml](accounts-yaml.md) says which rules judge a change of which key.",
      {
        texts: CHANGE_RULE_TEXTS,
        severity: (name) =>
          CHANGE_RULES[name as keyof typeof CHANGE_RULES] === "refuses"
            ? `error; \`--allow ${name}\` lets it pass`
            : "warning",
        printed,
      },
    ),
    ...section("In a plan", "`summary --plan` refuses a plan for these.", {
      texts: PLAN_RULE_TEXTS,
      severity: (name) => `error; \`--allow ${name}\` lets it pass`,
      printed,
    }),
    ...section("In what a command is given", "The option or the argument cannot be used.", {
      texts: INPUT_RULE_TEXTS,
      severity: () => "error",
      printed,
    }),
  ];
  return `${paragraphs.join("\n\n")}\n`;
}

interface Section {
  readonly texts: Readonly<Record<string, RuleText>>;
  readonly severity: (name: string) => string;
  readonly printed: ReadonlyMap<string, readonly Printed[]>;
}

function section(title: string, about: string, { texts, severity, printed }: Section): string[] {
  const names = Object.keys(texts).sort();
  return [
    `## ${title}`,
    about,
    ...names.flatMap((name) => {
      const { what, why, type } = texts[name] as RuleText;
      const example = shortest(printed.get(name) ?? []);
      return [
        `### ${name}`,
        `${capital(severity(name))}.`,
        `- **What**: ${what}\n- **Why**: ${why}\n- **What to type**: ${type}`,
        ...(example === undefined ? [] : [`\`\`\`text\n${example}\n\`\`\``]),
      ];
    }),
  ];
}

/** A rule for each key: its value is not one that the key takes. */
function keyRules(features: readonly AccountKeys[]): Record<string, RuleText> {
  const takes = new Map<string, { readonly key: string; readonly values: Set<string> }>();
  for (const [path, { type, allowed }] of keyRows(features)) {
    const key = path.split(".").at(-1) ?? path;
    const known = takes.get(key) ?? { key, values: new Set() };
    known.values.add(allowed === "" ? type : allowed);
    takes.set(key, known);
  }
  return Object.fromEntries(
    [...takes].map(([key, { values }]) => [
      key.replaceAll("_", "-"),
      rule(
        `\`${key}\` is missing where it is required, or has a value that the key does not take.`,
        "AWS or Terraform would refuse the value, or take it for another one.",
        `${capital([...values].join("; or "))}. [Every key of accounts.yaml](accounts-yaml.md) has more.`,
      ),
    ]),
  );
}

function without(
  texts: Readonly<Record<string, RuleText>>,
  others: Readonly<Record<string, unknown>>,
): Record<string, RuleText> {
  return Object.fromEntries(Object.entries(texts).filter(([name]) => !(name in others)));
}

/** `accounts.yaml:12:17: error: ... [rule]`, of the file itself or of one that it names. */
const MESSAGE = /^\S.*?:\d+:\d+: ((error|warning): .* \[([a-z0-9-]+)\])$/;

function printedByRule(corpus: readonly string[]): ReadonlyMap<string, readonly Printed[]> {
  const byRule = new Map<string, Printed[]>();
  for (const text of corpus) {
    const [, line, severity, name] = MESSAGE.exec(text) ?? [];
    if (line !== undefined && name !== undefined) {
      byRule.set(name, [...(byRule.get(name) ?? []), { severity: severity as Severity, line }]);
    }
  }
  return byRule;
}

function severities(printed: readonly Printed[] = []): string {
  const found = [...new Set(printed.map(({ severity }) => severity))].sort();
  return found.length === 0 ? "error" : oneOf(found);
}

/** The shortest says the least of anything but the rule; of equals, the first by its text. */
function shortest(printed: readonly Printed[]): string | undefined {
  return printed.map(({ line }) => line).sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0];
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
