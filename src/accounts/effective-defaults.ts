/** What holds where the file leaves a key out and the schema has no value for it, by the key's path. */
const DEFAULTS: Readonly<Record<string, string>> = {
  "source.region": "`defaults.region`",
  "source.permissions_boundary": "`defaults.permissions_boundary`",
  "defaults.region": "`us-east-1`",
  "defaults.permissions": "`standard`",
  "defaults.iam_path": "`/`",
  "teleport.account_id": "`source.account_id`",
  "secrets.kms_key_id": "AWS's own key",
  "accounts[].region": "`defaults.region`",
  "accounts[].admin_role_name": "`defaults.admin_role_name`",
  "accounts[].permissions": "`defaults.permissions`",
  "accounts[].permissions_boundary": "`defaults.permissions_boundary`",
  "accounts[].iam_path": "`defaults.iam_path`",
  "accounts[].cloudwatch_agent": "`defaults.cloudwatch_agent`",
  "accounts[].teleport.databases[].region": "the endpoint's, else the account's",
  "accounts[].teleport.databases[].db_names": '`["*"]`',
  "accounts[].third_party_monitors[].role_name": "`<name>-monitoring`",
  "defaults.third_party_monitors[].role_name": "`<name>-monitoring`",
};

/** In Markdown, for docs/accounts-yaml.md; undefined where leaving the key out means that there is none of it. */
export function effectiveDefault(path: string): string | undefined {
  return DEFAULTS[path];
}
