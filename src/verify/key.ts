import { type AwsSession, inRegion, keySession, reasonOf, secretText } from "../aws-calls/index";
import { causeOfSecret } from "./explain";
import type { Found } from "./found";
import type { AccessBy } from "./plan";

/** What the modules write into the secret. The keys are theirs. */
interface KeySecret {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly accountId: unknown;
  readonly generation: unknown;
}

/** A session with the key of a secret, as PMM has it. */
export async function keyFrom(
  own: AwsSession,
  { secret, generation }: Extract<AccessBy, { kind: "key" }>,
  accountId: string,
): Promise<{ readonly session: AwsSession; readonly found: readonly Found[] } | Found> {
  let text: string;
  try {
    text = await secretText(inRegion(own, secret.region), secret.name);
  } catch (cause) {
    const reason = reasonOf(cause);
    return {
      cause: causeOfSecret(reason),
      region: secret.region,
      call: "secretsmanager:GetSecretValue",
      said: reason.text,
    };
  }
  const key = parsed(text);
  if (key === undefined) {
    return { cause: "secret_malformed" };
  }
  if (key.accountId !== accountId) {
    return { cause: "key_of_another" };
  }
  const found: Found[] =
    Number(key.generation) === generation ? [] : [{ cause: "old_secret", severity: "warning" }];
  return { session: keySession(secret.region, key), found };
}

/** undefined for what is no such secret. */
function parsed(text: string): KeySecret | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  const { access_key_id, secret_access_key, account_id, generation }: Record<string, unknown> = {
    ...value,
  };
  return typeof access_key_id === "string" && typeof secret_access_key === "string"
    ? { accessKeyId: access_key_id, secretAccessKey: secret_access_key, accountId: account_id, generation }
    : undefined;
}
