import { publishedActions } from "../aws/actions";
import type { Identity, KeySecret } from "../features/identity";
import { ANY_ACCOUNT, exampleArn } from "../policy/example-arn";
import type { Request } from "../policy/requests";
import type { Atom } from "./atoms";
import type { Candidates } from "./compare";
import type { Witness } from "./row";
import type { Subject } from "./subjects";

/** The things of a request that are no condition keys. */
const NO_CONTEXT = ["principal", "action", "resource", "policy"];

/** Values that a reader knows: actions that AWS has, and ARNs that look like one. */
export const candidates: Candidates = (of, atom) => {
  switch (of) {
    case "action":
      return atom.action === undefined ? [] : actionsOf(atom.action);
    case "resource":
      return resourcesOf(atom);
    case "principal":
      return atom.principal === undefined ? [] : [atom.principal.replace(/:root$/, ":role/example")];
    default:
      return [];
  }
};

function actionsOf(pattern: string): readonly string[] {
  return /[*?]/.test(pattern) ? publishedActions().actions.matching(pattern) : [pattern];
}

function resourcesOf({ resource = "*" }: Atom): readonly string[] {
  const named = resource.replace(/^((?:[^:]*:){5}log-group:[^:]*:)\*$/, "$1log-stream:example");
  return resource === "*" ? ["*"] : [exampleArn(named), resource];
}

/** A request as a row shows it, with what it takes for granted. */
export function witnessOf(
  subject: Pick<Subject, "kind" | "identity">,
  request: Request,
  assumed: readonly string[] = [],
): Witness {
  const witness = callOf(subject, request);
  return assumed.length === 0 ? witness : { ...witness, assuming: assumed.join(" and ") };
}

function callOf({ kind, identity }: Pick<Subject, "kind" | "identity">, request: Request): Witness {
  const value = (of: string): string | undefined => request.get(of);
  const context = Object.fromEntries(
    [...request].flatMap(([key, found]) =>
      NO_CONTEXT.includes(key) || found === undefined ? [] : [[key, found] as const],
    ),
  );
  switch (kind) {
    case "assume":
      return {
        principal: value("principal") ?? "",
        action: value("action") ?? "sts:AssumeRole",
        resource: identity.arn,
        context,
      };
    case "read_key":
      return {
        principal: value("principal") ?? "",
        action: value("action") ?? "secretsmanager:GetSecretValue",
        resource: identity.keys === undefined ? "*" : secretArn(identity.arn, identity.keys.secret),
        context,
      };
    case "use_key":
      return { principal: identity.arn, ...anyCall(identity), context };
    case "permission":
      return {
        principal: identity.arn,
        action: value("action") ?? "*",
        resource: value("resource")?.replace(ANY_ACCOUNT, identity.accountId) ?? "*",
        context: { ...sourceOf(identity), ...context },
      };
  }
}

/** Where a call with a user's key may come from. */
function sourceOf({ keys }: Identity): Witness["context"] {
  const { ips = [], vpcs = [] } = keys?.allowedSources ?? {};
  const [[block] = [], [vpc] = []] = [ips, vpcs];
  if (block !== undefined) {
    return { "aws:SourceIp": block.replace(/\/.*$/, "") };
  }
  return vpc === undefined ? {} : { "aws:SourceVpc": vpc };
}

/** AWS adds six characters of its own to a secret's name. */
function secretArn(arn: string, { accountId, region, name }: KeySecret): string {
  const [, partition = "aws"] = arn.split(":");
  return `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${name}-AbCdEf`;
}

/** A call that the identity's own policies allow. */
export function anyCall({ policies }: Identity): Pick<Witness, "action" | "resource"> {
  const allowing = policies
    .flatMap(({ document }) => document?.Statement ?? [])
    .find(({ Effect, Action }) => Effect === "Allow" && Action !== undefined);
  const [action = "*"] = [allowing?.Action ?? []].flat();
  const [resource = "*"] = [allowing?.Resource ?? []].flat();
  return { action, resource };
}
