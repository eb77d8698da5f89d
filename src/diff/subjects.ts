import type { AccessModel } from "../access/model";
import { AURORA_SOURCES_POLICY, CLOUDWATCH_AGENT_SOURCES_POLICY } from "../aws/names";
import { type PolicyDocument, policyText, type Statement } from "../aws/policies";
import { managedPolicyDocument } from "../aws/published-policies";
import type { Identity, RotatingKeys } from "../features/identity";
import type { Requests } from "../policy/requests";
import { requestsOf, statementsOf } from "../policy/statements";
import { type Atom, atomsOf, unknownPolicy } from "./atoms";

/** What a row of a diff says: who may assume a role, what an identity may do, who reads a key, and where it works. */
export type Kind = "assume" | "permission" | "read_key" | "use_key";

/** One thing that gives access, on one side of a change: a role's trust, an identity's policies, a secret, a key. */
export interface Subject {
  readonly kind: Kind;
  /** The same on both sides. */
  readonly id: string;
  /** The identity that is assumed, that has the policies, or whose key it is. */
  readonly identity: Identity;
  readonly documents: readonly PolicyDocument[];
  /** AWS's own policies, by name with path. */
  readonly awsPolicies: readonly string[];
}

/** Every subject of some models, by its id: the accounts of a deployment may have been in several files. */
export function subjectsOf(models: readonly AccessModel[]): ReadonlyMap<string, Subject> {
  const subjects = models.flatMap(({ identities }) => identities.flatMap(ofIdentity));
  const byId = new Map<string, Subject>();
  for (const subject of subjects) {
    const known = byId.get(subject.id);
    byId.set(subject.id, known === undefined ? subject : joined(known, subject));
  }
  return byId;
}

/** A role that several files write on. */
function joined(one: Subject, other: Subject): Subject {
  return {
    ...one,
    documents: [...one.documents, ...other.documents],
    awsPolicies: [...one.awsPolicies, ...other.awsPolicies],
  };
}

function ofIdentity(identity: Identity): Subject[] {
  const { arn, trust, keys } = identity;
  const subject = (kind: Kind, of: string, documents: readonly PolicyDocument[]): Subject => ({
    kind,
    id: `${kind} ${of}`,
    identity,
    documents,
    awsPolicies: [],
  });
  return [
    ...(trust === undefined ? [] : [subject("assume", arn, [trust])]),
    { ...subject("permission", arn, ownDocuments(identity)), awsPolicies: awsPoliciesOf(identity) },
    ...(keys?.secret.policy === undefined ? [] : [subject("read_key", secretId(keys), [keys.secret.policy])]),
    ...(keys === undefined ? [] : [subject("use_key", arn, [usesFrom(keys)])]),
  ];
}

function secretId({ secret: { accountId, region, name } }: RotatingKeys): string {
  return `${accountId} ${region} ${name}`;
}

/** Where a key works from is a subject of its own. */
function ownDocuments({ policies }: Identity): PolicyDocument[] {
  return policies.flatMap(({ name, document }) =>
    document === undefined || SOURCES_POLICIES.includes(name) ? [] : [document],
  );
}

const SOURCES_POLICIES: readonly string[] = [AURORA_SOURCES_POLICY, CLOUDWATCH_AGENT_SOURCES_POLICY];

function awsPoliciesOf({ policies }: Identity): string[] {
  return policies.flatMap(({ form, name }) => (form === "aws" ? [name] : [])).sort();
}

/** Where a user's key works from, as a policy: from each address and through each VPC by itself. */
function usesFrom({ allowedSources: { ips, vpcs } }: RotatingKeys): PolicyDocument {
  const from = (operator: string, key: string, values: readonly string[]) =>
    values.map((value): Statement => ({ Effect: "Allow", Condition: { [operator]: { [key]: value } } }));
  const sources = [...from("IpAddress", "aws:SourceIp", ips), ...from("StringEquals", "aws:SourceVpc", vpcs)];
  return { Version: "2012-10-17", Statement: sources.length === 0 ? [{ Effect: "Allow" }] : sources };
}

/** What a subject says: two that say it in the same words mean the same. Of this process alone. */
export function fingerprint({ documents, awsPolicies }: Subject): string {
  return [...documents.map(numberOf), ...awsPolicies].join(" ");
}

/** Most accounts have the same few documents: each text has a number. */
const numbers = { ofDocument: new WeakMap<PolicyDocument, number>(), ofText: new Map<string, number>() };

function numberOf(document: PolicyDocument): number {
  const { ofDocument, ofText } = numbers;
  const known = ofDocument.get(document);
  if (known !== undefined) {
    return known;
  }
  const text = policyText(document);
  const number = ofText.get(text) ?? ofText.size;
  ofText.set(text, number);
  ofDocument.set(document, number);
  return number;
}

/** What a subject allows, one action on one resource for one principal at a time, and what it denies. */
export interface Grants {
  readonly allow: readonly Atom[];
  readonly deny: readonly Requests[];
}

export function grantsOf({ documents, awsPolicies }: Subject): Grants {
  return {
    allow: [
      ...statementsOf(documents, "Allow").flatMap((given) => atomsOf(given)),
      ...awsPolicies.flatMap(awsAtoms),
    ],
    deny: statementsOf(documents, "Deny").map(requestsOf),
  };
}

function awsAtoms(name: string): Atom[] {
  const document = managedPolicyDocument(name);
  return document === undefined
    ? [unknownPolicy(name)]
    : statementsOf([document], "Allow").flatMap((given) => atomsOf(given, name));
}
