import { decode, ExtensionCodec, encode } from "@msgpack/msgpack";

/**
 * A value not known before apply. Terraform writes it as MessagePack extension 0,
 * or 12 where it knows something about it, which a stand-in has no use for
 * (Terraform's docs/plugin-protocol/object-wire-format.md).
 */
export class Unknown {
  readonly kind = "unknown";
}

export const UNKNOWN = new Unknown();

export type Value = null | boolean | number | string | Unknown | Value[] | { [key: string]: Value };

/** The value of a whole block: a resource, a data source, the provider's configuration. */
export type State = Record<string, Value>;

const codec = new ExtensionCodec();
codec.register({
  type: 0,
  encode: (value) => (value instanceof Unknown ? new Uint8Array([0]) : null),
  decode: () => UNKNOWN,
});
codec.register({ type: 12, encode: () => null, decode: () => UNKNOWN });

/** What goes over the wire for one value. */
export function pack(value: Value): { msgpack: Uint8Array } {
  return { msgpack: encode(value, { extensionCodec: codec }) };
}

/** The value of a DynamicValue; null where the message holds none. */
export function unpack(message: { msgpack?: Uint8Array; json?: Uint8Array } | null): Value {
  if (message?.msgpack?.length) return decode(message.msgpack, { extensionCodec: codec }) as Value;
  if (message?.json?.length) return JSON.parse(Buffer.from(message.json).toString("utf8")) as Value;
  return null;
}

export function isObject(value: Value | undefined): value is { [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Unknown);
}

/** Whether nothing in the value is unknown. */
export function isKnown(value: Value | undefined): boolean {
  if (value instanceof Unknown) return false;
  if (Array.isArray(value)) return value.every(isKnown);
  return isObject(value) ? Object.values(value).every(isKnown) : true;
}

/** The provider's older half does not tell null from empty: neither is a change to the other. */
export function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** Equality of two values; the order of an array counts only where it is a list, of which the resources here have none. */
export function same(left: Value | undefined, right: Value | undefined): boolean {
  return canonical(left ?? null) === canonical(right ?? null);
}

function canonical(value: Value): string {
  if (value instanceof Unknown) return "unknown";
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join()}}`;
}

/** The string at a key, or undefined where it is null, unknown, empty or something else. */
export function text(state: State, key: string): string | undefined {
  const value = state[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The string at a key that the caller knows to be set. */
export function required(state: State, key: string): string {
  const value = text(state, key);
  if (value === undefined) throw new Error(`${key} is not set`);
  return value;
}

/** The strings of a list or set; none where it is null or unknown. */
export function texts(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** The entries of a map of strings; none where it is null or unknown. */
export function entries(value: Value | undefined): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** The blocks of a nested block type. */
export function blocks(value: Value | undefined): State[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
