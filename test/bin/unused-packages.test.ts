import { spawnSync } from "node:child_process";
import { packageRoot } from "../../src/project";

/** What a program prints that node runs through bin/register.js. */
function run(program: string): string {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", "./bin/register.js", "--eval", program],
    { cwd: packageRoot, encoding: "utf8" },
  );
  return stdout + stderr;
}

/** How many modules of a package are loaded, by path: both packages would load dozens. */
const LOADED = (path: string): string =>
  `Object.values(require.cache).filter((module) => module.filename.includes("${path}") && module.children.length + Object.keys(module.exports).length > 0).length`;

test("cdktf starts without what packs assets", () => {
  expect(run(`require("cdktf"); console.log(${LOADED("/node_modules/archiver")})`)).toBe("0\n");
});

test("zod starts without its languages, but English", () => {
  const languages = LOADED("/node_modules/zod/v4/locales/");
  expect(run(`require("zod"); console.log(${languages})`)).toBe("1\n");
  expect(run('console.log(require("zod").z.string().safeParse(1).error.issues[0].message)')).toBe(
    "Invalid input: expected string, received number\n",
  );
});
