import type { AccountsFile, Entry } from "../../accounts/file";
import { error, type Finding, warning } from "../../accounts/problem";
import type { CloudwatchAgentInput } from "../../accounts/schema";
import { CLOUDWATCH_AGENT } from "../../aws/names";
import { accessKeyRules } from "../access-key";
import { type Asked, ROLES, USERS } from "./kinds";

const ADMIN_KEYS = ["admin_role", "on_premises_admin_user"] as const;

/** An entry with what it asks of the agent itself. */
type AgentEntry = Entry & {
  readonly input: { readonly cloudwatch_agent?: CloudwatchAgentInput | null | undefined };
};

/** What the keys of the agent ask of each other, in `defaults` and in each account. */
export function* agentRules({
  defaults,
  entries,
}: Pick<AccountsFile, "defaults"> & { readonly entries: readonly AgentEntry[] }): Iterable<Finding> {
  yield* settingsRules(defaults.cloudwatch_agent, ["defaults"]);
  for (const { path, input } of entries) {
    yield* settingsRules(input.cloudwatch_agent, path);
    if (input.lifecycle !== "active" && isAdopting(input.cloudwatch_agent)) {
      yield warning(
        [...path, "cloudwatch_agent", "adopt"],
        "adopt",
        `adopt has no effect on an account that is ${input.lifecycle}; remove it`,
        "key",
      );
    }
  }
}

function isAdopting(settings: CloudwatchAgentInput | null | undefined): boolean {
  return settings != null && settings.adopt !== false;
}

function* settingsRules(
  settings: CloudwatchAgentInput | null | undefined,
  holder: Asked["path"],
): Iterable<Finding> {
  if (settings == null) {
    return;
  }
  const path = [...holder, "cloudwatch_agent"];
  if ([...ROLES, ...USERS].every(({ key }) => settings[key] === false)) {
    yield error(
      path,
      "cloudwatch-agent",
      "every role and user is off, so nothing would be made; turn one on or remove cloudwatch_agent",
      "key",
    );
  }
  for (const key of ADMIN_KEYS.filter((key) => settings[key] !== false)) {
    yield warning(
      [...path, key],
      "cloudwatch-agent",
      `${key} may write Parameter Store, and every agent runs what it writes; turn it off once the configuration is stored`,
      "key",
    );
  }
  if (settings.hybrid_activation && settings.on_premises_server_user !== false) {
    yield warning(
      [...path, "on_premises_server_user"],
      "cloudwatch-agent",
      `with hybrid_activation servers need no access key; register those that use the key of ${CLOUDWATCH_AGENT.server.user} by a hybrid activation, then set on_premises_server_user: false`,
      "key",
    );
  }
  for (const { key } of USERS) {
    const user = settings[key];
    if (typeof user === "object") {
      yield* accessKeyRules(user, [...path, key]);
    }
  }
  yield* unusedAdoptions({ settings, path });
}

/** What an account wants to adopt but does not have would never be imported. */
function* unusedAdoptions({ settings, path }: Asked): Iterable<Finding> {
  const roles = ROLES.filter(({ key }) => settings[key]);
  const used = [
    ...(roles.length > 0 ? ["role"] : []),
    ...(roles.some(({ trusts }) => trusts === "ec2") ? ["instance_profile"] : []),
    "policy",
  ];
  for (const [index, kind] of Array.isArray(settings.adopt) ? settings.adopt.entries() : []) {
    if (!used.includes(kind)) {
      yield error(
        [...path, "adopt", index],
        "adopt",
        `cloudwatch_agent makes no ${kind} to adopt here; expected any of ${used.join(", ")}`,
      );
    }
  }
}
