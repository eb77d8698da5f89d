import { shownFile } from "../accounts/lines";
import type { Problem } from "../accounts/problem";
import { counted } from "../accounts/wording";
import { codeSpan, fitted } from "./markdown";

/** Problems of the file and the change, within so many bytes. */
export function problemLines(problems: readonly Problem[], most: number): string[] {
  const { lines, rest } = fitted(problems, problemItem, most * 0.95);
  const more = `- and ${counted(rest.length, "more problem")}; \`pmm-iam check --base\` prints all`;
  return [...lines, ...(rest.length === 0 ? [] : [more])];
}

function problemItem({ severity, file, line, column, message, rule }: Problem): string[] {
  return [
    `- ${severity}: ${codeSpan(`${shownFile(file)}:${line}:${column}`)} ${codeSpan(message)} [${codeSpan(rule)}]`,
  ];
}
