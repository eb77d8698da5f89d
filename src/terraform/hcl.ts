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
  return escapeTemplate(JSON.stringify(text));
}

/** A mapping that begins with a bare `for` is a for expression to Terraform. */
function hclKey(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) && key !== "for" ? key : hclText(key);
}

function isList(value: VariableValue): value is readonly VariableValue[] {
  return Array.isArray(value);
}

/** `${` and `%{` begin a template in every string, in HCL as in Terraform's JSON syntax; doubled they are text. */
function escapeTemplate(text: string): string {
  return text.replace(/[$%](?=\{)/g, (character) => character + character);
}

/** The same value in Terraform's JSON syntax, keys sorted, for Terraform's mappings have no order. */
export function jsonExpression(value: VariableValue): VariableValue {
  return jsonLiteral(withSortedKeys(value));
}

/** The same value in Terraform's JSON syntax: text and keys with their templates escaped. */
export function jsonLiteral(value: VariableValue): VariableValue {
  if (typeof value === "string") {
    return escapeTemplate(value);
  }
  if (isList(value)) {
    return value.map(jsonLiteral);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [escapeTemplate(key), jsonLiteral(item)]),
    );
  }
  return value;
}

function withSortedKeys(value: VariableValue): VariableValue {
  if (isList(value)) {
    return value.map(withSortedKeys);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => [key, withSortedKeys(item)]),
    );
  }
  return value;
}

/**
 * Quotes the tag keys that cdktf writes bare (tried with 0.21), and that Terraform reads as the start of a for expression
 * or as a calculation: `for`, and what begins with `-` or a digit.
 */
export function quotedKeys(hcl: string): string {
  return hcl.replace(/^( *)(for|[-\d][\w-]*)(?= *= )/gm, '$1"$2"');
}

/**
 * Writes references bare, as `terraform fmt` does and as Terraform wants a resource's provider. cdktf quotes
 * them (tried with 0.21): `role = "${aws_iam_role.pmm_ec2.name}"`, `provider = "aws.tools"`, and the items of
 * `depends_on` and `ignore_changes`, of which Terraform warns.
 */
export function bareReferences(hcl: string): string {
  return hcl
    .replace(/^( *[\w-]+ *= )"\$\{([\w.-]+)\}"$/gm, "$1$2")
    .replace(/^( *provider *= )"(aws(?:\.\w+)?)"$/gm, "$1$2")
    .replace(/^ {2}depends_on = \[\n(?: {4}"aws_\w+\.\w+",\n)+ {2}\]$/gm, (list) => list.replaceAll('"', ""))
    .replace(/^ {4}ignore_changes = \[\n(?: {6}"\w+",\n)+ {4}\]$/gm, (list) => list.replaceAll('"', ""));
}
