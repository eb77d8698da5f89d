import type { Colors } from "picocolors/types";

/**
 * What a command prints, line by line. A file's or an argument's text may be in it: no such text paints the
 * terminal, begins a line of its own or reaches a pipeline as a command.
 */
export type Line = readonly (string | Styled)[] | string | WorkflowCommand | JsonLine;

/** A part of a line in a colour or a weight. */
export interface Styled {
  readonly style: "red" | "yellow" | "green" | "bold" | "dim";
  readonly text: string;
}

/** A command that GitHub Actions reads from the output, such as an annotation at a line of a file. */
export interface WorkflowCommand {
  readonly command: "error" | "warning";
  readonly properties: Readonly<Record<string, string | number>>;
  /** The lines of its message. */
  readonly message: readonly string[];
}

/** A value for programs, as JSON on one line. */
export interface JsonLine {
  readonly json: unknown;
}

/** Each line with its end. */
export function renderLines(lines: readonly Line[], colors: Colors): string {
  return lines.map((line) => `${renderLine(line, colors)}\n`).join("");
}

function renderLine(line: Line, colors: Colors): string {
  if (typeof line === "object" && "command" in line) {
    return workflowCommand(line);
  }
  if (typeof line === "object" && "json" in line) {
    return jsonText(line.json);
  }
  const parts = typeof line === "string" ? [line] : line;
  const isCommand = /^\s*::/.test(
    parts.map((part) => (typeof part === "string" ? part : part.text)).join(""),
  );
  const text = parts
    .map((part) => (typeof part === "string" ? printable(part) : colors[part.style](printable(part.text))))
    .join("");
  return isCommand ? text.replace(":", "\\u003a") : text;
}

/**
 * Shows control, bidirectional-override and invisible characters as escapes, and breaks what a pipeline would obey
 * anywhere in a line: `##[` (GitHub Actions), `##vso[` (Azure DevOps) and `##teamcity[`.
 * Source: TryParse in src/Runner.Common/ActionCommand.cs of github.com/actions/runner.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?<=#)#(?=\w{0,20}\[)/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
  });
}

/** Escaped as JSON itself does it, so that programs read what was meant. */
function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?<=#)#(?=\w{0,20}\[)/gu, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/** A file as messages call it: a name that begins in an unusual way gets `./` in front, and means the same. */
export function shownFile(name: string): string {
  return /^[\p{L}\p{N}_./~]/u.test(name) ? name : `./${name}`;
}

/** `::error file=,line=,col=,title=::message`, escaped as GitHub's own toolkit does it. */
function workflowCommand({ command, properties, message }: WorkflowCommand): string {
  const given = Object.entries(properties).map(
    ([name, value]) => `${name}=${escapeProperty(printable(String(value)))}`,
  );
  return `::${command} ${given.join(",")}::${escapeData(message.map(printable).join("\n"))}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
