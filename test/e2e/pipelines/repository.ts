import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageName, version } from "../../../src/project";
import { git } from "./forge";

/** The accounts file of the tests: three accounts in two stacks, one of which has a user with a key. */
export function accountsFile({
  orders = "standard",
  generation = 1,
}: {
  readonly orders?: "standard" | "minimal";
  readonly generation?: number;
} = {}): string {
  return `source:
  account_id: "111111111111"
  admin_role_name: pmm-iam-deployer
  pmm_ec2_role_name: pmm-ec2-role
defaults:
  admin_role_name: pmm-iam-deployer
backend:
  s3: {bucket: acme-tfstate, region: us-east-1, key_prefix: pmm-iam}
accounts:
  - name: orders-prod
    account_id: "222222222222"
    permissions: ${orders}
  - name: stock-prod
    account_id: "444444444444"
  - name: billing-prod
    account_id: "033333333333"
    group: payments
    aurora: {key_generation: ${generation}}
`;
}

/** A user's repository: the one that others clone, and a clone of a person who works on it. */
export class Repository {
  readonly origin: string;
  private readonly clone: string;

  constructor(folder: string, accounts: string | undefined, files: Readonly<Record<string, string>> = {}) {
    this.origin = join(folder, "origin.git");
    this.clone = join(folder, "clone");
    mkdirSync(this.origin, { recursive: true });
    git(this.origin, "init", "--quiet", "--bare", "--initial-branch=main");
    // GitHub and GitLab hand out any commit that they have.
    git(this.origin, "config", "uploadpack.allowAnySHA1InWant", "true");
    git(folder, "clone", "--quiet", this.origin, this.clone);
    git(this.clone, "switch", "--quiet", "--create", "main");
    this.write("package.json", `${JSON.stringify({ devDependencies: { [packageName]: version } })}\n`);
    this.write(".gitignore", "cdktf.out/\n");
    if (accounts !== undefined) this.write("accounts.yaml", accounts);
    this.commit(files);
  }

  /** A commit on main, as a merge leaves it there. */
  merged(change: Readonly<Record<string, string>>): string {
    git(this.clone, "switch", "--quiet", "main");
    return this.commit(change);
  }

  /** A change on a branch of its own, and the commit that it would be merged as. */
  proposed(change: Readonly<Record<string, string>>): { readonly merge: string; readonly head: string } {
    git(this.clone, "switch", "--quiet", "-C", "change", "origin/main");
    const head = this.commit(change, "change");
    git(this.clone, "switch", "--quiet", "--detach", "origin/main");
    git(this.clone, "merge", "--quiet", "--no-ff", "--message=merge", "change");
    git(this.clone, "push", "--quiet", "--force", "origin", "HEAD:refs/pull/7/merge");
    return { merge: git(this.clone, "rev-parse", "HEAD"), head };
  }

  /** The text of a file on a branch of the repository. */
  text(branch: string, path: string): string {
    return `${git(this.origin, "show", `${branch}:${path}`)}\n`;
  }

  private write(path: string, text: string): void {
    mkdirSync(dirname(join(this.clone, path)), { recursive: true });
    writeFileSync(join(this.clone, path), text);
  }

  private commit(change: Readonly<Record<string, string>> = {}, branch = "main"): string {
    for (const [path, text] of Object.entries(change)) this.write(path, text);
    git(this.clone, "add", "--all");
    git(this.clone, "commit", "--quiet", "--allow-empty", "--message=change");
    git(this.clone, "push", "--quiet", "--force", "origin", `HEAD:${branch}`);
    return git(this.clone, "rev-parse", "HEAD");
  }
}
