import { accessOutput, handedOn } from "../../../src/access/handovers";
import type { AccessModel } from "../../../src/access/model";
import type { Tags } from "../../../src/accounts/model";
import { type PolicyDocument, policyText } from "../../../src/aws/policies";
import type { Identity, IdentityPolicy, RotatingKeys } from "../../../src/features/identity";
import { documentFact, FACT, type Facts, note, secretHolder } from "./held";

/** What teams' modules make, which the model does not know: the test says it, by the name of the module instance. */
export type TeamObjects = Readonly<
  Record<
    string,
    {
      /** ARNs of what AWS holds. */
      readonly arns: readonly string[];
      /** Within the module instance, as `aws_iam_role.backup_reader`. */
      readonly addresses: readonly string[];
    }
  >
>;

/** What the model says of one stack. */
export interface Part {
  /** What the stack makes, with all that is on it. */
  readonly made: Facts;
  /** What it writes on roles that exist already. */
  readonly written: Facts;
  /** The secrets that hold the newest keys of users, by the ARN of the user. */
  readonly secretOf: ReadonlyMap<string, string>;
  /** What Terraform's state has at each address: an ARN, or what `placed` calls it. */
  readonly addresses: Map<string, string>;
  /** What the output `access` has, a line for each fact, as `show` says it. */
  readonly handedOn: ReadonlySet<string>;
  /** The accounts that are closed: what they hold is out of the model and of the state, and still in AWS. */
  readonly closed: ReadonlySet<string>;
}

/** The facts of users' access keys, by what the model calls the keys. */
export const NEWEST_KEY = FACT.key("newest");
export const PREVIOUS_KEY = FACT.key("previous");

/** The one fact that is known of what a team's module makes. */
export const BY_TEAM = "made by a team's module";

/** What `Part.addresses` calls an object that has no ARN. */
export const placed = {
  inline: (owner: string, policy: string) => `${FACT.inline(policy)} of ${owner}`,
  attached: (owner: string, arn: string) => `${FACT.attached(arn)} of ${owner}`,
  secret: (name: string) => `secret ${name}`,
};

/** What a stack holds after it was destroyed. */
export function emptyPart(): Part {
  return {
    made: new Map(),
    written: new Map(),
    secretOf: new Map(),
    addresses: new Map(),
    handedOn: new Set(),
    closed: new Set(),
  };
}

/** What the model says of the stack. */
export function partOf(access: AccessModel, stack: string, teams: TeamObjects = {}): Part {
  const accounts = access.stacks.find(({ name }) => name === stack)?.accounts ?? [];
  const closed = accounts.flatMap(({ account }) =>
    account.lifecycle === "closed" ? [account.accountId] : [],
  );
  const inStack = handedOn(access).filter((one) => one.stack === stack);
  const part = {
    ...emptyPart(),
    secretOf: new Map<string, string>(),
    handedOn: new Set(factLines(accessOutput(inStack, ({ value }) => value))),
    closed: new Set(closed),
  };
  const tags = defaultTags(access);
  for (const identity of access.identities.filter((one) => one.stack === stack)) {
    noteIdentity(part, identity, tags.get(identity.arn) ?? {});
  }
  for (const { name } of accounts.flatMap(({ calls }) => calls.filter(({ team }) => team !== undefined))) {
    for (const arn of teams[name]?.arns ?? []) note(part.made, arn, BY_TEAM);
    for (const address of teams[name]?.addresses ?? [])
      part.addresses.set(`module.${name}.${address}`, BY_TEAM);
  }
  return part;
}

/** `users.PMMAWSIntegrationUser.arn = arn:...`, and so on. The six characters that AWS adds to a secret's ARN are left out. */
export function factLines(value: unknown, at = ""): string[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) =>
      factLines(inner, at === "" ? key : `${at}.${key}`),
    );
  }
  const text = at.endsWith(".secret_arn") ? String(value).replace(/-\w{6}$/, "") : String(value);
  return [`${at} = ${text}`];
}

/** The tags that providers put on what they make, by the ARN of the role or user that it belongs to. */
function defaultTags({ deployment, callers, stacks }: AccessModel): ReadonlyMap<string, Tags> {
  return new Map([
    ...callers.map(({ role, account }) => [role.arn, account?.tags ?? deployment.source.tags] as const),
    ...stacks
      .flatMap(({ accounts }) => accounts)
      .flatMap(({ account, calls }) =>
        calls.flatMap(({ makes }) => makes.map(({ arn }) => [arn, account.tags] as const)),
      ),
  ]);
}

type Writable = Pick<Part, "made" | "written" | "addresses"> & { readonly secretOf: Map<string, string> };

function noteIdentity(part: Writable, identity: Identity, tags: Tags): void {
  const { kind, accountId, iamPath, name, address, instanceProfile } = identity;
  const [, partition] = identity.arn.split(":");
  const inAccount = (what: string) => `arn:${partition}:iam::${accountId}:${what}${iamPath}${name}`;
  const holder = inAccount(kind);
  if (holder !== identity.arn) throw new Error(`the model has ${identity.arn} for ${holder}`);
  const facts = identity.origin === "made" ? part.made : part.written;
  if (identity.origin === "made") noteMade(facts, holder, identity);
  if (address !== undefined) part.addresses.set(address, holder);
  for (const policy of identity.policies) notePolicy(part, facts, { holder, name, policy, tags });
  if (instanceProfile !== undefined) {
    const profile = inAccount("instance-profile").replace(/[^/]+$/, instanceProfile.name);
    note(part.made, profile, FACT.role(holder));
    noteTags(part.made, profile, tags);
    part.addresses.set(instanceProfile.address, profile);
  }
  if (identity.keys !== undefined) noteKeys(part, holder, accountId, identity.keys);
}

function noteMade(facts: Facts, holder: string, { trust, boundary, description, tags }: Identity): void {
  note(facts, holder, FACT.exists);
  if (trust !== undefined) note(facts, holder, FACT.trust, documented(trust));
  if (boundary !== undefined) note(facts, holder, FACT.boundary, boundary);
  if (description !== undefined) note(facts, holder, FACT.description, description);
  noteTags(facts, holder, tags);
}

function notePolicy(part: Writable, facts: Facts, { holder, name, policy, tags }: Owned): void {
  const { form, arn = "", document, description, addresses } = policy;
  const [first = "", second = ""] = addresses;
  if (form === "inline") {
    note(facts, holder, FACT.inline(policy.name), document && documented(document));
    part.addresses.set(first, placed.inline(name, policy.name));
    return;
  }
  note(facts, holder, FACT.attached(arn));
  part.addresses.set(form === "aws" ? first : second, placed.attached(name, arn));
  if (form === "managed" && document !== undefined) {
    const known = part.made.get(arn)?.get(FACT.document) ?? documented(document);
    if (known !== documented(document)) throw new Error(`the model has two documents for ${arn}`);
    note(part.made, arn, FACT.document, known);
    if (description !== undefined) note(part.made, arn, FACT.description, description);
    noteTags(part.made, arn, tags);
    part.addresses.set(first, arn);
  }
}

/** A policy, and what it is on. */
interface Owned {
  readonly holder: string;
  readonly name: string;
  readonly policy: IdentityPolicy;
  /** Those of the provider that makes it. */
  readonly tags: Tags;
}

function noteKeys(
  part: Writable,
  user: string,
  accountId: string,
  { generation, previous, secret }: RotatingKeys,
): void {
  note(part.made, user, NEWEST_KEY, "Active");
  if (generation > 1 && previous !== "deleted") {
    note(part.made, user, PREVIOUS_KEY, previous === "active" ? "Active" : "Inactive");
  }
  const holder = secretHolder(secret.accountId, secret.region, secret.name);
  part.secretOf.set(user, holder);
  part.addresses.set(secret.address, placed.secret(secret.name));
  note(part.made, holder, FACT.heldKey, user);
  note(part.made, holder, FACT.heldAccount, accountId);
  note(part.made, holder, FACT.heldGeneration, String(generation));
  if (secret.policy !== undefined) note(part.made, holder, FACT.resourcePolicy, documented(secret.policy));
  if (secret.kmsKeyId !== undefined) note(part.made, holder, FACT.kmsKey, secret.kmsKeyId);
  noteTags(part.made, holder, secret.tags);
}

function documented(document: PolicyDocument): string {
  return documentFact(policyText(document));
}

function noteTags(facts: Facts, holder: string, tags: Tags): void {
  for (const [key, value] of Object.entries(tags)) note(facts, holder, FACT.tag(key), value);
}
