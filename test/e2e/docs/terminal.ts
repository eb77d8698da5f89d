import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../harness/environment";
import type { Lab } from "../harness/lab";
import { run, type Service, serve } from "../harness/processes";
import { enginePath, pythonPath } from "../harness/tools";

/** The AWS CLI, loaded once for all that the pages call. */
export function startAwsCli(lab: Lab): Promise<Service> {
  const path = join(lab.folder, "aws.sock");
  return serve("the AWS CLI", {
    command: pythonPath(),
    args: [AWS_CLI, "serve", path],
    env: environment(lab.folder, lab.url),
  });
}

const AWS_CLI = join(__dirname, "aws.py");

/**
 * The shell that a page's commands are typed into, one block after the other: what one exports, the next one has.
 * Who types is known to AWS by ~/.aws alone.
 */
export class Terminal {
  private readonly env: Record<string, string>;
  private readonly saved: string;

  constructor(
    lab: Lab,
    awsCli: Service,
    name: string,
    private readonly folder: string,
    config: string,
    variables: Readonly<Record<string, string>> = {},
  ) {
    const home = join(lab.folder, name);
    const bin = join(home, "bin");
    mkdirSync(bin, { recursive: true });
    this.saved = join(home, "variables.sh");
    const commands = {
      terraform: [enginePath()],
      aws: [pythonPath(), "-I", "-S", AWS_CLI, String(awsCli.said["socket"])],
    };
    for (const [command, words] of Object.entries(commands)) {
      const line = words.map((word) => `"${word}"`).join(" ");
      writeFileSync(join(bin, command), `#!/bin/sh\nexec ${line} "$@"\n`);
      chmodSync(join(bin, command), 0o755);
    }
    // Terraform's S3 backend would go to AWS itself to assume a profile's role: that one profile has keys.
    const pipeline = "[profile pipeline]\nregion = us-east-1\n";
    writeFileSync(join(home, "config"), config.replace(/^\[profile pipeline\]\n([^[].*\n)*/m, pipeline));
    const keys = "aws_access_key_id = test\naws_secret_access_key = test\n";
    writeFileSync(join(home, "credentials"), `[me]\n${keys}[pipeline]\n${keys}`);
    const provider = lab.terraform(name).env;
    const {
      AWS_ACCESS_KEY_ID: _,
      AWS_SECRET_ACCESS_KEY: __,
      // The profiles name it.
      AWS_REGION: ___,
      ...clean
    } = environment(lab.folder, provider["AWS_ENDPOINT_URL"] ?? lab.url);
    const kept = ["TF_REATTACH_PROVIDERS", "TF_PLUGIN_CACHE_DIR", "HOME"];
    this.env = {
      ...clean,
      ...Object.fromEntries(
        kept.flatMap((key) => (provider[key] === undefined ? [] : [[key, provider[key]]])),
      ),
      PATH: `${bin}:${clean["PATH"]}`,
      AWS_CONFIG_FILE: join(home, "config"),
      AWS_SHARED_CREDENTIALS_FILE: join(home, "credentials"),
      AWS_PAGER: "",
      NO_COLOR: "1",
      ...variables,
    };
  }

  /** Types a block. What it prints on both channels, in one text. */
  async type(text: string): Promise<{ code: number; output: string }> {
    const script = `exec 2>&1
known=$(compgen -A variable)
if [ -e "$SAVED" ]; then . "$SAVED"; fi
keep() {
  compgen -A variable | grep -vxF -e "$known" | grep -vE '^(BASH|FUNCNAME|PIPESTATUS|known|one|_)' |
    while read -r one; do declare -p "$one"; done >"$SAVED"
}
trap 'code=$?; set +e; keep; exit $code' EXIT
set -euo pipefail
${text}`;
    const ended = await run({
      command: "bash",
      args: ["-c", script],
      cwd: this.folder,
      env: { ...this.env, SAVED: this.saved },
    }).ended;
    return { code: ended.code, output: ended.stdout };
  }
}
