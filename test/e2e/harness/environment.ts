import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Variables that a program may take from the machine; every other could make a test depend on where it runs. */
const KEPT = ["PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT"];

/** A clean environment, with the machine's own settings of Terraform and of AWS kept out, and the local AWS as the only one. */
export function environment(folder: string, url: string): Record<string, string> {
  const kept = KEPT.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]] as const],
  );
  const config = join(folder, "terraform.rc");
  writeFileSync(config, "");
  return {
    ...Object.fromEntries(kept),
    HOME: folder,
    TF_CLI_CONFIG_FILE: config,
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    CHECKPOINT_DISABLE: "1",
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_CONFIG_FILE: join(folder, "no-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, "no-credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
    // The provider's 25 would hide a fault for minutes.
    AWS_MAX_ATTEMPTS: "3",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}
