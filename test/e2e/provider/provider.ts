import { type Aws, connect, problem } from "./aws";
import { DATA_SOURCES } from "./data";
import { IAM } from "./iam";
import { apply, plan, problems, refresh } from "./resources";
import { complete, SCHEMA, type Schema, schemaReply } from "./schemas";
import { SECRETS } from "./secrets";
import type { Call, Message, Methods } from "./server";
import type { ResourceType } from "./types";
import { isKnown, isObject, pack, type State, unpack, type Value } from "./values";

/** Every resource type of aws-6.25.0.json and what is particular to it. */
const TYPES: Readonly<Record<string, ResourceType>> = { ...IAM, ...SECRETS };

/**
 * The provider's side of the protocol. One process serves every alias: each is a
 * connection of its own, and what it was configured with is kept by connection.
 */
export function provider(): { methods: Methods; closed: (peer: string) => void } {
  const configured = new Map<string, Aws>();
  const of = ({ peer }: Call): Aws => {
    const aws = configured.get(peer);
    if (aws === undefined) throw new Error("a call on a connection that was never configured");
    return aws;
  };
  const methods: Methods = {
    GetSchema: () => schemaReply(),
    PrepareProviderConfig: ({ request }) => ({ prepared_config: request["config"] }),
    Stop: () => ({}),
    Configure: (call) =>
      diagnosed("configuring the provider", async () => {
        configured.set(call.peer, await connect(value(call.request["config"]) ?? {}));
        // One character for each alias that a command of Terraform's configures: what a benchmark counts.
        if (process.env.STANDIN_COUNT !== undefined) process.stderr.write(".");
        return {};
      }),
    ValidateResourceTypeConfig: ({ request }) => {
      const { type, schema, name } = resource(request);
      const found = problems(type, schema, value(request["config"]) ?? {});
      return { diagnostics: found.map((summary) => ({ severity: 1, summary, detail: `In a ${name}.` })) };
    },
    ValidateDataSourceConfig: () => ({}),
    UpgradeResourceState: ({ request }) => {
      const raw = request["raw_state"] as { json: Uint8Array };
      const state = JSON.parse(Buffer.from(raw.json).toString("utf8")) as State;
      return { state: pack(complete(resource(request).schema.block, state)) };
    },
    ReadResource: (call) => {
      const { type, schema, name } = resource(call.request);
      return diagnosed(`reading ${name}`, async () => {
        const state = value(call.request["current_state"]);
        const now = state === null ? null : await refresh(type, schema, of(call), state);
        return { new_state: pack(now), private: call.request["private"] };
      });
    },
    PlanResourceChange: (call) => {
      const { request } = call;
      const { type, schema } = resource(request);
      const settled = { planned_private: request["prior_private"], legacy_type_system: !type.framework };
      if (value(request["proposed_new_state"]) === null) return { ...settled, planned_state: pack(null) };
      const { planned, replace } = plan(
        type,
        schema,
        of(call),
        value(request["prior_state"]),
        value(request["config"]) ?? {},
      );
      return {
        ...settled,
        planned_state: pack(planned),
        requires_replace: replace.map((attribute) => ({ steps: [{ attribute_name: attribute }] })),
      };
    },
    ApplyResourceChange: (call) => {
      const { request } = call;
      const { type, schema, name } = resource(request);
      const [prior, planned] = [value(request["prior_state"]), value(request["planned_state"])];
      const doing = planned === null ? "deleting" : prior === null ? "creating" : "updating";
      const settled = { private: request["planned_private"], legacy_type_system: !type.framework };
      const summary = `${doing} ${name} (${label(planned ?? prior ?? {})})`;
      return diagnosed(
        summary,
        async () => {
          const outcome = await apply(type, schema, of(call), prior, planned, value(request["config"]) ?? {});
          return {
            ...settled,
            new_state: pack(outcome.state),
            diagnostics: outcome.error === undefined ? [] : [failure(summary, outcome.error)],
          };
        },
        // A deletion that failed leaves the object where it was.
        { ...settled, new_state: pack(prior) },
      );
    },
    ImportResourceState: (call) => {
      const { type, schema, name } = resource(call.request);
      const id = call.request["id"] as string;
      return diagnosed(`importing ${name} (${id})`, async () => {
        const state = complete(schema.block, await type.import(of(call), id));
        return { imported_resources: [{ type_name: name, state: pack(state) }] };
      });
    },
    ReadDataSource: (call) => {
      const name = call.request["type_name"] as string;
      return diagnosed(`reading data source ${name}`, async () => {
        const [read, schema] = [DATA_SOURCES[name], SCHEMA.data_source_schemas[name]];
        if (read === undefined || schema === undefined)
          throw new Error("the stand-in does not know this type");
        const config = value(call.request["config"]) ?? {};
        if (!isKnown(config)) throw new Error("an unknown value in a data source's configuration");
        return { state: pack(complete(schema.block, { ...config, ...(await read(of(call), config)) })) };
      });
    },
  };
  return { methods, closed: (peer) => configured.delete(peer) };
}

function resource(request: Message): { name: string; type: ResourceType; schema: Schema } {
  const name = request["type_name"] as string;
  const [type, schema] = [TYPES[name], SCHEMA.resource_schemas[name]];
  if (type === undefined || schema === undefined) throw new Error(`the stand-in does not know ${name}`);
  return { name, type, schema };
}

/** The object that a message's field holds; null where there is none. */
function value(field: unknown): State | null {
  const unpacked: Value = unpack(field as { msgpack?: Uint8Array } | null);
  return isObject(unpacked) ? unpacked : null;
}

/** What tells a reader which object a message is about. */
function label(state: State): string {
  const first = ["name", "user_name", "role_name", "user", "role", "secret_id", "secret_arn"].map(
    (key) => state[key],
  );
  return String(first.find((candidate) => typeof candidate === "string") ?? "");
}

function failure(summary: string, detail: string): object {
  return { severity: 1, summary: `${summary}: ${detail}`, detail: "" };
}

/** The reply, or what went wrong as a diagnostic of Terraform's. */
async function diagnosed(
  summary: string,
  work: () => Promise<object>,
  otherwise: object = {},
): Promise<object> {
  try {
    return await work();
  } catch (error) {
    return { ...otherwise, diagnostics: [failure(summary, problem(error))] };
  }
}
