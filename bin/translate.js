// Translates TypeScript, and keeps the translations in node_modules: loading the translator and translating is a
// fifth of the time that the program takes to start, and a third of its memory.
const { createHash, randomUUID } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const { join, relative, resolve } = require("node:path");

const ROOT = resolve(__dirname, "..");
/** Where what a run has worked out is kept for the next. */
const CACHE = join(ROOT, "node_modules", ".cache", "pmm-iam");
exports.CACHE = CACHE;

/** All that decides what a file is translated to, beside its text. */
const TRANSLATOR = [
  readFileSync(require.resolve("@swc/core/package.json")),
  readFileSync(join(ROOT, ".swcrc")),
];

/**
 * The JavaScript of a file. A kept translation begins with a hash over the translator, the file's text and the
 * translation itself: one that is out of date, cut short or damaged is made again. DEBUG asks for source
 * maps, which are as large as the code and are not kept.
 */
exports.translate = (code, filename) => {
  if (process.env.DEBUG) {
    return translated(code, filename, true);
  }
  const place = join(CACHE, `${hash([relative(ROOT, filename)])}.js`);
  const known = read(place, code);
  if (known !== undefined) {
    return known;
  }
  const translation = translated(code, filename, false);
  keep(place, `${hash([...TRANSLATOR, code, translation])}\n${translation}`);
  return translation;
};

function translated(code, filename, sourceMaps) {
  return translator().transformSync(code, { filename, sourceMaps: sourceMaps && "inline" }).code;
}

/** It unpacks itself on its first load, under HOME or TMPDIR. Without a place for that no line of the program runs. */
function translator() {
  try {
    return require("@swc/core");
  } catch {
    process.stderr.write(
      "error: @swc/core, which translates TypeScript, cannot be loaded; set HOME or TMPDIR to a folder that can be written, or install the packages again: npm ci\n",
    );
    process.exit(1);
  }
}

function hash(parts) {
  const sum = createHash("sha256");
  for (const part of parts) {
    sum.update(part).update("\0");
  }
  return sum.digest("hex");
}

function read(place, code) {
  let kept;
  try {
    kept = readFileSync(place, "utf8");
  } catch {
    return undefined;
  }
  const end = kept.indexOf("\n");
  const translation = kept.slice(end + 1);
  return kept.slice(0, end) === hash([...TRANSLATOR, code, translation]) ? translation : undefined;
}

/**
 * Under another name first, so that a run at the same time never reads half a file. Without a place to keep it
 * (node_modules is read-only, the disk is full), each run translates.
 */
function keep(place, content) {
  const draft = `${place}.${randomUUID()}`;
  try {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(draft, content);
    renameSync(draft, place);
  } catch {
    remove(draft);
  }
}

function remove(path) {
  try {
    rmSync(path, { force: true });
  } catch {
    // Its folder is none, or is read-only: then there is nothing to remove.
  }
}
