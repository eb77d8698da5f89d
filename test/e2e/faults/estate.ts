import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../harness/lab";
import { Project } from "../harness/project";
import type { Folder } from "../harness/terraform";
import { restoreState } from "./leftovers";
import { SOURCE } from "./stack";

/** Accounts of one accounts file, whose entries all say the same. */
export class Estate {
  readonly folder: Folder;
  private readonly project: Project;

  constructor(
    lab: Lab,
    name: string,
    readonly accounts: readonly string[],
    /** Whether the providers try a call again that failed. */
    private readonly retries = false,
  ) {
    this.project = new Project(lab, name);
    // Not the project's own: what it expects of AWS is not there while an apply is unfinished.
    this.folder = lab.terraform(join(name, "out", "stacks", "pmm-iam"));
  }

  /** Writes the entries, each with these keys, and synthesizes them. */
  async want(settings: string): Promise<void> {
    const entries = this.accounts.map(
      (id) => `  - {name: u${id}, account_id: "${id}", ${settings.replace("NAME", `db-${id}`)}}\n`,
    );
    await this.project.synth(`
source: {account_id: "${SOURCE}", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
teleport: {role_name: teleport-db-service, proxy_address: "teleport.example.com:443"}
secrets: {readers: [pmm_ec2_role]}
accounts:
${entries.join("")}`);
    if (this.retries) this.allowRetries();
    await this.folder.init();
  }

  /** See `restoreState`. */
  restoreState(): ReturnType<typeof restoreState> {
    return restoreState(this.project.folder, "terraform.pmm-iam.tfstate");
  }

  private allowRetries(): void {
    const path = join(this.folder.path, "cdk.tf.json");
    const root = JSON.parse(readFileSync(path, "utf8")) as { provider: { aws: Record<string, unknown>[] } };
    for (const provider of root.provider.aws) provider["max_retries"] ??= 2;
    writeFileSync(path, JSON.stringify(root));
  }
}
