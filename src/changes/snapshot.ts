import type { AccessModel } from "../access/model";
import { type Boundaries, boundariesOf } from "../accounts/boundaries";
import type { Account, Deployment, Lifecycle } from "../accounts/model";
import { DEFAULT_NAME, groupOf, type StackMode, stackName } from "../accounts/names";
import type { Path } from "../accounts/problem";
import type { Feature } from "../features/feature";
import { type AccountSettings, settingsOf } from "./settings";

/** What of accounts.yaml a change is judged by. */
export interface Snapshot {
  /** The deployment's name, by which its stacks are called. */
  readonly name: string;
  readonly stacks: StackMode;
  /** The bucket, its region and the prefix of the states' keys, in words; undefined: files beside the accounts file. */
  readonly backend: string | undefined;
  readonly source: SourceSnapshot;
  readonly teleport: TeleportSnapshot | undefined;
  readonly accounts: readonly AccountSnapshot[];
  /** Entries without a name, of which nothing can be told; 1 for a value that is not a list. */
  readonly nameless: number;
}

export interface SourceSnapshot {
  readonly accountId: string | undefined;
  readonly region: string;
  /** With its IAM path. */
  readonly pmmRoleName: string | undefined;
  readonly makesPmmRole: boolean;
  /** Sorted ARNs. */
  readonly additionalPrincipals: readonly string[];
  readonly boundaries: Boundaries;
  /** Of what is made in the account for no account of the list. */
  readonly iamPath: string;
  readonly assumePolicy: string;
  readonly organizationId: string | undefined;
}

export interface TeleportSnapshot {
  readonly accountId: string | undefined;
  /** With its IAM path. */
  readonly roleName: string | undefined;
  readonly externalId: string | undefined;
}

export interface AccountSnapshot extends AccountSettings {
  readonly name: string;
  /** The name as Terraform takes it in an address. */
  readonly alias: string;
  readonly accountId: string | undefined;
  /** What its stack is called behind the deployment's name; undefined: it is in the main one. */
  readonly group: string | undefined;
  readonly stack: string;
  readonly lifecycle: Lifecycle;
  readonly region: string;
  /** Whether the entry says so itself. */
  readonly ownRegion: boolean;
  readonly boundaries: Boundaries;
  readonly iamPath: string;
  /** Whether the entry says so itself. */
  readonly ownIamPath: boolean;
  readonly path: Path;
}

/** The stacks that a file makes: the main one is there even without accounts of its own. */
export function stacksOf({ name, accounts }: Pick<Snapshot, "name" | "accounts">): ReadonlySet<string> {
  return new Set([stackName(name), ...accounts.map(({ stack }) => stack)]);
}

/** Of today's file, which has passed every rule. */
export function snapshotOf({ deployment, features }: AccessModel): Snapshot {
  const { name, stacks, source, teleport, accounts, backend } = deployment;
  return {
    name,
    stacks,
    backend: backend && backendPlace(backend.s3),
    source: {
      accountId: source.accountId,
      region: source.region,
      pmmRoleName: source.pmmRoleName,
      makesPmmRole: source.createPmmRole,
      additionalPrincipals: [...source.additionalPrincipals].sort(),
      boundaries: source.boundaries,
      iamPath: source.iamPath,
      assumePolicy: source.assumePolicy,
      organizationId: source.organizationId,
    },
    teleport: teleport && {
      accountId: teleport.accountId,
      roleName: teleport.roleName,
      externalId: teleport.externalId,
    },
    accounts: accounts.map((account) => accountSnapshot(account, deployment, features)),
    nameless: 0,
  };
}

function accountSnapshot(
  account: Account,
  { stacks, inherited, cloudwatchAgent }: Deployment,
  features: readonly Feature[],
): AccountSnapshot {
  const defaults = { ...inherited, cloudwatch_agent: cloudwatchAgent };
  const { name, alias, accountId, stack, lifecycle, region, boundaries, iamPath, input, path } = account;
  return {
    name,
    alias,
    accountId,
    group: groupOf(stacks, input),
    stack,
    lifecycle,
    region,
    ownRegion: input.region !== undefined,
    boundaries,
    iamPath,
    ownIamPath: input.iam_path !== undefined,
    ...settingsOf({ entry: input, defaults, alias }, features),
    path,
  };
}

/** Where the states are, in words: other words are another place. */
export function backendPlace({
  bucket,
  region,
  key_prefix: prefix,
}: {
  readonly bucket?: unknown;
  readonly region?: unknown;
  readonly key_prefix?: unknown;
}): string {
  const below =
    prefix === undefined || prefix === null
      ? "without a key prefix"
      : `under the key prefix ${partText(prefix)}`;
  return `the bucket ${partText(bucket)} in ${partText(region)} ${below}`;
}

/** At a commit, a part may be missing, or of any shape. */
function partText(part: unknown): string {
  return typeof part === "string" ? part : JSON.stringify(part ?? null);
}

/** A file that was not there: everything of today is new. */
export const NOTHING: Snapshot = {
  name: DEFAULT_NAME,
  stacks: "grouped",
  backend: undefined,
  source: {
    accountId: undefined,
    region: "",
    pmmRoleName: undefined,
    makesPmmRole: false,
    additionalPrincipals: [],
    boundaries: boundariesOf([], "aws", ""),
    iamPath: "/",
    assumePolicy: "explicit",
    organizationId: undefined,
  },
  teleport: undefined,
  accounts: [],
  nameless: 0,
};
