import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import type { Aws } from "./aws";
import { differs, found, halves, nameOf, setName } from "./drafts";
import type { ResourceType } from "./types";
import { required, texts } from "./values";

/** Roles and users are granted things by twin calls: what differs between the two, so that their resource types need writing once. */
export interface Owner {
  /** The attribute that names the owner, and (with `_name`) that of the exclusive types. */
  readonly kind: "role" | "user";
  names(aws: Aws, owner: string, Marker?: string): Promise<Page<{ PolicyNames?: string[] | undefined }>>;
  arns(
    aws: Aws,
    owner: string,
    Marker?: string,
  ): Promise<Page<{ AttachedPolicies?: { PolicyArn?: string | undefined }[] | undefined }>>;
  document(aws: Aws, owner: string, name: string): Promise<{ PolicyDocument?: string | undefined }>;
  put(aws: Aws, owner: string, name: string, document: string): Promise<unknown>;
  drop(aws: Aws, owner: string, name: string): Promise<unknown>;
  attach(aws: Aws, owner: string, arn: string): Promise<unknown>;
  detach(aws: Aws, owner: string, arn: string): Promise<unknown>;
}

type Page<Answer> = Answer & { Marker?: string | undefined };

export const ROLE: Owner = {
  kind: "role",
  names: (aws, RoleName, Marker) => aws.iam.send(new ListRolePoliciesCommand({ RoleName, Marker })),
  arns: (aws, RoleName, Marker) => aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName, Marker })),
  document: (aws, RoleName, PolicyName) => aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })),
  put: (aws, RoleName, PolicyName, PolicyDocument) =>
    aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument })),
  drop: (aws, RoleName, PolicyName) => aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
  attach: (aws, RoleName, PolicyArn) => aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })),
  detach: (aws, RoleName, PolicyArn) => aws.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
};

export const USER: Owner = {
  kind: "user",
  names: (aws, UserName, Marker) => aws.iam.send(new ListUserPoliciesCommand({ UserName, Marker })),
  arns: (aws, UserName, Marker) => aws.iam.send(new ListAttachedUserPoliciesCommand({ UserName, Marker })),
  document: (aws, UserName, PolicyName) => aws.iam.send(new GetUserPolicyCommand({ UserName, PolicyName })),
  put: (aws, UserName, PolicyName, PolicyDocument) =>
    aws.iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })),
  drop: (aws, UserName, PolicyName) => aws.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
  attach: (aws, UserName, PolicyArn) => aws.iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn })),
  detach: (aws, UserName, PolicyArn) => aws.iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn })),
};

/** The names of the owner's inline policies. */
export async function policies(aws: Aws, owner: Owner, name: string): Promise<string[]> {
  const names: string[] = [];
  let marker: string | undefined;
  do {
    const page = await owner.names(aws, name, marker);
    names.push(...(page.PolicyNames ?? []));
    marker = page.Marker;
  } while (marker !== undefined);
  return names;
}

/** The ARNs of the managed policies attached to the owner. */
export async function attached(aws: Aws, owner: Owner, name: string): Promise<string[]> {
  const arns: string[] = [];
  let marker: string | undefined;
  do {
    const page = await owner.arns(aws, name, marker);
    arns.push(...(page.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []));
    marker = page.Marker;
  } while (marker !== undefined);
  return arns;
}

/** One inline policy's document; undefined where there is none. */
export async function inline(
  aws: Aws,
  owner: Owner,
  name: string,
  policy: string,
): Promise<string | undefined> {
  const document = (await found(owner.document(aws, name, policy)))?.PolicyDocument;
  return document === undefined ? undefined : decodeURIComponent(document);
}

/** aws_iam_role_policy and aws_iam_user_policy. */
export function inlinePolicy(owner: Owner): ResourceType {
  const kind = owner.kind;
  return {
    replace: ["name", "name_prefix", kind],
    documents: ["policy"],
    async create(aws, draft) {
      const name = nameOf(draft);
      await owner.put(aws, required(draft, kind), name, required(draft, "policy"));
      draft["id"] = `${required(draft, kind)}:${name}`;
    },
    created: (aws, draft) =>
      owner.document(aws, required(draft, kind), required(draft, "id").split(":")[1] ?? ""),
    async read(aws, draft) {
      const [name, policy] = halves(required(draft, "id"), ":", `<${kind} name>:<policy name>`);
      const document = await inline(aws, owner, name, policy);
      if (document === undefined) return false;
      setName(draft, policy);
      Object.assign(draft, { [kind]: name, policy: document });
      return true;
    },
    async update(aws, draft, prior) {
      if (differs(draft, prior, "policy"))
        await owner.put(aws, required(draft, kind), required(draft, "name"), required(draft, "policy"));
    },
    async delete(aws, state) {
      const [name, policy] = halves(required(state, "id"), ":", `<${kind} name>:<policy name>`);
      await found(owner.drop(aws, name, policy));
    },
    import: (_, id) => ({ id }),
  };
}

/** aws_iam_role_policy_attachment and aws_iam_user_policy_attachment. */
export function attachment(owner: Owner): ResourceType {
  const kind = owner.kind;
  return {
    replace: [kind, "policy_arn"],
    async create(aws, draft) {
      const [name, arn] = [required(draft, kind), required(draft, "policy_arn")];
      await owner.attach(aws, name, arn);
      draft["id"] = `${name}/${arn}`;
    },
    async read(aws, draft) {
      const arns = await found(attached(aws, owner, required(draft, kind)));
      return arns?.includes(required(draft, "policy_arn")) ?? false;
    },
    async delete(aws, state) {
      await found(owner.detach(aws, required(state, kind), required(state, "policy_arn")));
    },
    import(_, id) {
      const [name, arn] = halves(id, "/", `<${kind}-name>/<policy_arn>`);
      return { id, [kind]: name, policy_arn: arn };
    },
  };
}

/**
 * The four exclusive types: they make the owner's grants exactly those listed.
 * They are no object of AWS's: deleting one changes nothing.
 */
export function exclusive(owner: Owner, what: "policy_names" | "policy_arns"): ResourceType {
  const key = `${owner.kind}_name`;
  const held = (aws: Aws, name: string) =>
    what === "policy_names" ? policies(aws, owner, name) : attached(aws, owner, name);
  const sync: ResourceType["create"] = async (aws, draft) => {
    const [name, wanted] = [required(draft, key), texts(draft[what])];
    const now = await held(aws, name);
    for (const missing of wanted.filter((item) => !now.includes(item))) {
      // The provider puts an inline policy that is not there without a document, and AWS refuses that.
      await (what === "policy_names" ? owner.put(aws, name, missing, "") : owner.attach(aws, name, missing));
    }
    for (const strange of now.filter((item) => !wanted.includes(item))) {
      await (what === "policy_names" ? owner.drop(aws, name, strange) : owner.detach(aws, name, strange));
    }
  };
  return {
    framework: true,
    replace: [key],
    createTells: true,
    create: sync,
    update: sync,
    async read(aws, draft) {
      const now = await found(held(aws, required(draft, key)));
      if (now !== undefined) draft[what] = now;
      return now !== undefined;
    },
    delete: async () => {},
    import: (_, id) => ({ [key]: id }),
  };
}
