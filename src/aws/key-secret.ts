/** A user's access key as its secret in Secrets Manager holds it. The modules write it, as JSON. */
export interface HeldKey {
  readonly id: string;
  readonly secret: string;
  /** The account of the user. */
  readonly accountId: string;
  readonly generation: number;
}

/** The key that the text of a secret holds; undefined where it is none. */
export function heldKey(text: string): HeldKey | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  const [id, secret, accountId] = ["access_key_id", "secret_access_key", "account_id"].map((name) =>
    fields.get(name),
  );
  const generation = Number(fields.get("generation"));
  return isKeyId(id) && isSecretKey(secret) && typeof accountId === "string" && Number.isInteger(generation)
    ? { id, secret, accountId, generation }
    : undefined;
}

/** Source: AccessKeyId in the API reference of IAM: 16 to 128 letters, digits and `_`. */
function isKeyId(value: unknown): value is string {
  return typeof value === "string" && /^\w{16,128}$/.test(value);
}

function isSecretKey(value: unknown): value is string {
  return typeof value === "string" && /^[\x21-\x7e]{16,512}$/.test(value);
}
