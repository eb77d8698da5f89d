import { S3_KEY_BYTES } from "../../aws/limits";
import type { AccountsFile } from "../file";
import { groupOf, stackName, stateKey } from "../names";
import { error, type Finding, type Path, warning } from "../problem";
import { DEFAULT_REGION } from "./partition";

/** Terraform's lock of a state is an object beside it, and has the longer key. */
const LOCK_SUFFIX = ".tflock";

/** Every stack's state, and the lock beside it, has a key that S3 takes. */
export function* stateKeys({ name, stacks, backend, entries }: AccountsFile): Iterable<Finding> {
  if (name === undefined || backend?.s3.key_prefix === undefined) {
    return;
  }
  const { key_prefix } = backend.s3;
  const keys = [undefined, ...entries.map(({ input }) => groupOf(stacks, input))].map(
    (group) => stateKey(key_prefix, stackName(name, group)) + LOCK_SUFFIX,
  );
  const longest = keys.reduce((a, b) => (b.length > a.length ? b : a));
  const over = Buffer.byteLength(longest) - S3_KEY_BYTES;
  if (over > 0) {
    yield error(
      ["backend", "s3", "key_prefix"],
      "key-prefix",
      `with this prefix, the key of the longest stack's lock has ${S3_KEY_BYTES + over} bytes, and S3 takes ${S3_KEY_BYTES}; expected at most ${key_prefix.length - over} characters here`,
    );
  }
}

/** A key encrypts in its own region only; of another account, it needs the consent of that account. */
export function* kmsKeys(file: AccountsFile): Iterable<Finding> {
  const { source, secrets, backend, defaults, entries } = file;
  if (source === undefined) {
    return;
  }
  const sourceId = source.account_id;
  yield* kmsKey(file, secrets?.kms_key_id, {
    path: ["secrets", "kms_key_id"],
    region: source.region ?? defaults.region ?? DEFAULT_REGION,
    place: "the source account's region, where the secrets are",
    accountIds: [sourceId],
    consent: (id) =>
      `this key belongs to account ${id}, not of the source account ${sourceId}, where the secrets are: its key policy must allow ${sourceId} to use it, or AWS refuses to make and read the secrets`,
  });
  yield* kmsKey(file, backend?.s3.kms_key_id, {
    path: ["backend", "s3", "kms_key_id"],
    region: backend?.s3.region ?? "",
    place: "the bucket's region",
    accountIds: [sourceId, ...entries.map(({ input }) => input.account_id)],
    consent: (id) =>
      `this key belongs to account ${id}, which is not in this file: its key policy must allow Terraform's credentials to use it, or no plan can read the state`,
  });
}

interface KeyUse {
  readonly path: Path;
  readonly region: string;
  readonly place: string;
  /** The accounts whose keys need no word. */
  readonly accountIds: readonly string[];
  readonly consent: (accountId: string) => string;
}

function* kmsKey(
  { partition: own }: AccountsFile,
  key: string | undefined,
  { path, region, place, accountIds, consent }: KeyUse,
): Iterable<Finding> {
  const [, partition, , keyRegion, accountId = ""] = key?.split(":") ?? [];
  // An id or an alias is one of the account and the region that it is used in. Another partition is told already.
  if (keyRegion === undefined || partition !== own) {
    return;
  }
  if (keyRegion !== region) {
    yield error(
      path,
      "kms-key-id",
      `this key is in ${keyRegion}; expected one in ${region}, ${place} (of a multi-Region key, the replica there)`,
    );
  }
  if (!accountIds.includes(accountId)) {
    yield warning(path, "kms-key-id", consent(accountId));
  }
}
