import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { InputError } from "../changes/input-error";
import { version } from "../project";
import { hostFile } from "./host-file";
import type { PackedPlan, VerifyPlan } from "./plan";

/** How a packed file begins, by which it is known when it is packed again. */
const FIRST_LINE = "// pmm-iam verify: run it on the PMM host, with node.";
const LICENSES =
  "// Parts are of other packages: THIRD-PARTY-LICENSES.txt of the package pmm-iam has their licenses.";

/**
 * What a module of CommonJS has from Node. Where the folder of the host has a package.json that makes every .js a module of
 * the other kind, these are made. `var` leaves alone what is there.
 */
const COMMONJS = `"use strict";var require=require||process.getBuiltinModule("module").createRequire("file:///verify.js"),module=module||{exports:{}};`;

/**
 * Writes the one file for the host: what calls AWS, and the plan. It holds no secret. The same deployment gives the same
 * bytes. A file of something else is not overwritten.
 */
export async function packVerify(file: string, plan: VerifyPlan): Promise<void> {
  if (existsSync(file) && statSync(file).isDirectory()) {
    throw new InputError(`${file} is a folder; expected the name of a file in it`, "output");
  }
  if (existsSync(file) && !readFileSync(file, "utf8").startsWith(FIRST_LINE)) {
    throw new InputError(
      `${file} is there and was not packed by verify; expected a new name, or remove it`,
      "output",
    );
  }
  const packed: PackedPlan = { version, plan };
  const code = await hostFile();
  writeFileSync(
    file,
    `${FIRST_LINE}\n${LICENSES}\n${COMMONJS}\n${code.trimEnd()}\nmodule.exports.verifyHost(${literal(packed)});\n`,
  );
}

/** JSON as JavaScript. Before ES2019 two separators of lines ended a text; editors still take them so. */
function literal(value: PackedPlan): string {
  return JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}
