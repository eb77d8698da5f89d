import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import packageJson from "../../package.json";
import { readAccess } from "../../src/access/read";
import type { Problem } from "../../src/accounts/problem";
import { DEFAULT_REGION } from "../../src/accounts/rules";
import { accountSchema, fileSchema } from "../../src/accounts/schema";
import { LARGEST_FILE_BYTES, readSourceText } from "../../src/accounts/source-text";
import {
  ASSUME_SHARDS,
  MANAGED_POLICIES_PER_ROLE,
  MANAGED_POLICY_CHARACTERS,
  ROLE_INLINE_CHARACTERS,
  SECRET_POLICY_CHARACTERS,
  TAGS,
  TRUST_POLICY_CHARACTERS,
  USER_INLINE_CHARACTERS,
} from "../../src/aws/limits";
import * as names from "../../src/aws/names";
import { packAssumePolicy } from "../../src/aws/packing";
import { EXIT_FAULT, EXIT_USER } from "../../src/commands/run";
import { features } from "../../src/features";
import { packageRoot } from "../../src/project";
import { CONTRACT_MODULES } from "../support/module-names";
import { type Block, withTexts } from "./blocks";
import { PAGES, type PageBlock, pageBlocks, pageText } from "./pages";

/*
 * Holds README.md and the pages of pages.ts to the program: their examples load, their outputs are what the program
 * prints, their names and numbers are those of the code. UPDATE_README=1 writes the outputs again. Blocks marked `e2e`
 * need Terraform and belong to the suite in test/e2e.
 */

const readme = pageText("README.md");
const texts = PAGES.map(pageText).join("\n");
const blocks = pageBlocks();

const folder = mkdtempSync(join(tmpdir(), "pmm-iam-readme-"));
afterAll(() => rmSync(folder, { recursive: true }));

function marked(marker: string): PageBlock[] {
  return blocks.filter((block) => block.marker === `test: ${marker}`);
}

function only(marker: string): PageBlock {
  const [block, ...others] = marked(marker);
  if (block === undefined || others.length > 0) {
    throw new Error(`the pages have ${others.length} more blocks than expected of "${marker}"`);
  }
  return block;
}

describe("outputs", () => {
  const update = new Map<PageBlock, string>();

  function expectBlock(block: PageBlock, text: string): void {
    if (process.env["UPDATE_README"]) {
      update.set(block, text);
    } else {
      expect(block.text).toBe(text);
    }
  }

  afterAll(() => {
    for (const page of PAGES) {
      const changed = new Map<Block, string>([...update].filter(([block]) => block.page === page));
      if (changed.size > 0) {
        writeFileSync(join(packageRoot, page), withTexts(pageText(page), changed));
      }
    }
  });

  /** Runs the program as `npm run synth` does, in a folder that holds this accounts.yaml alone. */
  function synth(accounts: string) {
    writeFileSync(join(folder, "accounts.yaml"), accounts);
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [join(packageRoot, "bin", "pmm-iam.js"), "synth"],
      {
        cwd: folder,
        encoding: "utf8",
        env: {
          PATH: process.env["PATH"],
          CDKTF_OUTDIR: "cdktf.out",
          ACCOUNTS_FILE: "accounts.yaml",
        },
      },
    );
    return { stdout, stderr, status };
  }

  test("npm run synth", () => {
    const { stdout, stderr, status } = synth(only("accounts.yaml").text);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expectBlock(only("output of npm run synth"), stdout);
    rmSync(join(folder, "cdktf.out"), { recursive: true });
  });

  test("npm run synth with errors", () => {
    const { stdout, stderr, status } = synth(only("accounts.yaml with errors").text);
    expect({ stdout, status }).toEqual({ stdout: "", status: EXIT_USER });
    expectBlock(only("output of npm run synth for the file with errors"), stderr);
    expect(existsSync(join(folder, "cdktf.out"))).toBe(false);
  });

  test("accounts per assume policy", () => {
    const accounts = (mode: "explicit" | "sharded", roleName: string) =>
      packAssumePolicy(mode, { partition: "aws", roleName, accountIds: ["111111111111"] }).headroom.capacity;
    const lines = [
      [names.PMM_ASSUME_POLICY, names.MONITORING_ROLE],
      [names.TELEPORT_ASSUME_POLICY, names.TELEPORT_ROLE],
    ].map(
      ([policy = "", role = ""]) =>
        `${policy.padEnd(31)}  explicit ${accounts("explicit", role)}, sharded ${accounts("sharded", role)} in each of ${ASSUME_SHARDS}, organization no limit\n`,
    );
    expectBlock(only("accounts per assume policy"), lines.join(""));
  });
});

describe("accounts.yaml", () => {
  const shortest: object = parse(only("accounts.yaml").text);

  function problemsOf(text: string): readonly Problem[] {
    const file = join(folder, "example.yaml");
    writeFileSync(file, text);
    const source = readSourceText(file, "example.yaml");
    return "severity" in source ? [source] : readAccess(source, features).problems;
  }

  /** A part of a file, or a list of accounts, in the shortest file. */
  function whole({ text }: Block): string {
    const part: unknown = parse(text);
    return stringify({ ...shortest, ...(Array.isArray(part) ? { accounts: part } : (part as object)) });
  }

  test("the shortest file has no problem, and every line of it is needed", () => {
    const { text } = only("accounts.yaml");
    expect(problemsOf(text)).toEqual([]);
    const settings = text.split("\n").filter((line) => /^ .*: /.test(line));
    expect(settings).toHaveLength(5);
    for (const line of settings) {
      expect(problemsOf(text.replace(`${line}\n`, ""))).not.toEqual([]);
    }
  });

  test.each(
    marked("part of accounts.yaml").map((block) => [`${block.page}:${block.line + 1}`, block] as const),
  )("the example at %s has no problem", (_, block) => {
    expect(problemsOf(whole(block))).toEqual([]);
  });

  test("the examples with a warning have one", () => {
    const problems = marked("part of accounts.yaml, with a warning").map((block) => problemsOf(whole(block)));
    expect(
      problems.map((found) => found.map(({ severity, rule }) => `${severity} ${rule}`).join(", ")),
    ).toEqual(["warning adopt", "warning credentials", "warning external-id", "warning credentials"]);
    expect(marked("part of accounts.yaml").length).toBeGreaterThan(20);
  });

  test("every key of the file and of source is there, and of an account what it has without a feature", () => {
    const { source, ...others } = fileSchema({}).shape;
    const keys = [others, source.shape, accountSchema({}).shape].flatMap((mapping) => Object.keys(mapping));
    expect(keys.length).toBeGreaterThan(20);
    for (const key of keys) {
      expect(texts).toMatch(new RegExp(`\\b${key}\\b`));
    }
    expect(readme).toContain("(docs/accounts-yaml.md)");
  });
});

describe("text", () => {
  test("every block but pictures is marked, and by a marker that some test knows", () => {
    const known = [
      /^e2e(: aws|: staging|: init)?$/,
      /^test: (commands|tree|accounts per assume policy)$/,
      /^test: output of npm run synth( for the file with errors)?$/,
      /^test: accounts\.yaml( with errors)?$/,
      /^test: part of accounts\.yaml(, with a warning)?$/,
    ];
    const unknown = blocks
      .filter(({ language }) => language !== "mermaid")
      .filter(({ marker }) => marker === undefined || !known.some((pattern) => pattern.test(marker)));
    expect(unknown).toEqual([]);
    const pictures = blocks.filter(({ language }) => language === "mermaid");
    expect(pictures.map(({ page }) => page)).toEqual(["README.md", "docs/architecture.md"]);
  });

  test("the commands are scripts of package.json", () => {
    const commands = blocks
      .filter(({ language }) => language === "sh")
      .map(({ text }) => text)
      .join("");
    expect(readme).toContain("npm ci && npm run synth");
    expect(readme).toContain("npm ci && npm test");
    const scripts = [...commands.matchAll(/\bnpm (?:run )?(?!(?:ci|install)\b)([\w:]+)/g)].map(
      ([, script]) => script,
    );
    expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(scripts));
    expect(packageJson.engines.node).toBe(">=20");
  });

  test("the tree is there, and nothing of src/ is left out", () => {
    const paths = only("tree")
      .text.trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[0] ?? "");
    expect(paths.filter((entry) => !existsSync(join(packageRoot, entry)))).toEqual([]);
    const folders = readdirSync(join(packageRoot, "src"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `src/${name}/`);
    expect(paths).toEqual(expect.arrayContaining(folders));
  });

  test("README.md has two screens", () => {
    expect(readme.split("\n").length).toBeLessThanOrEqual(120);
  });

  test("links to modules", () => {
    const modules = [...texts.matchAll(/\(\.\.\/modules\/([\w-]+)\/README\.md\)/g)].map(([, name]) => name);
    expect(modules).toEqual(expect.arrayContaining(CONTRACT_MODULES));
  });

  test("names are those of the code", () => {
    for (const name of [
      names.MONITORING_ROLE,
      names.TELEPORT_ROLE,
      names.PMM_ASSUME_POLICY,
      names.TELEPORT_ASSUME_POLICY,
      names.auroraSecretName("<account>"),
      names.cloudwatchAgentSecretName("<user>", "<account>"),
      names.monitorRoleName("<name>"),
      names.monitorRoleName("site24x7"),
    ]) {
      expect(texts).toContain(name);
    }
    expect(texts).toContain(`--secret-id ${names.auroraSecretName("billing-prod")} `);
  });

  test("numbers are those of the code", () => {
    const number = (value: number) => value.toLocaleString("en-US");
    for (const text of [
      `\`region\` (without it \`${DEFAULT_REGION}\`)`,
      `| trust policy of a role (principals) | ${number(TRUST_POLICY_CHARACTERS)} characters |`,
      `| inline policies of one user (allowed addresses) | ${number(USER_INLINE_CHARACTERS)} characters |`,
      `| inline policies of one role (assume policies, pairs of database and user, policy files) | ${number(ROLE_INLINE_CHARACTERS)} characters |`,
      `| managed policies of one role (shards of assume policies, AWS's policies, and pairs and policy files that do not fit inline) | ${number(MANAGED_POLICIES_PER_ROLE)}, each of your own with ${number(MANAGED_POLICY_CHARACTERS)} characters |`,
      `| resource policy of a secret (readers) | ${number(SECRET_POLICY_CHARACTERS)} characters |`,
      `| tags of an account | ${TAGS - 1}, and one is the program's |`,
      `| size of \`accounts.yaml\` | ${LARGEST_FILE_BYTES / 1024 / 1024} MiB |`,
      "| 0 | done |",
      `| ${EXIT_USER} | the input, the change or the output folder has to be fixed |`,
      `| ${EXIT_FAULT} | a fault of this program; the message asks for a report |`,
    ]) {
      expect(texts).toContain(text);
    }
  });

  /** Settings of the AWS SDK and of Node that the program looks at or sets, and one that the cdktf command sets for it. */
  const OF_OTHERS = [
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED",
    "CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS",
    "NODE_TLS_REJECT_UNAUTHORIZED",
  ];

  test("the environment variables are those that the program reads", () => {
    const sources = [
      "main.ts",
      ...readdirSync(join(packageRoot, "src"), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => join("src", name)),
    ].map((name) => readFileSync(join(packageRoot, name), "utf8"));
    const read = sources.flatMap((source) =>
      [...source.matchAll(/(?:process\.env|environment)\["(\w+)"\]/g)].map(([, variable]) => variable),
    );
    const documented = [...texts.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, variable]) => variable);
    // NO_COLOR is read by picocolors.
    expect([...new Set([...read, "NO_COLOR"])].sort()).toEqual([...documented, ...OF_OTHERS].sort());
  });
});
