const MONITORS: Readonly<Record<string, string>> = {
  role_name: "`<name>-monitoring`",
  principals: "required, or `account_id`",
  account_id: "required, or `principals`",
  policies: "required, or `policy`",
  policy: "required, or `policies`",
};

const MODULES: Readonly<Record<string, string>> = { version: "required for a registry module" };

/** What holds where the file leaves a key out and the schema has no value for it, by the key's path. */
const DEFAULTS: Readonly<Record<string, string>> = {
  name: "`pmm-iam` for accounts.yaml at the root of its repository, else required",
  "source.region": "`defaults.region`",
  "source.admin_role_name": "Terraform's own credentials",
  "source.permissions_boundary": "`defaults.permissions_boundary`",
  "defaults.region": "`us-east-1`",
  "defaults.permissions": "`standard`",
  "defaults.iam_path": "`/`",
  backend: "local state",
  "teleport.account_id": "`source.account_id`",
  "secrets.kms_key_id": "AWS's own key",
  "accounts[].group": "the main stack",
  "accounts[].region": "`defaults.region`",
  "accounts[].admin_role_name": "`defaults.admin_role_name`",
  "accounts[].permissions": "`defaults.permissions`",
  "accounts[].permissions_boundary": "`defaults.permissions_boundary`",
  "accounts[].iam_path": "`defaults.iam_path`",
  "accounts[].cloudwatch_agent": "`defaults.cloudwatch_agent`",
  "accounts[].teleport.databases[].region": "the endpoint's, else the account's",
  "accounts[].teleport.databases[].endpoint": 'required, unless resource_id is `"*"`',
  "accounts[].teleport.databases[].db_names": '`["*"]`',
};

/** In Markdown, for docs/accounts-yaml.md; undefined where leaving the key out means that there is none of it. */
export function effectiveDefault(path: string): string | undefined {
  const [, list, key = ""] = /\.(third_party_monitors|modules)\[\]\.(\w+)$/.exec(path) ?? [];
  return (
    DEFAULTS[path] ?? (list === "modules" ? MODULES[key] : list === undefined ? undefined : MONITORS[key])
  );
}
