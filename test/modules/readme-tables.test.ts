import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@cdktf/hcl2json";

/** The tables of inputs and outputs in each module's README, against the module's code, in the code's order. */

const MODULES = join(__dirname, "../../modules");
const names = readdirSync(MODULES).sort();

interface Block {
  readonly description: string;
  readonly type?: string;
  readonly default?: unknown;
}

type Named = Readonly<Record<string, readonly Block[]>>;

/** The blocks of one kind in a file, by name, in the order of the file. */
async function blocks(module: string, file: string, kind: "variable" | "output"): Promise<[string, Block][]> {
  const text = readFileSync(join(MODULES, module, file), "utf8");
  const named = ((await parse(file, text)) as Readonly<Record<string, Named>>)[kind] ?? {};
  const order = [...text.matchAll(new RegExp(`^${kind} "(\\w+)"`, "gm"))].map(([, name = ""]) => name);
  expect(order.length).toBeGreaterThan(0);
  return order.map((name) => [name, named[name]?.[0] ?? { description: "" }]);
}

/** The rows of the table that follows a line, each as its cells. */
function table(module: string, before: string): string[][] {
  const readme = readFileSync(join(MODULES, module, "README.md"), "utf8");
  const [, rest = ""] = readme.split(`\n${before}\n`);
  const [, rows = ""] = /^\n\|.*\n\|[-|]+\n((?:\|.*\n)+)/.exec(rest) ?? [];
  return rows
    .trimEnd()
    .split("\n")
    .map((row) =>
      row
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** As a cell has it: what would end the cell is escaped, and what HCL escapes is not. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("$${", "${");
}

/** A type without the attributes of an object. hcl2json keeps it as an expression: `${list(string)}`. */
function typeText(type = ""): string {
  return type
    .replace(/^\$\{|\}$/g, "")
    .replace(/\s+/g, " ")
    .replace(/object\(\{.*\}\)/, "object");
}

test.each(names)("%s: the inputs", async (module) => {
  const variables = await blocks(module, "variables.tf", "variable");
  const rows = variables.map(([name, { description, type, ...rest }]) => [
    `\`${name}\``,
    cell(description),
    `\`${cell(typeText(type))}\``,
    "default" in rest ? `\`${cell(JSON.stringify(rest.default))}\`` : "required",
  ]);
  expect(table(module, "## Inputs")).toEqual(rows);
});

test.each(names)("%s: the outputs", async (module) => {
  const outputs = await blocks(module, "outputs.tf", "output");
  expect(table(module, "## Outputs")).toEqual(
    outputs.map(([name, { description }]) => [`\`${name}\``, cell(description)]),
  );
});

test("cloudwatch-agent: the attributes of a user", async () => {
  const variables = new Map(await blocks("cloudwatch-agent", "variables.tf", "variable"));
  const rows = table("cloudwatch-agent", "An `on_premises_*_user` is an object:");
  for (const name of ["on_premises_server_user", "on_premises_admin_user"]) {
    const type = variables.get(name)?.type ?? "";
    const attributes = [...type.matchAll(/^ +(\w+) += (?:optional\(.+, (.+)\)|\w+)$/gm)];
    expect(
      attributes.map(([, attribute, value]) => [`\`${attribute}\``, value ? `\`${value}\`` : "required"]),
    ).toEqual(rows.map(([attribute, , value]) => [attribute, value]));
  }
  expect(rows.length).toBeGreaterThan(3);
});
