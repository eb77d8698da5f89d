import type { Edge } from "../access/edges";
import type { AccessModel } from "../access/model";
import type { Path } from "../accounts/problem";
import { managedPolicyDocument } from "../aws/published-policies";
import type { ModuleCall } from "../features/feature";
import type { Identity, IdentityPolicy } from "../features/identity";
import type { Documents } from "./documents";
import type { GivenStates } from "./given-states";
import { kindOf } from "./kinds";
import { reasonOfAwsPolicy, reasonOfEdge } from "./reasons";
import type { ReportIdentity, ReportKeys, ReportPolicy, Use } from "./report";

/** Puts the identities of a model in the words of the report. */
export class IdentityReports {
  private readonly calls = new Map<Identity, ModuleCall>();
  /** By the identity's ARN, or the secret's name. */
  private readonly edges = new Map<string, Edge[]>();

  constructor(
    private readonly access: AccessModel,
    private readonly documents: Documents,
    private readonly states: GivenStates,
  ) {
    for (const call of access.stacks.flatMap(({ accounts }) => accounts.flatMap(({ calls }) => calls))) {
      for (const identity of call.makes) {
        this.calls.set(identity, call);
      }
    }
    for (const edge of access.edges) {
      const known = this.edges.get(edge.target);
      if (known === undefined) {
        this.edges.set(edge.target, [edge]);
      } else {
        known.push(edge);
      }
    }
  }

  of(identity: Identity): ReportIdentity {
    const { kind, name, arn, origin, stack, boundary, trust, policies, tags, askedBy } = identity;
    return {
      grant_kind: kindOf(identity),
      kind,
      name,
      arn,
      origin,
      stack,
      what: askedBy.map(({ what }) => what).join(" and "),
      description: identity.description ?? null,
      asked_by: askedBy.map(({ path }) => this.placeOf(path)).join(", "),
      boundary: boundary ?? null,
      uses: this.usesOf(identity),
      trust: trust === undefined ? null : this.documents.idOf(trust),
      policies: policies.map((policy) => this.policyOf(policy, identity)),
      tags,
      keys: this.keysOf(identity),
      is_applied: this.states.isApplied(identity),
    };
  }

  /** `orders-prod.aurora`; outside the accounts as the file nests it: `source.pmm_ec2_role_name`. */
  private placeOf([first = "", second, ...others]: Path): string {
    const isAccount = first === "accounts" && typeof second === "number";
    const entry = isAccount ? this.accountNames.get(second) : undefined;
    const steps =
      entry === undefined
        ? [first, ...(second === undefined ? [] : [second]), ...others]
        : [entry, ...others];
    return steps.reduce<string>(
      (place, step) =>
        `${place}${typeof step === "number" ? `[${step}]` : `${place === "" ? "" : "."}${step}`}`,
      "",
    );
  }

  private get accountNames(): ReadonlyMap<number, string> {
    this.names ??= new Map(this.access.deployment.accounts.map(({ path, name }) => [Number(path[1]), name]));
    return this.names;
  }

  private names: ReadonlyMap<number, string> | undefined;

  private usesOf(identity: Identity): Use[] {
    const { arn, keys } = identity;
    const targets = keys === undefined ? [arn] : [arn, keys.secret.name];
    const edges = targets.flatMap((target) => this.edges.get(target) ?? []);
    return edges.map(
      (edge): Use => ({
        ...edge,
        reason: reasonOfEdge(edge, identity, this.access.deployment.source.pmmRoleArn),
      }),
    );
  }

  private policyOf(policy: IdentityPolicy, identity: Identity): ReportPolicy {
    const { form, name, arn = null, document } = policy;
    if (document !== undefined) {
      const call = this.calls.get(identity);
      const moduleFolder = call && this.access.modules.folderOf(call.module);
      const id = this.documents.idOf(document, { moduleFolder, identity, policy });
      return { form, name, arn, document: id, reason: null };
    }
    const published = managedPolicyDocument(name);
    const id = published === undefined ? null : this.documents.idOf(published);
    return { form, name, arn, document: id, reason: reasonOfAwsPolicy(identity) };
  }

  private keysOf({ keys }: Identity): ReportKeys | null {
    if (keys === undefined) {
      return null;
    }
    const { generation, previous, allowedSources, secret } = keys;
    return {
      generation,
      previous,
      secret: secret.name,
      secret_region: secret.region,
      secret_account_id: secret.accountId,
      kms_key_id: secret.kmsKeyId ?? null,
      secret_policy: secret.policy === undefined ? null : this.documents.idOf(secret.policy),
      allowed_source_ips: allowedSources.ips,
      allowed_source_vpcs: allowedSources.vpcs,
      found: this.states.keysOf(secret),
    };
  }
}
