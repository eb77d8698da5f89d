import { heldKey } from "../aws/key-secret";
import { type AwsSession, inRegion, keySession, reasonOf, secretText } from "../aws-calls/index";
import { causeOfSecret } from "./explain";
import type { Found } from "./found";
import type { AccessBy } from "./plan";

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
  const key = heldKey(text);
  if (key === undefined) {
    return { cause: "secret_malformed" };
  }
  if (key.accountId !== accountId) {
    return { cause: "key_of_another" };
  }
  const found: Found[] = key.generation === generation ? [] : [{ cause: "old_secret", severity: "warning" }];
  const session = keySession(secret.region, { accessKeyId: key.id, secretAccessKey: key.secret });
  return { session, found };
}
