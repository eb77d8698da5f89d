import { rmSync } from "node:fs";
import { type RotateOptions, rotate } from "../../src/commands/rotate";
import { features } from "../../src/features";
import { KeysInAws } from "../support/keys-in-aws";
import { PmmServer, type Settings, type StoredAgent, TOKEN } from "../support/pmm-server";
import { type Ran, Repository, ran } from "./repository";

/*
 * Two accounts whose keys are being rotated, and a PMM with agents of both, of another account and without a key.
 */

export const FILE = `source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - name: billing
    account_id: "033333333333"
    aurora: {key_generation: 2, previous_key: active}
  - name: orders
    account_id: "222222222222"
    aurora: {key_generation: 3, previous_key: active}
  - name: fresh
    account_id: "444444444444"
    aurora: true
`;

/** The keys of an account by their generation. */
export const keyOf = (account: string, generation: number) => ({
  id: `AKIA${account.toUpperCase()}GENERATION${generation}`,
  secret: `secret/of+${account}/generation/${generation}/0123456789`,
});

export const heldKey = (
  account: string,
  accountId: string,
  generation: number,
  key = keyOf(account, generation),
): string =>
  JSON.stringify({ access_key_id: key.id, secret_access_key: key.secret, account_id: accountId, generation });

const uuid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** An agent with all that a change must leave as it is. */
export function agent(number: number, keyId?: string): StoredAgent {
  return {
    agent_id: uuid(number),
    pmm_agent_id: "pmm-server",
    node_id: uuid(1000 + number),
    ...(keyId === undefined ? {} : { aws_access_key: keyId }),
    custom_labels: { team: `team-${number}` },
    disabled: number % 2 === 0,
    basic_metrics_disabled: number % 3 === 0,
    enhanced_metrics_disabled: true,
    push_metrics_enabled: true,
    log_level: "LOG_LEVEL_WARN",
    metrics_resolutions: { hr: "5s", mr: "10s", lr: "60s" },
    status: "AGENT_STATUS_RUNNING",
    listen_port: 42000 + number,
  };
}

export class PmmLab {
  private constructor(
    readonly pmm: PmmServer,
    readonly aws: KeysInAws,
    readonly repository: Repository,
  ) {}

  static async start(settings: Settings = {}): Promise<PmmLab> {
    const repository = Repository.create();
    repository.write("accounts.yaml", FILE);
    repository.commit();
    const lab = new PmmLab(await PmmServer.start(settings), await KeysInAws.start(), repository);
    lab.fill();
    return lab;
  }

  /** Agents 1 to 3 hold the previous key of billing, 4 that of orders; 5 and 6 are not of the file. */
  private fill(): void {
    const held = [
      ...[1, 2, 3].map((number) => agent(number, keyOf("billing", 1).id)),
      agent(4, keyOf("orders", 2).id),
      agent(5, "AKIAOFANOTHERACCOUNT"),
      agent(6),
    ];
    for (const one of held) {
      this.pmm.agents.set(one.agent_id, one);
    }
    const service = (number: number, service_name: string) => ({
      service_id: uuid(2000 + number),
      service_name,
      node_id: uuid(1000 + number),
    });
    this.pmm.services = {
      mysql: [service(1, "billing-mysql-1"), service(4, "orders-mysql"), service(5, "elsewhere")],
      postgresql: [service(2, "billing-pg-2"), service(6, "own")],
    };
    this.aws.secrets.set("pmm/aurora/billing", {
      AWSCURRENT: heldKey("billing", "033333333333", 2),
      AWSPREVIOUS: heldKey("billing", "033333333333", 1),
    });
    this.aws.secrets.set("pmm/aurora/orders", {
      AWSCURRENT: heldKey("orders", "222222222222", 3),
      AWSPREVIOUS: heldKey("orders", "222222222222", 2),
    });
    this.aws.keys.set("033333333333", [{ id: keyOf("billing", 1).id }, { id: keyOf("billing", 2).id }]);
    this.aws.generations.set("033333333333", 2).set("222222222222", 3);
    this.aws.keys.set("222222222222", [{ id: keyOf("orders", 2).id }, { id: keyOf("orders", 3).id }]);
  }

  /** Runs `rotate`; what it prints has no key in it, and what it asks is as PMM's API describes it. */
  async rotate(
    accounts: string[],
    options: RotateOptions,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Ran> {
    const before = { ...process.env };
    Object.assign(
      process.env,
      this.aws.environment(),
      { PMM_URL: this.pmm.url, PMM_TOKEN: TOKEN },
      environment,
    );
    try {
      const result = await ran(() => rotate(features, accounts, options), this.repository.folder);
      expect(found(`${result.stdout}${result.stderr}${this.pmm.lines.join()}`)).toEqual([]);
      expect(this.pmm.violations).toEqual([]);
      return result;
    } finally {
      process.env = before;
    }
  }

  push(accounts: string[], environment: Readonly<Record<string, string>> = {}): Promise<Ran> {
    return this.rotate(accounts, { pushPmm: true }, environment);
  }

  /** Which key each agent holds. */
  keys(): (string | undefined)[] {
    return [...this.pmm.agents.values()].map(({ aws_access_key }) => aws_access_key);
  }

  async stop(): Promise<void> {
    await this.pmm.stop();
    await this.aws.stop();
    rmSync(this.repository.folder, { recursive: true });
  }
}

/** Every key that a text has in it, and the token. */
export function found(text: string): string[] {
  const keys = ["billing", "orders"].flatMap((account) => [1, 2, 3].map((each) => keyOf(account, each)));
  return [TOKEN, "AKIAOFANOTHERACCOUNT", ...keys.flatMap(({ id, secret }) => [id, secret])].filter((key) =>
    text.includes(key),
  );
}
