import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AssumeMode } from "../../../src/aws/packing";
import type { OutputFormat } from "../../../src/terraform/render";
import { accessOf, synthesize, textOf } from "../../support/synthesize";
import { AppliedModel } from "../harness/applied-model";
import { type Lab, startLab } from "../harness/lab";
import { makeRole } from "../harness/look";
import type { Folder } from "../harness/terraform";
import { documentsOf, mayAssume } from "./evaluate";
import { type Change, type Watch, WatchedAws } from "./watched-aws";

export const SOURCE = "111111111111";
/** An account listed in the main stack, where Teleport may run. */
export const TOOLS = "777777777777";
const ORGANIZATION = "o-exampleorgid";

/** What an accounts file says. Accounts are numbers, and each is in the shard of its number modulo 8. */
export interface Accounts {
  readonly mode: AssumeMode;
  readonly accounts: readonly number[];
  /** Those of them with a database for Teleport. */
  readonly databases: readonly number[];
}

/** What holds for all the files of one test. */
export interface Setting {
  /** Whether the PMM EC2 role is made by the program, which then owns all that hangs on it. */
  readonly ownRole: boolean;
  readonly teleportIn: typeof SOURCE | typeof TOOLS;
  readonly format: OutputFormat;
}

const accountId = (number: number): string => String(200_000_000_000 + number);

/** The accounts are in a group, a stack that takes no part: the main stack holds only what is looked at. */
function fileOf({ mode, accounts, databases }: Accounts, { ownRole, teleportIn }: Setting): string {
  const entries = accounts.map((number) => {
    const database = `{name: d${number}, engine: mysql, resource_id: db-A, endpoint: "h:3306", db_users: [x]}`;
    const teleport = databases.includes(number) ? `, teleport: {databases: [${database}]}` : "";
    return `  - {name: a${number}, account_id: "${accountId(number)}", group: g${teleport}}`;
  });
  if (teleportIn === TOOLS) entries.push(`  - {name: tools, account_id: "${TOOLS}"}`);
  return `
source:
  account_id: "${SOURCE}"
  pmm_ec2_role_name: pmm-ec2-role
  create_pmm_ec2_role: ${ownRole}
  cloudwatch_agent: ${ownRole}
  assume_policy: ${mode}
  organization_id: ${ORGANIZATION}
defaults: {admin_role_name: Admin}
teleport: {account_id: "${teleportIn}", role_name: teleport, proxy_address: "t.example.com:443"}
accounts:
${entries.join("\n")}
`;
}

type Holder = "pmm-ec2-role" | "teleport";
const HOLDERS: readonly Holder[] = ["pmm-ec2-role", "teleport"];

/** ARNs of the roles to assume. */
type Targets = Readonly<Record<Holder, readonly string[]>>;

function common(some: Targets, others: Targets): Targets {
  const both = (holder: Holder) => some[holder].filter((arn) => others[holder].includes(arn));
  return { "pmm-ec2-role": both("pmm-ec2-role"), teleport: both("teleport") };
}

function targetsOf({ accounts, databases }: Accounts, { teleportIn }: Setting): Targets {
  const monitored = [...accounts.map(accountId), ...(teleportIn === TOOLS ? [TOOLS] : [])];
  return {
    "pmm-ec2-role": monitored.map((id) => `arn:aws:iam::${id}:role/AmazonRDSforPMMrole`),
    teleport: databases.map((number) => `arn:aws:iam::${accountId(number)}:role/TeleportDatabaseAccess`),
  };
}

/** A local AWS that can be watched. */
export interface Watched {
  readonly lab: Lab;
  readonly aws: WatchedAws;
  stop(): Promise<void>;
}

export async function startWatched(): Promise<Watched> {
  const aws = await WatchedAws.start();
  const lab = await startLab({ url: (url) => aws.inFrontOf(url) });
  const stop = async () => {
    await lab.stop();
    await aws.stop();
  };
  return { lab, aws, stop };
}

/** What a watch has seen. */
export interface Seen {
  /** The calls, such as "PutRolePolicy pmm-assume-rds-monitoring-roles". */
  readonly calls: string[];
  /** After which call which role was in no policy. */
  readonly gaps: string[];
}

/** A user's project: the main stack's files, its state, and the roles that are there before it. */
export class WatchedProject {
  /** What each role may assume, whatever else it may. */
  private held: Targets = { "pmm-ec2-role": [], teleport: [] };
  private readonly applied: AppliedModel;

  private constructor(
    private readonly watched: Watched,
    readonly folder: Folder,
    private readonly setting: Setting,
  ) {
    this.applied = new AppliedModel(watched.lab);
  }

  /** Applies the first file. */
  static async start(
    watched: Watched,
    name: string,
    setting: Setting,
    first: Accounts,
    change?: (text: string) => string,
  ): Promise<WatchedProject> {
    const { lab } = watched;
    await lab.reset();
    if (!setting.ownRole) await makeRole(await lab.account(SOURCE), "pmm-ec2-role");
    await makeRole(await lab.account(setting.teleportIn), "teleport");
    const project = new WatchedProject(
      watched,
      lab.terraform(join(name, "out", "stacks", "pmm-iam")),
      setting,
    );
    await project.write(first, change);
    await project.folder.init();
    await project.around(first, () => project.folder.apply());
    project.held = targetsOf(first, setting);
    return project;
  }

  /** Runs what applies a file. Where it comes to its end, AWS and the state are then what the file's model says. */
  private async around(accounts: Accounts, run: () => Promise<unknown>): Promise<boolean> {
    const access = accessOf(fileOf(accounts, this.setting));
    const apply = { stack: "pmm-iam", folder: this.folder, access };
    return (await this.applied.around(apply, run, (done) => done !== false)) !== false;
  }

  /** Synthesizes a file. Terraform has not seen it yet. */
  async write(accounts: Accounts, change: (text: string) => string = (text) => text): Promise<void> {
    const files = await synthesize(fileOf(accounts, this.setting), this.setting.format);
    const stack = "stacks/pmm-iam/";
    for (const path of [...files.keys()].filter((path) => path.startsWith(stack))) {
      const file = join(this.folder.path, path.slice(stack.length));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, change(textOf(files, path)));
    }
  }

  /**
   * Writes a file and runs what applies it, with a look after every change: what a role may assume, and shall,
   * it may assume throughout. `run` returns false where the apply did not come to its end.
   */
  async move(
    to: Accounts,
    run: (folder: Folder) => Promise<unknown> = (folder) => folder.apply(),
    faults: Watch = {},
  ): Promise<Seen> {
    await this.write(to);
    const seen: Seen = { calls: [], gaps: [] };
    const kept = common(this.held, targetsOf(to, this.setting));
    const gaps = await this.looker(kept);
    this.watched.aws.watch = {
      ...faults,
      after: async (change) => {
        const call = `${change.action} ${nameIn(change)}`;
        seen.calls.push(call);
        seen.gaps.push(...(await gaps()).map((gap) => `after ${call}: ${gap}`));
        return (await faults.after?.(change)) ?? "pass";
      },
    };
    try {
      const done = await this.around(to, () => run(this.folder));
      this.held = done ? targetsOf(to, this.setting) : kept;
    } finally {
      this.watched.aws.watch = {};
    }
    return seen;
  }

  /** Finds the roles that are in no policy. */
  private async looker(kept: Targets): Promise<() => Promise<string[]>> {
    const { lab } = this.watched;
    const homes = {
      "pmm-ec2-role": await lab.account(SOURCE),
      teleport: await lab.account(this.setting.teleportIn),
    };
    return async () => {
      const gaps: string[] = [];
      for (const holder of HOLDERS) {
        const documents = await documentsOf(homes[holder], holder);
        const missing = kept[holder].filter((arn) => !mayAssume(documents.values(), arn, ORGANIZATION));
        gaps.push(...missing.map((arn) => `${holder} may not assume ${arn}`));
      }
      return gaps;
    };
  }
}

function nameIn({ parameters }: Change): string {
  return parameters.get("PolicyName") ?? parameters.get("PolicyArn")?.replace(/^.*\//, "") ?? "";
}
