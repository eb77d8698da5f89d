import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { AccountsFolder } from "../../src/accounts/folder";
import { terraformCode } from "../../src/modules/blocks";
import { READS_FILE } from "../../src/modules/call-rules";
import { type ModuleCode, readModuleCode } from "../../src/modules/code";
import { environment } from "./harness/environment";
import { describeE2e } from "./harness/gate";
import { Folder } from "./harness/terraform";
import { ROOT, terraformPath } from "./harness/tools";

/*
 * The scan of teams' modules, held against Terraform itself: on mutated files, what the scan takes Terraform reads
 * without an error of syntax, and calls the modules that the scan saw.
 */

/** How many files are mutated, and from which seed. */
const COUNT = Number(process.env["MUTATIONS"] ?? 400);
const SEED = Number(process.env["SEED"] ?? 1);

/** A file with what misleads readers: heredocs, templates in templates, comments, one-line blocks. */
const SAMPLE = `module "seen" {
  source = "./called"
}
locals {
  list = [for k, v in { a = 1, "b" : 2, (local.c) = 3 } : k if v != null] # {
  text = "a \${"b \${upper("c")}"} %{ if true }d%{ else }e%{ endif } $\${f} \\" \\\\"
  flat = <<-EOT
    \${jsonencode({ g = <<END
      h
    END
    })}
    /* $ % EOT */
    EOT
  /* module "hidden" {
    source = "./called"
  } */
  number = -1.5e3 // }
}
variable "a" { default = [[], {}] }
output "b" {
  value = var.a[*].c[0]["d"] ? !true && 1 <= 2 : null
}
`;
const JSON_SAMPLE = JSON.stringify({
  "//": "a comment",
  module: { seen: { source: "./called" } },
  locals: [{ a: '${upper("b")}', c: [1, true, null, { "${local.a}": "%{ if true }d%{ endif }" }] }],
  variable: { e: { default: "" } },
  output: [{ f: { value: "$${g}" } }],
});

const CALL = 'module "added" {\n  source = "./called"\n}\n';
const PIECES = [
  ..."\"{}()[]=,:?.#$%\\<>!-*/&|~;`'@+\n\r\t\0\u0001\u0085\u00a0\u2028\u200b\ufeff",
  ...[
    "\r\n",
    "${",
    "%{",
    "~}",
    "${~",
    "$${",
    "%%{",
    "<<EOT\n",
    "<<-EOT\n",
    "\nEOT\n",
    "\nEND\n",
    "  EOT \n",
    "EOT\u0085\n",
  ],
  ...[
    "EOT\u00a0\n",
    "EOT\ufeff\n",
    "//",
    "/*",
    "*/",
    '\\"',
    "\\u0041",
    "\\ud800",
    "...",
    ".*",
    "[*]",
    "=>",
    "::",
    " for ",
    " if ",
    " in ",
  ],
  ...[
    "%{ if true }",
    "%{ else }",
    "%{ endif }",
    "a = 1\n",
    "é",
    "日",
    CALL,
    CALL,
    `\n${CALL}`,
    '"module":{"added":{"source":"./called"}},',
  ],
  ...['"mod\\u0075le":{"added":{"source":"./called"}},', "[{}]", '"a":"b",', "null"],
];

const samples = ["modules", "examples"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".tf"))
    .map((path) => readFileSync(join(ROOT, folder, path), "utf8")),
);

/** Places are fractions of the text, so that one edit fits every text. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.constantFrom(0, 0, 0, 1, 2, 10),
  added: fc.oneof(fc.constantFrom(...PIECES), fc.constant("")),
});
const mutated = fc
  .record({
    name: fc.constantFrom("main.tf", "main.tf", "main.tf.json"),
    sample: fc.oneof(
      { weight: 2, arbitrary: fc.constant(SAMPLE) },
      { weight: 1, arbitrary: fc.constantFrom(...samples) },
    ),
    edits: fc.array(edit, { minLength: 1, maxLength: 3 }),
  })
  .map(({ name, sample, edits }) => ({
    name,
    text: edits.reduce(
      (text, { at, removed, added }) => {
        const start = Math.floor(at * text.length);
        return text.slice(0, start) + added + text.slice(start + removed);
      },
      name === "main.tf" ? sample : JSON_SAMPLE,
    ),
  }));

/** Each asks Terraform for another provider than aws. */
const ASKING = [
  'resource "random_id" "a" {}',
  'resource "aws_iam_role" "a" {\n  provider = other\n}',
  'data "http" "a" {}',
  'ephemeral "random_password" "a" {}',
  'check "a" {\n  data "http" "b" {}\n  assert {\n    condition     = data.http.b.id == 1\n    error_message = "c"\n  }\n}',
  'data "terraform_remote_state" "a" {\n  backend = "local"\n}',
  'terraform {\n  required_providers {\n    random = { source = "hashicorp/random" }\n  }\n}',
  'terraform {\n  required_providers {\n    aws = { source = "other/aws" }\n  }\n}',
  'terraform {\n  required_providers {\n    aws = { "source" = "other/aws" }\n  }\n}',
  'provider "random" {}',
];

describeE2e("the scan of teams' modules", () => {
  let root: Folder;
  beforeEach(() => {
    const path = mkdtempSync(join(tmpdir(), "pmm-iam-scan-"));
    root = new Folder(path, terraformPath(), environment(path, "http://127.0.0.1:1"));
  });
  afterEach(() => rmSync(root.path, { recursive: true }));

  function scan(folder: string): ModuleCode {
    return readModuleCode(new AccountsFolder(root.path), `./${folder}`);
  }

  function write(folder: string, name: string, text: string): void {
    mkdirSync(join(root.path, folder, "called"), { recursive: true });
    writeFileSync(join(root.path, folder, name), text);
    writeFileSync(join(root.path, folder, "called", "main.tf"), 'output "a" {\n  value = 1\n}\n');
  }

  test("what it takes, Terraform reads as it does", async () => {
    const modules = fc.sample(mutated, { numRuns: COUNT, seed: SEED }).map(({ name, text }, index) => {
      write(`m${index}`, name, text);
      return { folder: `m${index}`, name, text };
    });
    const taken = modules.filter(({ folder }) => scan(folder).problems.length === 0);
    // Enough on both sides to show something.
    expect(taken.length).toBeGreaterThan(COUNT / 20);
    expect(modules.length - taken.length).toBeGreaterThan(COUNT / 20);
    for (const { folder } of modules.filter((module) => !taken.includes(module))) {
      rmSync(join(root.path, folder), { recursive: true });
    }

    // 2: a file that cannot be parsed. 0 and 3: all are formatted, or not.
    const formatted = await root.attempt("fmt", "-no-color", "-check", "-recursive");
    expect([formatted.code === 2, formatted.stderr]).toEqual([false, ""]);

    root.write(
      "main.tf",
      taken.map(({ folder }) => `module "${folder}" {\n  source = "./${folder}"\n}\n`).join(""),
    );
    const got = await root.attempt("get", "-no-color");
    expect(got.stdout).not.toContain("Downloading");
    const installed = readFileSync(join(root.path, ".terraform", "modules", "modules.json"), "utf8");
    const keys = (JSON.parse(installed).Modules as { Key: string }[]).map(({ Key }) => Key);
    for (const { folder, name, text } of taken) {
      const seen = terraformCode(name, text.replace(/^\uFEFF/, ""))
        .blocks.filter(({ keyword }) => keyword === "module")
        .map(({ labels: [label] }) => `${folder}.${label}`);
      expect({ text, calls: keys.filter((key) => key.startsWith(`${folder}.`)).sort() }).toEqual({
        text,
        calls: [...new Set(seen)].sort(),
      });
    }
  });

  test.each(ASKING)("refused, for Terraform asks for another provider: %s", async (text) => {
    write("a", "main.tf", `${text}\n`);
    root.write("main.tf", 'module "a" {\n  source = "./a"\n}\n');
    await root.run("get");
    const asked = (await root.run("providers", "-no-color")).match(/provider\[\S+\]/g) ?? [];
    expect(
      asked.filter((provider) => provider !== "provider[registry.terraform.io/hashicorp/aws]"),
    ).toHaveLength(1);
    expect(scan("a").problems).toHaveLength(1);
  });

  test("Terraform has no function that reads a file and that the scan does not know", async () => {
    const { function_signatures: signatures } = JSON.parse(await root.run("metadata", "functions", "-json"));
    const reading = Object.entries(
      signatures as Record<string, { description?: string; parameters?: { name: string }[] }>,
    )
      .filter(
        ([name, { description = "", parameters = [] }]) =>
          !name.startsWith("core::") &&
          (/\bfiles?\b|\bdisk\b/i.test(description) ||
            parameters.some((parameter) => parameter.name === "path")),
      )
      .map(([name]) => name);
    // These take paths apart, join them or make the text of a password file, and read nothing.
    const pure = ["abspath", "basename", "bcrypt", "dirname", "pathexpand"];
    expect(reading.filter((name) => !pure.includes(name)).sort()).toEqual([...READS_FILE].sort());
  });
});
