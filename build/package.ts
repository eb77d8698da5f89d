import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gunzipSync, gzipSync } from "node:zlib";
import { packageRoot } from "../src/project";
import { AWS_FILE, bundleAws, bundleProgram, WASM_FILE } from "./bundle";
import { licensesOf } from "./licenses";

/*
 * Makes what the npm package has beside the modules, the schemas and the docs: dist/, with the program as one
 * JavaScript file, what it loads when it is asked for (what calls AWS, data), and the licenses of what is inside.
 */

const DIST = join(packageRoot, "dist");

/** What AWS has published: read when it is asked for, and too large to be in the program. */
const PUBLISHED = ["published-actions.json", "managed-policy-documents.json"];

/** The WebAssembly of the HCL formatter. */
const FORMATTER = "node_modules/@cdktf/hcl-tools/main.wasm.gz";

/** The program. */
const PROGRAM = join(DIST, "pmm-iam.js");

async function main(): Promise<void> {
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(DIST);
  const packages = [...(await bundleProgram(PROGRAM)), ...(await bundleAws(join(DIST, AWS_FILE)))];
  chmodSync(PROGRAM, 0o755);
  for (const name of PUBLISHED) {
    const text = readFileSync(join(packageRoot, "src", "aws", name));
    writeFileSync(join(DIST, `${name}.gz`), gzipSync(text, { level: 9 }));
  }
  writeFileSync(join(DIST, WASM_FILE), smaller(readFileSync(join(packageRoot, FORMATTER))));
  writeFileSync(join(DIST, "THIRD-PARTY-LICENSES.txt"), licensesOf([...new Set(packages)].sort()));
}

/** A sixth less than gzip makes of it. The best quality would take ten seconds for another tenth. */
function smaller(compressed: Buffer): Buffer {
  return brotliCompressSync(gunzipSync(compressed), { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
}

void main();
