import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { build, type OnLoadResult, type Plugin } from "esbuild";
import { packageRoot } from "../src/project";

/** Replaced by nothing: what bin/unused-packages.js keeps from loading. */
const UNUSED = /^archiver$|[/\\]locales[/\\]index\.c?js$/;

const BROWSER = join(packageRoot, "src", "report", "browser");

/** Makes the program one JavaScript file. Answers the folders of the packages that are in it. */
export async function bundle(outfile: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: packageRoot,
    entryPoints: ["build/program.ts"],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // Names stay, for a stack trace.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    metafile: true,
    // A module of Node's before 16 that @cdktf/hcl-tools asks for only where its name is not a global.
    external: ["performance"],
    plugins: [unusedPackages, filesInside],
    // In one file every module is the main one: only the last line may ask.
    define: { "require.main": "undefined" },
    banner: { js: "#!/usr/bin/env node" },
    footer: { js: START },
    logLevel: "warning",
  });
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

/** What the sources read from files beside them. */
const filesInside: Plugin = {
  name: "files inside",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]src[/\\]report[/\\]browser-files\.ts$/ }, () => ({ contents: browserFiles() }));
    onLoad({ filter: /[/\\]src[/\\]aws[/\\]published-file\.ts$/ }, () => ({ contents: COMPRESSED }));
    onLoad({ filter: /[/\\]hcl-tools[/\\]src[/\\]bridge\.js$/ }, ({ path }) => wasmBeside(path));
  },
};

/** Reads a file that `package.ts` has compressed. */
const COMPRESSED = `import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
export const publishedFile = (name) => gunzipSync(readFileSync(__dirname + "/" + name + ".gz")).toString();`;

function browserFiles(): string {
  const texts = readdirSync(BROWSER).map((name) => [name, readFileSync(join(BROWSER, name), "utf8")]);
  return `const texts = ${JSON.stringify(Object.fromEntries(texts))};
export function browserFile(name) { return texts[name]; }`;
}

/** The formatter's code, made to look for its WebAssembly beside the program. */
function wasmBeside(path: string): OnLoadResult {
  const code = readFileSync(path, "utf8");
  const contents = code.replace('__dirname, "..", "main.wasm.gz"', '__dirname, "main.wasm.gz"');
  return contents === code
    ? { errors: [{ text: `${relative(packageRoot, path)} looks for main.wasm.gz in another way` }] }
    : { contents };
}

/** The folders of the packages that some files are from, from the package's root, sorted. */
function packagesIn(files: readonly string[]): string[] {
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
  return [...new Set(folders)].map((folder) => resolve(packageRoot, folder)).sort();
}
