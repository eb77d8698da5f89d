import { existsSync, lstatSync, readFileSync, realpathSync } from "node:fs";
import { normalize, resolve } from "node:path";
import { Lines } from "../../accounts/document";
import type { AccountsFile } from "../../accounts/file";
import type { AccountsFolder } from "../../accounts/folder";
import { error, type FilePlace, type Finding, type Path } from "../../accounts/problem";
import { escapes } from "../../accounts/repository";
import { firstMisread } from "../../accounts/source-text";
import { reasonOf } from "../../accounts/system-refusals";
import { MANAGED_POLICIES_PER_ROLE, MANAGED_POLICY_CHARACTERS } from "../../aws/limits";
import type { Partition } from "../../aws/partitions";
import type { PolicyDocument } from "../../aws/policies";
import { JsonReader, type JsonValue } from "../../modules/json-reader";
import { UnreadableText } from "../../modules/syntax";
import { documentRemarks, statementsOf } from "./policy-document/document";
import { type Remark, textsOf, valuesOf, wrong } from "./policy-document/remark";
import { partitionIn } from "./policy-document/resource";
import { textRemarks, textsIn } from "./policy-document/text";
import { grantRemarks, takenBackRemarks, unknownActions } from "./policy-grants";

/** A policy file's document, or why it cannot be used. The text itself is never quoted. */
export interface PolicyFile {
  /** Undefined where something is wrong. */
  readonly document?: PolicyDocument;
  /** The document as minified JSON. */
  readonly text?: string;
  /** Why there is nothing to read at this path. */
  readonly unread?: string;
  /** What is wrong in it, and what is doubtful. */
  readonly findings: readonly Finding[];
  /** What the Deny on reading data and secrets takes back; said where it is beside the policy. */
  readonly takenBack: readonly Finding[];
  /** Where its ARNs name a partition. */
  readonly partitions: ReadonlyMap<string, readonly FilePlace[]>;
}

/** A place in accounts.yaml that names a policy file. */
export interface PolicyFileUse {
  readonly path: Path;
  /** As it is written: `./policies/site24x7.json`. */
  readonly policy: string;
  /** Whether the Deny on reading data and secrets is beside it. */
  readonly deny: boolean;
}

/** What is wrong with the policy files: each file once, however many accounts use it. */
export function* policyFileRules(file: AccountsFile, uses: readonly PolicyFileUse[]): Iterable<Finding> {
  const denied = new Set(uses.filter(({ deny }) => deny).map(({ policy }) => policy));
  const told = new Set<string>();
  for (const { path, policy } of uses) {
    const { unread, findings, takenBack, partitions } = file.folder.once(readPolicyFile, policy);
    if (unread !== undefined) {
      yield error(path, RULE, unread);
    }
    if (told.has(policy)) {
      continue;
    }
    told.add(policy);
    yield* findings;
    yield* denied.has(policy) ? takenBack : [];
    yield* foreignPartitions(partitions, file.partition);
  }
}

/** ARNs of another partition than the accounts', which IAM refuses. */
function* foreignPartitions(
  partitions: PolicyFile["partitions"],
  own: Partition | undefined,
): Iterable<Finding> {
  for (const [partition, places] of partitions) {
    for (const elsewhere of own === undefined || partition === own ? [] : places) {
      const message = `this ARN is of the partition ${partition} and the accounts are of ${own}, where IAM refuses it; write arn:${own}: or arn:*: at its start`;
      yield { ...error([], RULE, message), elsewhere };
    }
  }
}

const RULE = "policy";

/** With all its white space; ten managed policies hold far less. */
const LARGEST_FILE_BYTES = 512 * 1024;

const MOST_CHARACTERS = MANAGED_POLICIES_PER_ROLE * MANAGED_POLICY_CHARACTERS;

/**
 * Reads a policy file named in accounts.yaml. The path must stay inside the repository, symbolic
 * links followed.
 */
export function readPolicyFile(folder: AccountsFolder, path: string): PolicyFile {
  const read = bytesOf(folder, path);
  return "bytes" in read
    ? judged(path, read.bytes)
    : { unread: read.unread, findings: [], takenBack: [], partitions: new Map() };
}

function bytesOf(
  { path: folder, repository: root }: AccountsFolder,
  path: string,
): { bytes: Buffer } | { unread: string } {
  const file = resolve(folder, path);
  const outside = { unread: `${path} leaves the repository; expected a file inside it` };
  if (escapes(root, file)) {
    return outside;
  }
  if (!existsSync(file)) {
    return { unread: `there is no file ${path}; paths start from the folder of accounts.yaml` };
  }
  const real = realpathSync(file);
  if (escapes(realpathSync(root), real)) {
    return outside;
  }
  const stats = lstatSync(real);
  if (!stats.isFile()) {
    return { unread: `${path} is not a regular file; expected a JSON policy document` };
  }
  if (stats.size > LARGEST_FILE_BYTES) {
    return {
      unread: `${path} has ${stats.size} bytes; expected at most ${LARGEST_FILE_BYTES}: is it the right file?`,
    };
  }
  try {
    return { bytes: readFileSync(real) };
  } catch (cause) {
    return { unread: `${path} cannot be read: ${reasonOf((cause as NodeJS.ErrnoException).code)}` };
  }
}

function judged(path: string, bytes: Buffer): PolicyFile {
  const name = normalize(path);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const message = "found bytes that are not UTF-8 text; save the file as UTF-8";
    return nothing([{ ...error([], RULE, message), elsewhere: { file: name, ...firstMisread(bytes) } }]);
  }
  const lines = new Lines(text);
  const placeOf = (at: number): FilePlace => ({ file: name, ...lines.position(at) });
  const repeated: Remark[] = [];
  let value: JsonValue;
  try {
    value = new JsonReader(text, (at, first) => {
      const message = `this object has the same key at ${lines.cite(first)}; IAM takes the last and a reviewer reads both: remove one`;
      repeated.push(wrong(at, message));
    }).document();
  } catch (cause) {
    if (!(cause instanceof UnreadableText)) {
      throw cause;
    }
    return nothing([found(wrong(cause.at, jsonFault(text, cause)), placeOf)]);
  }
  return judgedValue(text, value, repeated, placeOf);
}

function judgedValue(
  text: string,
  value: JsonValue,
  repeated: readonly Remark[],
  placeOf: (at: number) => FilePlace,
): PolicyFile {
  const all = (remarks: Iterable<Remark>): Finding[] =>
    Array.from(remarks, (remark) => found(remark, placeOf));
  // Of the text, for a key that is there twice is in it twice.
  const size = text.replace(/[ \t\r\n]+/g, "").length;
  if (size > MOST_CHARACTERS) {
    const message = `the policy has ${size} characters without white space; expected at most ${MOST_CHARACTERS}: ${MANAGED_POLICIES_PER_ROLE} managed policies of ${MANAGED_POLICY_CHARACTERS}`;
    return nothing(all([wrong(value.at, message)]));
  }
  const statements = statementsOf(value);
  const withVariables = hasVariables(value);
  const findings = all([
    ...repeated,
    ...documentRemarks(value),
    ...[...textsIn(value)].flatMap((each) => [...textRemarks(each, withVariables)]),
    ...grantRemarks(statements),
    ...unknownActions(statements),
  ]);
  const document: PolicyDocument = JSON.parse(text);
  return {
    ...(findings.some(({ severity }) => severity === "error")
      ? {}
      : { document, text: JSON.stringify(document) }),
    findings,
    takenBack: all(takenBackRemarks(statements)),
    partitions: partitionsIn(value, placeOf),
  };
}

/** Policy variables are of the newer version; a document without one is of the older. */
function hasVariables(document: JsonValue): boolean {
  return (
    document.kind === "object" &&
    valuesOf(document.entries, "Version")
      .flatMap(textsOf)
      .some(({ text }) => text === "2012-10-17")
  );
}

function partitionsIn(value: JsonValue, placeOf: (at: number) => FilePlace): Map<string, FilePlace[]> {
  const partitions = new Map<string, FilePlace[]>();
  const resources = statementsOf(value).flatMap((entries) =>
    ["Resource", "NotResource"].flatMap((key) => valuesOf(entries, key).flatMap(textsOf)),
  );
  for (const { at, text } of resources) {
    const partition = partitionIn(text);
    if (partition !== undefined) {
      const places = partitions.get(partition) ?? [];
      places.push(placeOf(at));
      partitions.set(partition, places);
    }
  }
  return partitions;
}

function found({ at, severity, message }: Remark, placeOf: (at: number) => FilePlace): Finding {
  return { path: [], rule: RULE, severity, message, elsewhere: placeOf(at) };
}

function nothing(findings: readonly Finding[]): PolicyFile {
  return { findings, takenBack: [], partitions: new Map() };
}

function jsonFault(text: string, { problem }: UnreadableText): string {
  if (/^\s*%7B/i.test(text)) {
    return "this is a URL-encoded document, as IAM's API answers it; decode it";
  }
  return `this is not JSON: ${problem}`;
}
