import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { build, type Metafile, type OnLoadResult, type Plugin } from "esbuild";
import { packageRoot } from "../src/project";

/** Replaced by nothing: what bin/unused-packages.js keeps from loading. */
const UNUSED = /^archiver$|[/\\]locales[/\\]index\.c?js$/;

/** What the file that calls AWS is called, beside the program. */
export const AWS_FILE = "aws.js";

/** The WebAssembly of the HCL formatter, beside the program. */
export const WASM_FILE = "main.wasm.br";

const BROWSER = join(packageRoot, "src", "report", "browser");

/** What every file is made with. */
const SETTINGS = {
  absWorkingDir: packageRoot,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  minify: true,
  // For a stack trace.
  keepNames: true,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
} as const;

/** Makes the program one JavaScript file. Answers the folders of the packages that are in it. */
export async function bundleProgram(outfile: string): Promise<string[]> {
  const { metafile } = await build({
    ...SETTINGS,
    entryPoints: ["build/program.ts"],
    outfile,
    // A module of Node's before 16 that @cdktf/hcl-tools asks for only where its name is not a global.
    external: ["performance"],
    plugins: [unusedPackages, filesInside, awsBeside],
    // In one file every module is the main one: only the last line may ask.
    define: { "require.main": "undefined" },
    banner: { js: "#!/usr/bin/env node" },
    footer: { js: START },
  });
  return packagesOf(metafile);
}

/**
 * Makes what calls AWS one JavaScript file: the calls and `verify`, which the program loads where a command needs them, and
 * which `verify --pack` writes for the host.
 */
export async function bundleAws(outfile: string): Promise<string[]> {
  const { metafile } = await build({
    ...SETTINGS,
    entryPoints: ["build/aws.ts"],
    outfile,
    // The SDK as modules is half as large: what is not used is left out.
    mainFields: ["module", "main"],
  });
  return packagesOf(metafile);
}

/** The folders of the packages that a file is made of, sorted. */
function packagesOf(metafile: Metafile): string[] {
  const parts = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  return packagesIn(parts.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])));
}

/** Where the file is started as the program. In a clone it starts the sources, which may have changed since. */
const START = `if(require.main===module){
const sources=require("node:path").join(__dirname,"..","bin","pmm-iam.js");
if(require("node:fs").existsSync(sources))require(sources);else module.exports.run();
}`;

const unusedPackages: Plugin = {
  name: "unused packages",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: UNUSED }, ({ path }) => ({ path, namespace: "unused" }));
    onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "" }));
  },
};

/** What calls AWS is a file of its own, so that a start does not pay for it. */
const awsBeside: Plugin = {
  name: "calls to AWS beside",
  setup({ onResolve }) {
    onResolve({ filter: /[/\\](?:aws-calls[/\\]index|run-verify)\.ts$/ }, () => ({
      path: `./${AWS_FILE}`,
      external: true,
    }));
  },
};

/** What the sources read from files beside them. */
const filesInside: Plugin = {
  name: "files inside",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]src[/\\]report[/\\]browser-files\.ts$/ }, () => ({ contents: browserFiles() }));
    onLoad({ filter: /[/\\]src[/\\]aws[/\\]published-file\.ts$/ }, () => ({ contents: COMPRESSED }));
    onLoad({ filter: /[/\\]src[/\\]verify[/\\]host-file\.ts$/ }, () => ({ contents: HOST_FILE }));
    onLoad({ filter: /[/\\]hcl-tools[/\\]src[/\\]bridge\.js$/ }, ({ path }) => wasmBeside(path));
  },
};

/** Reads a file that `package.ts` has compressed. */
const COMPRESSED = `import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
export const publishedFile = (name) => gunzipSync(readFileSync(__dirname + "/" + name + ".gz")).toString();`;

/** The file for the host is the one that calls AWS. */
const HOST_FILE = `import { readFileSync } from "node:fs";
export const hostFile = async () => readFileSync(__dirname + "/${AWS_FILE}", "utf8");`;

function browserFiles(): string {
  const texts = readdirSync(BROWSER).map((name) => [name, readFileSync(join(BROWSER, name), "utf8")]);
  return `const texts = ${JSON.stringify(Object.fromEntries(texts))};
export function browserFile(name) { return texts[name]; }`;
}

/** The formatter's code, made to read its WebAssembly beside the program: at once, so that a missing file is an error. */
function wasmBeside(path: string): OnLoadResult {
  const code = readFileSync(path, "utf8");
  const contents = code.replace("goBridge(loadWasm())", `goBridge(Promise.resolve(${WASM}))`);
  return contents === code
    ? { errors: [{ text: `${relative(packageRoot, path)} loads its WebAssembly in another way` }] }
    : { contents };
}

const WASM = `zlib_1.brotliDecompressSync(require("node:fs").readFileSync(__dirname + "/${WASM_FILE}"))`;

/** The folders of the packages that some files are from, from the package's root, sorted. */
function packagesIn(files: readonly string[]): string[] {
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
  return [...new Set(folders)].map((folder) => resolve(packageRoot, folder)).sort();
}
