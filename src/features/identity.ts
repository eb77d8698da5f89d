import type { BoundaryKind } from "../accounts/boundaries";
import type { Account, Deployment, Tags } from "../accounts/model";
import type { Path } from "../accounts/problem";
import { iamArn, inPath } from "../aws/arns";
import { descriptionOf } from "../aws/descriptions";
import type { Partition } from "../aws/partitions";
import type { PolicyDocument } from "../aws/policies";

/** A role or a user in AWS. The documents are those that AWS holds after an apply, equal in meaning. */
export interface Identity {
  readonly kind: "role" | "user";
  readonly accountId: string;
  readonly name: string;
  /** With a slash at both ends; `/` where there is none. */
  readonly iamPath: string;
  readonly arn: string;
  /** `made`: the output makes it and owns all that is on it. `existing`: the output writes the policies here on it. */
  readonly origin: "made" | "existing";
  /** The stack that makes it, or that writes on it. Addresses are in it. */
  readonly stack: string;
  /** Where Terraform keeps it; undefined for one that exists already. */
  readonly address?: string | undefined;
  /** Who may assume the role; undefined for a user and for what exists already. */
  readonly trust?: PolicyDocument | undefined;
  readonly policies: readonly IdentityPolicy[];
  /** Of a role that the output makes. A user has none in AWS. */
  readonly description?: string | undefined;
  /** The ARN of the permissions boundary. */
  readonly boundary?: string | undefined;
  /** As which kind it is bounded; undefined for one that exists already. */
  readonly boundedAs?: BoundaryKind | undefined;
  readonly tags: Tags;
  readonly instanceProfile?: InstanceProfile | undefined;
  readonly keys?: RotatingKeys | undefined;
  /** The parts of the file that ask for it: several for a role that exists already. */
  readonly askedBy: readonly Asked[];
}

/** A policy on a role or user. */
export interface IdentityPolicy {
  /** `aws`: one of AWS's own, whose document AWS keeps. */
  readonly form: "inline" | "managed" | "aws";
  /** Of one of AWS's own: with its path, as `job-function/ViewOnlyAccess`. */
  readonly name: string;
  /** Undefined for an inline policy. */
  readonly arn?: string | undefined;
  /** Undefined for one of AWS's own. */
  readonly document?: PolicyDocument | undefined;
  /** Of a managed policy of the output's own, as it is made: AWS never changes it. Others have none here. */
  readonly description?: string | undefined;
  /** Of a managed policy's attachment too: each in the stack of the identity. */
  readonly addresses: readonly string[];
  /** The part of the file that asks for it. */
  readonly path: Path;
  /** What to do where it is too large, to follow "...: "; left out where it cannot be smaller. */
  readonly remedy?: string | undefined;
}

/** A policy of the output's own. */
export interface OwnPolicy extends IdentityPolicy {
  readonly form: "inline" | "managed";
  readonly document: PolicyDocument;
}

/** The instance profile that hands a role to EC2 instances. */
export interface InstanceProfile {
  readonly name: string;
  readonly address: string;
}

/** A user's access keys, and the secret in the source account that holds the newest. */
export interface RotatingKeys {
  readonly generation: number;
  readonly previous: "active" | "inactive" | "deleted";
  /** Where the keys work from: everywhere where both are empty, else from any of these. Sorted. */
  readonly allowedSources: { readonly ips: readonly string[]; readonly vpcs: readonly string[] };
  readonly secret: KeySecret;
}

export interface KeySecret {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
  /** The resource policy; undefined where nobody is named in `secrets.readers`. */
  readonly policy?: PolicyDocument | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly tags: Tags;
  readonly address: string;
}

/**
 * The address of what the secret holds. The provider reads no text of a secret, so a plan does not show that somebody
 * else wrote it: an apply writes it again with `-replace` of this address.
 */
export function heldKeyAddress({ address }: Pick<KeySecret, "address">): string {
  return address.replace(/\.aws_secretsmanager_secret\.key$/, ".aws_secretsmanager_secret_version.key");
}

/** A part of the file that asks for an identity. */
export interface Asked {
  /** What messages call it: `the role of the monitor "site24x7"`. */
  readonly what: string;
  readonly path: Path;
  /** The key that gives the identity its name; left out where the name is fixed. */
  readonly nameKey?: string | undefined;
  /** What to do where the trust policy is too large, to follow "...: ". */
  readonly remedy?: string | undefined;
}

/** What a feature says of an identity that it makes in an account. */
export type MadeIdentity = MadeRoleOrUser &
  (
    | {
        readonly kind: "role";
        /** What the role is for: a sentence, the first of its description in AWS. */
        readonly purpose: string;
      }
    | { readonly kind: "user"; readonly purpose?: undefined }
  );

interface MadeRoleOrUser extends Pick<Identity, "name" | "trust" | "policies" | "instanceProfile" | "keys"> {
  /** Where Terraform keeps it. */
  readonly address: string;
  readonly boundedAs: BoundaryKind;
  /** Beside the account's. */
  readonly tags?: Tags;
  readonly asked: Asked;
}

/** An identity that a module makes in an account, in the account's IAM path and under its boundary and tags. */
export function madeIn(account: Account, { partition }: Deployment, made: MadeIdentity): Identity {
  const { kind, name, address, trust, policies, instanceProfile, keys, tags, boundedAs, asked, purpose } =
    made;
  const { accountId, stack, boundaries, iamPath } = account;
  return {
    kind,
    accountId,
    name,
    iamPath,
    arn: iamArn(partition, accountId, kind, inPath(iamPath, name)),
    origin: "made",
    stack,
    address,
    trust,
    policies,
    description: purpose === undefined ? undefined : descriptionOf(purpose, stack),
    boundary: boundaries[boundedAs].arn,
    boundedAs,
    tags: tags === undefined ? account.tags : { ...account.tags, ...tags },
    instanceProfile,
    keys,
    askedBy: [asked],
  };
}

/** Where a policy comes from, and what to do where it is too large. */
interface PolicyOrigin {
  readonly path: Path;
  readonly remedy?: string;
}

/** An inline policy. `address` is its resource's. */
export function inlinePolicy(
  name: string,
  document: PolicyDocument,
  { address, path, remedy }: PolicyOrigin & { readonly address: string },
): OwnPolicy {
  return { form: "inline", name, document, addresses: [address], path, remedy };
}

/** What a managed policy is called in AWS, and how it is described there. */
interface ManagedPolicyNamed {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
}

/** A managed policy of the output's own. `addresses` are its resource's and its attachment's. */
export function managedPolicy(
  { name, arn, description }: ManagedPolicyNamed,
  document: PolicyDocument,
  { addresses, path, remedy }: PolicyOrigin & { readonly addresses: readonly [string, string] },
): OwnPolicy {
  return { form: "managed", name, arn, description, document, addresses, path, remedy };
}

/** One of AWS's own policies. `address` is its attachment's. */
export function awsPolicy(
  partition: Partition,
  nameWithPath: string,
  { address, path, remedy }: PolicyOrigin & { readonly address: string },
): IdentityPolicy {
  const arn = `arn:${partition}:iam::aws:policy/${nameWithPath}`;
  return { form: "aws", name: nameWithPath, arn, addresses: [address], path, remedy };
}
