import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DEEDS, type Effect } from "../../../src/accounts/effects";
import { renderStacks } from "../../../src/terraform/render";
import { accessOf } from "../../support/synthesize";
import type { Lab } from "../harness/lab";
import type { Folder } from "../harness/terraform";
import { unread } from "../harness/tools";

/** What a plan does to an object that the state knows. */
export interface PlannedDeed {
  readonly address: string;
  readonly does: Effect["does"];
}

/** The main stack of a file, planned from a state that is where the file says. */
export class PlannedStack {
  private readonly folder: Folder;
  private known: ReadonlySet<string> = new Set();

  constructor(
    lab: Lab,
    name: string,
    /** Where relative paths of the file start. */
    private readonly files: string,
  ) {
    this.folder = lab.terraform(name);
  }

  async apply(accounts: string): Promise<void> {
    await this.write(accounts);
    await this.folder.run("apply", "-auto-approve", "-no-color", "-parallelism=30");
    this.known = new Set((await this.folder.run("state", "list")).split("\n"));
  }

  /** What Terraform plans where the file becomes another. A plan that stops leaves everything to nobody. */
  async plan(accounts: string): Promise<readonly PlannedDeed[]> {
    await this.write(accounts);
    const { code, stdout } = await this.folder.attempt("plan", "-json", "-parallelism=30", ...unread());
    const messages = stdout.split("\n").flatMap((line): Message[] => (line === "" ? [] : [JSON.parse(line)]));
    const stops = messages.filter(
      ({ type, diagnostic }) => type === "diagnostic" && diagnostic?.severity === "error",
    );
    if (stops.some(({ diagnostic }) => diagnostic !== undefined && isOrphaned(diagnostic))) {
      return [{ address: "", does: "orphaned" }];
    }
    if (code !== 0) {
      throw new Error(
        stops.map(({ diagnostic }) => `${diagnostic?.summary}: ${diagnostic?.detail}`).join("\n"),
      );
    }
    return messages.flatMap(({ type, change }) =>
      type === "planned_change" && change !== undefined ? [this.deedOf(change)] : [],
    );
  }

  private async write(accounts: string): Promise<void> {
    const access = accessOf(accounts, this.files);
    const output = await renderStacks(access, { format: "json", rootFromStack: "." });
    const root = `stacks/${access.deployment.name}/`;
    rmSync(join(this.folder.path, "modules"), { recursive: true, force: true });
    for (const [path, content] of output) {
      if (path.startsWith(root)) {
        const file = join(this.folder.path, path.slice(root.length));
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
      }
    }
    // Each place of a state, whatever the backend, is a file here.
    const text = String(output.get(`${root}cdk.tf.json`));
    const { backend } = (JSON.parse(text) as { terraform: { backend: object } }).terraform;
    const place = createHash("sha256").update(placeOf(backend)).digest("hex");
    this.folder.write(
      "backend_override.tf.json",
      JSON.stringify({ terraform: { backend: { local: { path: `${place}.tfstate` } } } }),
    );
    await this.folder.run("init", "-reconfigure", "-no-color");
  }

  private deedOf({ action, resource }: NonNullable<Message["change"]>): PlannedDeed {
    const { addr: address } = resource;
    const isStanding = STANDING.has(resource.resource_type) || TEAMS.test(address);
    const does = ((): Effect["does"] => {
      switch (action) {
        case "create":
          return this.known.has(address) ? "orphaned" : "nothing";
        case "update":
          return "in place";
        case "delete":
          return isStanding ? "destroyed" : "in place";
        case "replace":
          return isStanding ? "replaced" : "in place";
        case "forget":
        case "remove":
          return "orphaned";
        default:
          return "nothing";
      }
    })();
    return { address, does };
  }
}

/** Whether a plan stops because no provider, or no state, knows what is there. */
function isOrphaned({ summary, detail }: Diagnostic): boolean {
  return (
    summary === "Provider configuration not present" ||
    detail.includes("has access keys that Terraform does not manage")
  );
}

/** The worst of what a plan does to some objects. */
export function worstOf(
  deeds: readonly PlannedDeed[],
  isMeant: (address: string) => boolean = () => true,
): Effect["does"] {
  const found = deeds.filter(({ address }) => isMeant(address)).map(({ does }) => DEEDS.indexOf(does));
  return DEEDS[Math.max(0, ...found)] ?? "nothing";
}

/** What others depend on; the policies on it are not counted. */
const STANDING: ReadonlySet<string> = new Set([
  "aws_iam_role",
  "aws_iam_user",
  "aws_iam_access_key",
  "aws_iam_instance_profile",
  "aws_secretsmanager_secret",
]);

/** What a team's module makes is all that is known of it. */
const TEAMS = /^module\.(own|other|here|gone|shared)_/;

/** What of a backend says where the state is. */
function placeOf(backend: object): string {
  const [[kind, settings] = []] = Object.entries(backend);
  const { path, bucket, region, key } = settings as Readonly<Record<string, unknown>>;
  return JSON.stringify([kind, path, bucket, region, key]);
}

/** A line of `terraform plan -json`. */
interface Message {
  readonly type: string;
  readonly change?: {
    readonly action: string;
    readonly resource: { readonly addr: string; readonly resource_type: string };
  };
  readonly diagnostic?: Diagnostic;
}

interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail: string;
}
