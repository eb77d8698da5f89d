export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Schema = { [key: string]: Json };

export function isSchema(value: Json | undefined): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export interface Place {
  /** `accounts[].aurora.key_generation`. */
  readonly place: string;
  readonly node: Schema;
  /** Whether it is what a key takes, and not an entry of a list or one of several shapes. */
  readonly isKey: boolean;
}

/** Every schema inside the schema. */
export function* schemas(node: Schema, place = "", isKey = false): Iterable<Place> {
  yield { place, node, isKey };
  for (const [name, value] of Object.entries(isSchema(node["properties"]) ? node["properties"] : {})) {
    if (isSchema(value)) {
      yield* schemas(value, place === "" ? name : `${place}.${name}`, true);
    }
  }
  if (isSchema(node["items"])) {
    yield* schemas(node["items"], `${place}[]`);
  }
  if (isSchema(node["propertyNames"]) && isSchema(node["additionalProperties"])) {
    yield* schemas(node["propertyNames"], `${place}.<key>`);
    yield* schemas(node["additionalProperties"], `${place}.<value>`);
  }
  for (const option of Array.isArray(node["anyOf"]) ? node["anyOf"].filter(isSchema) : []) {
    yield* schemas(option, place);
  }
}
