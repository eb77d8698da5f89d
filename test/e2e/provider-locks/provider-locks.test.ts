import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { blocksOf } from "../../readme/blocks";
import { environment } from "../harness/environment";
import { describeE2e } from "../harness/gate";
import { type Ended, removed, run } from "../harness/processes";
import { PROVIDER_VERSION } from "../harness/provider";
import { enginePath, ROOT } from "../harness/tools";

/*
 * docs/provider-locks.md, as it is typed: Terraform's own lock files of a provider in a local mirror. Its program is
 * never started, for only its checksum matters here.
 */

const PLATFORMS = [
  `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`,
  "linux_amd64",
  "darwin_arm64",
];
const HOSTS = ["registry.terraform.io", "registry.opentofu.org"];

const blocks = blocksOf(readFileSync(join(ROOT, "docs", "provider-locks.md"), "utf8"));
const marked = (marker: string) => blocks.filter((block) => block.marker === marker).map(({ text }) => text);

describeE2e("provider lock files", () => {
  let folder: string;
  let env: Record<string, string>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pmm-iam-locks-"));
    cpSync(join(ROOT, "accounts.yaml"), join(folder, "accounts.yaml"));
    const program = (path: string, text: string) => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      chmodSync(path, 0o755);
    };
    for (const host of HOSTS)
      for (const platform of PLATFORMS) {
        const source = ["plugins", host, "hashicorp", "aws", PROVIDER_VERSION, platform];
        const name = `terraform-provider-aws_v${PROVIDER_VERSION}_x5`;
        program(join(folder, ".terraform.d", ...source, name), `#!/bin/sh\n# ${platform}\nexit 1\n`);
      }
    const bin = join(folder, "bin");
    program(join(bin, "npx"), `#!/bin/sh\nshift\nexec "${process.execPath}" "${ROOT}/bin/pmm-iam.js" "$@"\n`);
    program(join(bin, "terraform"), `#!/bin/sh\nexec "${enginePath()}" "$@"\n`);
    const clean = environment(folder, "http://127.0.0.1:9");
    env = {
      ...clean,
      PATH: `${bin}:${clean["PATH"]}`,
      ACCOUNTS_FILE: "accounts.yaml",
      CDKTF_OUTDIR: "cdktf.out",
      TF_CLI_ARGS_init: "-no-color",
    };
  });
  afterAll(() => removed(folder));

  const attempt = (script: string): Promise<Ended> =>
    run({ command: "sh", args: ["-e", "-c", script], cwd: folder, env }).ended;

  async function sh(script: string): Promise<string> {
    const { code, stdout, stderr } = await attempt(script);
    if (code !== 0) throw new Error(`${script}\nended with ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  const kept = () => readFileSync(join(folder, "provider-locks/pmm-iam.terraform.lock.hcl"), "utf8");

  test("the page has the commands that are tested here, and no other", () => {
    expect(blocks.map(({ marker }) => marker)).toEqual(["e2e", "e2e: platforms", "e2e", "e2e: pipeline"]);
  });

  test("are written by terraform init, and kept by lock", async () => {
    const [init = "", lock = ""] = marked("e2e");
    await sh(init);
    expect(await sh(lock)).toBe("pmm-iam           new\npmm-iam-payments  new\n");
    expect(kept()).toContain(`version     = "${PROVIDER_VERSION}"`);
    expect(kept().match(/"h1:/g)).toHaveLength(1);
  });

  test("get the checksums of more platforms", async () => {
    const [platforms = ""] = marked("e2e: platforms");
    // Without a network they come from the mirror.
    await sh(
      platforms.replace(
        "providers lock",
        `providers lock -fs-mirror=${join(folder, ".terraform.d/plugins")}`,
      ),
    );
    expect(await sh("npx pmm-iam lock")).toBe("pmm-iam           changed\npmm-iam-payments  changed\n");
    expect(kept().match(/"h1:/g)).toHaveLength(2);
  });

  test("hold in a pipeline, from a clone without an output", async () => {
    rmSync(join(folder, "cdktf.out"), { recursive: true });
    const [pipeline = ""] = marked("e2e: pipeline");
    await sh(pipeline);
    expect(await sh("npx pmm-iam lock --check")).toContain("pmm-iam           same\n");
  });

  test("keep a provider of another checksum out", async () => {
    const [pipeline = ""] = marked("e2e: pipeline");
    const reviewed = kept();
    const other = reviewed.replaceAll(/"h1:(.)/g, (_, first) => `"h1:${first === "A" ? "B" : "A"}`);
    writeFileSync(join(folder, "provider-locks/pmm-iam.terraform.lock.hcl"), other);
    rmSync(join(folder, "cdktf.out"), { recursive: true });
    const { code, stderr } = await attempt(pipeline);
    expect(code).toBe(1);
    expect(stderr.replace(/[\s│]+/g, " ")).toMatch(
      /match any of the checksums previously recorded in the dependency lock file/,
    );
    // And one that is kept for no provider at all lets nothing in either.
    rmSync(join(folder, "provider-locks"), { recursive: true });
    rmSync(join(folder, "cdktf.out"), { recursive: true });
    const unlocked = await attempt(
      "npx pmm-iam synth; terraform -chdir=cdktf.out/stacks/pmm-iam init -lockfile=readonly",
    );
    expect(unlocked.code).toBe(1);
    expect(unlocked.stderr).toContain("Provider dependency changes detected");
  });
});
