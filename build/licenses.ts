import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { packageRoot } from "../src/project";

/** The licenses that a package inside the program may have. Another one is looked at before it is added here. */
const ALLOWED = new Set(["Apache-2.0", "BlueOak-1.0.0", "ISC", "MIT", "MPL-2.0", "Public Domain"]);

/** Where the text of a license is that a package names and does not carry. */
const TEXT_ELSEWHERE: Readonly<Record<string, string>> = {
  "Apache-2.0": "node_modules/@aws-sdk/client-sts/LICENSE",
  "MPL-2.0": "node_modules/@cdktf/provider-aws/LICENSE",
  "Public Domain": "node_modules/cdktf/node_modules/jsonify/README.md",
};

const LICENCE_FILE = /^(licen[cs]e|notice|copying)/i;

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/**
 * The licenses of packages, by their folders: one text for a file beside the program. Packages with the same text share
 * it. Throws where a license is not allowed.
 */
export function licensesOf(folders: readonly string[]): string {
  const head = `The program in this folder contains parts of these packages. The source of each is published as the npm package of
its name and version.
`;
  const byText = new Map<string, string[]>();
  for (const folder of folders) {
    const { name, version, license } = packageIn(folder);
    const text = textOf(folder, { name, license });
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...byText].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
  return [head, ...parts].join(`\n${"-".repeat(80)}\n\n`);
}

function packageIn(folder: string): Package {
  const described: Package = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const { name, license } = described;
  if (!ALLOWED.has(license)) {
    throw new Error(`${name} has the license ${license}; expected one of ${[...ALLOWED].join(", ")}`);
  }
  return described;
}

function textOf(folder: string, { name, license }: Pick<Package, "name" | "license">): string {
  const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(basename(file)));
  const elsewhere = TEXT_ELSEWHERE[license];
  const paths = files.map((file) => join(folder, file));
  const texts = paths.length > 0 || elsewhere === undefined ? paths : [join(packageRoot, elsewhere)];
  if (texts.length === 0) {
    throw new Error(`${name} names the license ${license} and has no text of it`);
  }
  return texts.map((path) => readFileSync(path, "utf8").trim()).join("\n\n");
}
