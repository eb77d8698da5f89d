import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { affected } from "../../src/commands/affected";
import { features } from "../../src/features";
import { packageName, version } from "../../src/project";
import { accountsFile } from "../changes/judged";
import { Repository, ran, ranCheck } from "./repository";

/** Each run of git takes time, and more on a large repository: none is asked for what is known. */

const MONITORS = ["m", "n"].map(
  (name, index) =>
    `{name: ${name}, account_id: "99999999999${index}", external_id: abc${index}, policy: ./policies/${name}.json}`,
);
const ORDERS = `name: orders, account_id: "222222222222", third_party_monitors: [${MONITORS.join(", ")}]`;
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:ListBucket", Resource: "*" }],
});

let repository: Repository;
let bin: string;

beforeAll(() => {
  repository = Repository.create();
  repository.write("package.json", JSON.stringify({ dependencies: { [packageName]: version } }));
  repository.write("policies/m.json", POLICY);
  repository.write("policies/n.json", `${POLICY}\n`);
  repository.write("accounts.yaml", accountsFile([ORDERS]));
  repository.commit();
  repository.write("accounts.yaml", accountsFile([`${ORDERS}, permissions: minimal`]));
  bin = mkdtempSync(join(tmpdir(), "pmm-iam-git-"));
  writeFileSync(
    join(bin, "git"),
    `#!/bin/sh\nPATH=$OWN_PATH\necho "$@" >>'${join(bin, "calls")}'\nexec git "$@"\n`,
  );
  chmodSync(join(bin, "git"), 0o755);
});

afterAll(() => {
  for (const folder of [repository.folder, bin]) {
    rmSync(folder, { recursive: true });
  }
});

/** The commands of git that a run of the program has given, without folders and commits. */
async function calls(run: () => Promise<{ code: unknown }>): Promise<string[]> {
  writeFileSync(join(bin, "calls"), "");
  const own = process.env["PATH"];
  jest.replaceProperty(process, "env", { ...process.env, PATH: `${bin}:${own}`, OWN_PATH: own });
  try {
    expect((await run()).code).toBe(0);
  } finally {
    jest.restoreAllMocks();
  }
  const lines = readFileSync(join(bin, "calls"), "utf8").trimEnd().split("\n");
  return lines.map((line) =>
    line.replace(/^-C \S+ (--literal-pathspecs )?/, "").replace(/[0-9a-f]{40}/, "<id>"),
  );
}

const READ_BASE = [
  "rev-parse --is-inside-work-tree --is-shallow-repository --show-prefix",
  "rev-parse --verify -q HEAD^{commit}",
  "merge-base --all HEAD <id>",
  "ls-tree -z --full-tree <id> -- accounts.yaml",
  "cat-file --batch",
  // Accounts may have been in other files.
  "grep --no-color -z -l -F --all-match -e account_id -e accounts -e source <id> -- . :(exclude,icase)*.tf :(exclude,icase)*.tf.json :(exclude,icase)*.tfstate*",
  // The version of the program.
  "ls-tree -z --full-tree <id> -- package.json package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb",
  "cat-file --batch",
];

/** The files that the accounts file names, for what it grants. */
const READ_FILES = [
  "ls-tree -r -z --full-tree <id> -- policies/m.json policies/n.json",
  "hash-object --stdin-paths",
];

test.each(["text", "github"] as const)("check, as %s", async (format) => {
  expect(await calls(() => ranCheck(repository, { base: "HEAD", format }))).toEqual([
    ...READ_BASE,
    ...READ_FILES,
  ]);
});

test("affected", async () => {
  const run = () => ran(() => affected(features, { base: "HEAD" }), repository.folder);
  expect(await calls(run)).toEqual([
    ...READ_BASE,
    // How git changes files on their way into the work tree.
    "ls-tree -r -z --full-tree <id> -- policies/m.json/.gitattributes policies/.gitattributes .gitattributes policies/n.json/.gitattributes",
    "ls-files --cached --others -z --full-name -- :(literal)policies/m.json/.gitattributes :(literal)policies/.gitattributes :(literal).gitattributes :(literal)policies/n.json/.gitattributes",
    ...READ_FILES,
    // The provider lock files that are kept.
    "ls-tree -z --full-tree <id> -- provider-locks/",
  ]);
});
