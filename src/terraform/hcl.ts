import type { VariableValue } from "../features/feature";

/** A value as an HCL expression: text is always quoted, whatever it looks like. */
export function hclExpression(value: VariableValue): string {
  if (typeof value === "string") {
    return hclText(value);
  }
  if (isList(value)) {
    return value.length === 0 ? "[]" : `[\n${value.map((item) => `${hclExpression(item)},`).join("\n")}\n]`;
  }
  if (typeof value === "object" && value !== null) {
    const lines = Object.entries(value).map(([key, item]) => `${hclKey(key)} = ${hclExpression(item)}`);
    return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n}`;
  }
  return String(value);
}

/** Text in quotes; `${` and `%{` stay text. JSON's escapes are HCL's. */
function hclText(text: string): string {
  return JSON.stringify(text).replaceAll("${", "$${").replaceAll("%{", "%%{");
}

function hclKey(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) ? key : hclText(key);
}

function isList(value: VariableValue): value is readonly VariableValue[] {
  return Array.isArray(value);
}

/** Text for Terraform's JSON syntax, which reads `${` and `%{` in every string as a template. */
export function escapeTemplate(text: string): string {
  return text.replaceAll("${", "$${").replaceAll("%{", "%%{");
}
