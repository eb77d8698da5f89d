import { type RdsExporter, rdsExporterIn, rdsExportersIn, serviceNamesIn, versionIn } from "./answers";
import type { PmmConnection } from "./connection";
import { answerFailure, PmmFailure } from "./failures";
import type { NewKey } from "./keys";

const AGENTS = "/v1/inventory/agents";

/** PMM's inventory, as its API shows it. */
export class PmmInventory {
  constructor(private readonly connection: PmmConnection) {}

  /** The address of PMM, as messages name it. */
  get pmm(): string {
    return this.connection.pmm;
  }

  /** PMM's version; undefined where it does not say. */
  async version(): Promise<string | undefined> {
    const answer = await ifThere(this.connection.ask({ method: "GET", path: "/v1/server/version" }));
    return answer === undefined ? undefined : (versionIn(answer) ?? this.refuse("a version that is none"));
  }

  async rdsExporters(): Promise<RdsExporter[]> {
    const query = { agent_type: "AGENT_TYPE_RDS_EXPORTER" };
    const answer = await this.connection.ask({ method: "GET", path: AGENTS, query });
    return rdsExportersIn(answer) ?? this.refuse("agents that are none");
  }

  /** The services' names by node. */
  async serviceNames(): Promise<ReadonlyMap<string, readonly string[]>> {
    const answer = await this.connection.ask({ method: "GET", path: "/v1/inventory/services" });
    return serviceNamesIn(answer) ?? this.refuse("services that are none");
  }

  /** A text that PMM sent, without the token. */
  withoutToken(text: string): string {
    return this.connection.withoutToken(text);
  }

  /** An exporter as it is now; undefined where PMM no longer has it. */
  async rdsExporter(agentId: string): Promise<RdsExporter | undefined> {
    const answer = await ifThere(this.connection.ask({ method: "GET", path: pathOf(agentId) }));
    return answer === undefined ? undefined : (rdsExporterIn(answer) ?? this.refuse("an agent that is none"));
  }

  /**
   * Gives an exporter another key. Every field of the change is optional in PMM's API, and what is left out stays as it
   * is: labels, resolutions, what is switched off.
   */
  async giveKey(agentId: string, { id, secret }: NewKey): Promise<void> {
    await this.connection.ask({
      method: "PUT",
      path: pathOf(agentId),
      body: { rds_exporter: { aws_access_key: id, aws_secret_key: secret } },
    });
  }

  private refuse(found: string): never {
    throw answerFailure(this.pmm, found);
  }
}

function pathOf(agentId: string): string {
  return `${AGENTS}/${encodeURIComponent(agentId)}`;
}

/** An answer, or undefined where PMM has no such thing. */
async function ifThere(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof PmmFailure && cause.kind === "not-there") {
      return undefined;
    }
    throw cause;
  }
}
