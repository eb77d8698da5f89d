import type { Recorded } from "../harness/recorder";

/** What AWS holds against the caller's policies. */
export interface Request {
  readonly account: string;
  readonly action: string;
  readonly on: string;
  readonly context: Readonly<Record<string, string>>;
}

/** Actions on roles and users that AWS also tells the boundary: the one given, or else the one that is there. */
const TELLS_BOUNDARY =
  /^(Create(Role|User)|(Attach|Detach)(Role|User)Policy|(Put|Delete)(Role|User)(Policy|PermissionsBoundary)|UpdateAssumeRolePolicy)$/;

const ON_POLICY = /^(Create|Delete|Get|Tag|Untag|List|SetDefault)Policy(Version|Versions)?$/;

/**
 * The permissions that AWS asks for, call by call and in order: each call's own, and those of what it does beside,
 * such as tagging what it makes. `boundaries` are those that stood before, by ARN; `key` encrypts the secrets.
 */
export function requestsOf(
  calls: readonly Recorded[],
  boundaries: ReadonlyMap<string, string>,
  key: string,
): Request[] {
  const standing = new Map(boundaries);
  return calls.flatMap((call) => {
    const [service, name = ""] = call.action.split(":");
    if (service === "sts") return [];
    const requests = service === "iam" ? iamRequests(call, name, standing) : secretRequests(call, name, key);
    const [own] = requests;
    const boundary = call.parameters["PermissionsBoundary"];
    if (call.done && own !== undefined) {
      if (boundary !== undefined) standing.set(own.on, boundary);
      if (/^Delete(Role|User)(PermissionsBoundary)?$/.test(name)) standing.delete(own.on);
    }
    return requests;
  });
}

function iamRequests(
  { account, parameters }: Recorded,
  name: string,
  standing: ReadonlyMap<string, string>,
): Request[] {
  const arn = (kind: string, named: string | undefined) => {
    if (named === undefined) throw new Error(`iam:${name} names no ${kind}`);
    return `arn:aws:iam::${account}:${kind}${parameters["Path"] ?? "/"}${named}`;
  };
  const { RoleName, UserName, PolicyArn, PolicyName, InstanceProfileName } = parameters;
  const on = /^List(Users|VirtualMFADevices)$/.test(name)
    ? "*"
    : ON_POLICY.test(name)
      ? (PolicyArn ?? arn("policy", PolicyName))
      : InstanceProfileName !== undefined
        ? arn("instance-profile", InstanceProfileName)
        : RoleName !== undefined
          ? arn("role", RoleName)
          : arn("user", UserName);
  const boundary = parameters["PermissionsBoundary"] ?? standing.get(on);
  const context = {
    ...(TELLS_BOUNDARY.test(name) && boundary !== undefined ? { "iam:PermissionsBoundary": boundary } : {}),
    ...(/^(Attach|Detach)/.test(name) && PolicyArn !== undefined ? { "iam:PolicyARN": PolicyArn } : {}),
  };
  const requests: Request[] = [{ account, action: `iam:${name}`, on, context }];
  const made = /^Create(Role|User|Policy|InstanceProfile)$/.exec(name)?.[1];
  if (made !== undefined && parameters["Tags.member.1.Key"] !== undefined)
    requests.push({ account, action: `iam:Tag${made}`, on, context: {} });
  if (name === "AddRoleToInstanceProfile")
    requests.push({
      account,
      action: "iam:PassRole",
      on: arn("role", RoleName),
      context: { "iam:PassedToService": "ec2.amazonaws.com" },
    });
  return requests;
}

function secretRequests({ account, region, parameters }: Recorded, name: string, key: string): Request[] {
  const named = parameters["SecretId"] ?? parameters["Name"] ?? "";
  const on = named.startsWith("arn:")
    ? named
    : `arn:aws:secretsmanager:${region}:${account}:secret:${named}-AbCdEf`;
  const requests: Request[] = [{ account, action: `secretsmanager:${name}`, on, context: {} }];
  if (name === "CreateSecret" && parameters["Tags"] !== undefined)
    requests.push({ account, action: "secretsmanager:TagResource", on, context: {} });
  // With a key of one's own, Secrets Manager uses it in the caller's name.
  const uses = /^(CreateSecret|PutSecretValue|UpdateSecret)$/.test(name)
    ? ["kms:GenerateDataKey", "kms:Decrypt"]
    : name === "GetSecretValue"
      ? ["kms:Decrypt"]
      : [];
  const context = {
    "kms:ViaService": `secretsmanager.${region}.amazonaws.com`,
    "kms:ResourceAliases": "alias/pmm",
  };
  return [...requests, ...uses.map((action) => ({ account, action, on: key, context }))];
}
