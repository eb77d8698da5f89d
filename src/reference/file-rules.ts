import { type RuleText, rule } from "./rule-text";

/**
 * The rules of accounts.yaml that say more than that a value is not one of those that its key takes: what the keys
 * are called is a rule each, which rules-page.ts works out of the schema.
 */
export const FILE_RULES: Readonly<Record<string, RuleText>> = {
  file: rule(
    "The file is not there, cannot be read, is too large, is not UTF-8, or is not a mapping.",
    "Nothing in it can be checked.",
    "The path in `ACCOUNTS_FILE`, or the keys that the message lists.",
  ),
  yaml: rule(
    "The text is not YAML 1.2, or has what the program does not take: a second document, a tag, an alias inside its own anchor.",
    "The program would read something other than what a reviewer sees.",
    "The line as the message shows it: spaces for tabs, one space more or less, quotes around the text.",
  ),
  "duplicate-key": rule(
    "A mapping has the same key twice.",
    "YAML keeps one of the two, and which one differs between programs.",
    "One of the two keys; to merge two anchors, `<<: [*a, *b]`.",
  ),
  "unknown-key": rule(
    "A key that the mapping does not take.",
    "A misspelt key that is ignored gives or keeps access that nobody asked for.",
    "The key that the message suggests, or one of the keys that it lists.",
  ),
  placeholder: rule(
    "A placeholder that `init` wrote is still there.",
    "The program cannot know the value, and would write a deployment for an account that does not exist.",
    "The value. [Every key of accounts.yaml](accounts-yaml.md) says where to find it.",
  ),
  "provider-lock": rule(
    "A lock file in `provider-locks/` is broken, a link, too large, or of another version of `hashicorp/aws`.",
    "Terraform would take another provider than the one that was reviewed, or stop.",
    "Remove the file, then `npx pmm-iam synth`, `terraform init -upgrade` in the stack's folder and `npx pmm-iam lock`.",
  ),
  accounts: rule(
    "`accounts` is missing or empty, or an entry is not a mapping.",
    "A file without accounts gives nobody access.",
    "A list with `- name:` and `account_id:` in each entry. For a pasted list, the message has the lines to type.",
  ),
  "account-id": rule(
    "An account id is not 12 digits in quotes, or two accounts have the same one.",
    "YAML reads digits without quotes as a number and drops a zero at the front. One account in two entries has two writers.",
    'Twelve digits in quotes: `account_id: "033333333333"`.',
  ),
  name: rule(
    "A name has characters that Terraform addresses cannot have, is taken, or is missing where the file must say its own.",
    "Names are part of Terraform addresses and of states: two of one name would be one object, and a changed name is a new object.",
    "Lower-case letters, digits and `-`, a letter first.",
  ),
  group: rule(
    "A group's name has characters that a stack's name cannot have.",
    "The group names a stack, its folder and its state.",
    "Lower-case letters, digits and `-`, a letter first.",
  ),
  stacks: rule(
    "`stacks` is neither `grouped` nor `per_account`, or an account has a `group` with `per_account`.",
    "With `per_account`, each account has a stack of its own, and a group would have none.",
    "`stacks: grouped`, or no `group` in the accounts.",
  ),
  region: rule(
    "A region that AWS does not have.",
    "A provider with such a region fails at plan time.",
    "The name as AWS has it, such as `eu-west-1`. The message knows the console's names and availability zones.",
  ),
  partition: rule(
    "A region, an ARN or an endpoint is in another partition than the source account.",
    "No role is trusted across `aws`, `aws-cn`, `aws-us-gov` and `aws-eusc`.",
    "A file of its own for each partition.",
  ),
  "admin-role-name": rule(
    "An account has no `admin_role_name`, has one of another form or with the `role/` of an ARN, or is the source and has one of its own.",
    "Terraform assumes this role in the account. It differs everywhere, so there is no default.",
    "The role's name, with its IAM path if it has one, in the account or under `defaults`.",
  ),
  "permissions-boundary": rule(
    "A boundary is not a policy's name or ARN, is of another account, bounds nothing, or leaves out a kind of role.",
    "AWS refuses it, or the role has no bound where a reviewer sees one.",
    "The policy's name alone, which means the policy of that name in each account; `null` where no boundary is meant.",
  ),
  "iam-path": rule(
    "An IAM path has another form, differs from the path in a role's name, or is set together with `adopt`.",
    "AWS moves no role to another path, so Terraform would destroy it and make it again.",
    "A path that begins and ends with `/`, the one that the roles have.",
  ),
  tags: rule(
    "An account has more tags than AWS takes, or two that differ only in case.",
    "AWS refuses both.",
    "At most 49 tags, each key in one spelling.",
  ),
  "tag-key": rule(
    "A tag's key has characters that AWS refuses, is reserved (`aws:`, `pmm-iam:`), or is too long.",
    "AWS refuses it at apply time; `pmm-iam:` holds the key generation.",
    "Letters, digits, spaces and `_ . : / = + - @`.",
  ),
  "tag-value": rule(
    "A tag's value is empty, not a text, or has characters that AWS refuses.",
    "The AWS provider cannot write an empty value over a default tag, and plans it again each time.",
    'A text, in quotes where it looks like a number: `"0815"`.',
  ),
  lifecycle: rule(
    "A stage that there is not, one that the source or Teleport's account cannot have, or `closed`, which forgets instead of destroying.",
    "A closed account's roles, users and keys stay and work if the account still exists.",
    "`retiring` while the account exists. `closed` only for an AWS account that is gone.",
  ),
  adopt: rule(
    "`adopt` names what the account does not have, is on where it has no effect, or leaves no room for a new access key.",
    "The plan fails at an object that is not there, and AWS allows two keys.",
    "`true`, or the kinds that the message lists. Remove it once the apply is done.",
  ),
  source: rule(
    "`source` is not a mapping, or the `source` of a team's module is not pinned, leads out of the repository, or holds code that is not allowed.",
    "Module code runs with the pipeline's credentials in every account that has it.",
    "A path that starts with `./`, a registry module with an exact `version`, or git with a 40-digit commit. [modules](features.md#modules) lists what the code may not do.",
  ),
  version: rule(
    "A registry module has no exact version, or another module has one.",
    "A range lets a release that nobody has read run with the pipeline's credentials.",
    'One version in quotes: `version: "1.2.3"`.',
  ),
  variables: rule(
    "A module's variable is unknown, missing, or has a value that Terraform cannot take.",
    "Terraform would fail at plan time, or hand over something other than what the file says.",
    "A variable of the module, with a value that YAML and Terraform read alike.",
  ),
  modules: rule(
    "Two modules of one account, or of one stack, share a name.",
    "Their code and their addresses would be one.",
    "Another name for one of them.",
  ),
  "shared-address": rule(
    "Two module instances would have one address, because `-` becomes `_`.",
    "Terraform would take them for one and destroy the other.",
    "Another name for one of them.",
  ),
  "name-taken": rule(
    "Two parts of the file would make, or write on, the same role, user, policy or secret.",
    "Each apply would undo what the other part wrote. IAM compares names without case.",
    "Another `role_name` or name for one of them.",
  ),
  "additional-principals": rule(
    "A principal is not the ARN of one role, or is trusted already.",
    "A wildcard, a root or a session would open the role to more than one caller.",
    "A role's ARN: `arn:aws:iam::111111111111:role/grafana`.",
  ),
  "external-id": rule(
    "An external id has another form, reads like a text to fill in, is given to two vendors, or stands on the monitoring role, where PMM cannot send it.",
    "With one id for two vendors, each could pose as the other.",
    "The id that this vendor's console shows; none on the monitoring role unless only Grafana reads the account.",
  ),
  "organization-id": rule(
    "The id is not an organization's, or `assume_policy: organization` has none.",
    "Without it, the wildcard would reach every AWS account.",
    "`organization_id: o-...`, as AWS Organizations shows it.",
  ),
  "monitor-own-account": rule(
    "The source is listed as an account with `aurora` while `monitor_own_account` is on.",
    "PMM reads its own account by its instance role, so the key is needless.",
    "`aurora: {lifecycle: retiring}` once PMM has the databases without a key.",
  ),
  credentials: rule(
    "`aurora` has `credentials: role`: as a warning, because no PMM release known to us can assume a role for RDS; as an error beside what the user or PMM would need.",
    "Without a user, a PMM that cannot assume the role reads no database of the account. PMM sends no external id.",
    "`aurora: true`, until your PMM takes a role's ARN for RDS; then `aurora: {credentials: role}` without any other key.",
  ),
  "kms-key-id": rule(
    "A KMS key has another form, is in another region than what it encrypts, or belongs to an account that is not in the file.",
    "Terraform could not read its state, or Secrets Manager could not use the key.",
    "`alias/<name>`, a key id, or the ARN of either, in the same region.",
  ),
  "key-prefix": rule(
    "The prefix has another form, or makes an S3 key that is too long.",
    "S3 takes 1,024 bytes, the lock file's ending included.",
    "Letters, digits, `_ . -`, parts separated by `/`, none at the ends.",
  ),
  readers: rule(
    "A reader is not `pmm_ec2_role` or a role of the source account.",
    "The secrets are in the source account, and each one's resource policy names roles of that account.",
    "`pmm_ec2_role`, or the ARN of a role of the source account.",
  ),
  teleport: rule(
    "An account asks for `teleport` and the file does not say who connects, or Teleport's account is not in the file.",
    "The role has to trust somebody, and Teleport's role needs its assume policy.",
    "`teleport: {role_name: ..., proxy_address: ...}` at the top of the file.",
  ),
  endpoint: rule(
    "An endpoint is missing, has another form, or does not agree with region, partition, kind or engine.",
    "Teleport would connect to another database than the one that the grant names.",
    "The endpoint as the RDS console shows it, with its port.",
  ),
  "resource-id": rule(
    'A resource id has another form or case, is of a single instance of Aurora, or is `"*"`.',
    "IAM compares case, so another spelling grants nothing; `*` grants every database of the region.",
    "The id from the console's Configuration tab, or from the command on [the page of keys](accounts-yaml.md).",
  ),
  "db-users": rule(
    "A database user has characters that IAM would expand, is too long for the engine, or is `*`.",
    "`rds*` would reach `rdsadmin`; `*` is every user with IAM authentication.",
    'The names as the database has them, or `["*"]` alone.',
  ),
  "db-names": rule(
    "`db_names` is given for an engine other than PostgreSQL, or `*` is not alone.",
    "IAM knows no database names: only Teleport's own role for PostgreSQL limits them.",
    'Names of PostgreSQL databases, or `["*"]` alone.',
  ),
  "allowed-source-ips": rule(
    "An address range has another form, is not the first of its block, is listed twice, or is nearly every address.",
    "The key would work from elsewhere than the file says.",
    "An address such as `198.51.100.7/32`, or a block by its first address.",
  ),
  "cloudwatch-agent": rule(
    "Everything of the agent is off, a role that may write Parameter Store is on, or a user is on beside `hybrid_activation`.",
    "Every agent runs the configuration that such a role writes; a server with a hybrid activation needs no key.",
    "One role or user on; the admin role off once the configuration is stored.",
  ),
  "third-party-monitors": rule(
    "Two monitors of one account share a name, or a vendor's id is one of your own accounts.",
    "The role would trust yourself in place of the vendor.",
    "The account id from the vendor's console.",
  ),
  principals: rule(
    "A vendor's principals are missing, given twice, or wider than they look.",
    "An ARN beside its whole account adds nothing, and the whole account may assume the role.",
    'Account ids in quotes, or the ARNs of roles and users: `principals: ["999999999999"]`.',
  ),
  policy: rule(
    "A managed policy does not exist, hands out access or may write; or a policy file is not what AWS takes or hands out access.",
    "A third party gets what it can read, and never what makes, attaches or passes identities, policies, keys or sessions.",
    "A policy that reads, such as `ReadOnlyAccess`, `SecurityAudit` or `job-function/ViewOnlyAccess`; in a file, the actions that the vendor calls.",
  ),
  "policy-name": rule(
    "Two policy files become one managed policy, or a name is too long for AWS.",
    "The second would overwrite the first.",
    "Another name for one of the files.",
  ),
  "policy-size": rule(
    "A policy file fits neither into the role nor into a managed policy.",
    "AWS refuses a managed policy over 6,144 characters.",
    "Several files, or patterns such as `rds:Describe*`.",
  ),
  "role-name": rule(
    "A role's name has another form or the `role/` of an ARN, or one role is written in two ways.",
    "Trust policies compare the whole ARN, so one of the two spellings is never trusted.",
    "The name with its IAM path, as IAM shows it.",
  ),
  "assume-policy-size": rule(
    "An assume policy has no room for all accounts.",
    "AWS refuses it. The other policies of the role need their share too.",
    "The `assume_policy` that the message names. [Outgrowing a policy](outgrowing-a-policy.md) has the steps.",
  ),
  "assume-policy-headroom": rule(
    "An assume policy holds 90 % of the accounts that fit.",
    "The next accounts would be refused on the day that they are needed.",
    "The next `assume_policy`, before it is full.",
  ),
  "connect-policy-headroom": rule(
    "The policies of an account's Teleport role are nearly full.",
    "The next databases and users would be refused on the day that they are needed.",
    "`db_users: [\"*\"]` for the databases with the most users, and the users' names in Teleport's own roles.",
  ),
  "role-policy-size": rule(
    "The inline policies of a role have more than 10,240 characters together.",
    "AWS refuses the last one at apply time.",
    "What the message suggests: the parts are listed with their sizes.",
  ),
  "user-policy-size": rule(
    "The inline policies of a user have more than 2,048 characters together.",
    "AWS refuses the last one at apply time.",
    "Fewer or larger address blocks, or VPCs instead.",
  ),
  "managed-policy-size": rule(
    "A managed policy has more than 6,144 characters.",
    "AWS refuses it at apply time.",
    "What the message suggests for the part of the file that makes it.",
  ),
  "attached-policies": rule(
    "A role has more than ten managed policies.",
    "AWS refuses the eleventh unless a quota was raised.",
    "Several policies in one file, or fewer of AWS's.",
  ),
  "trust-policy-size": rule(
    "A role's trust policy has more than 2,048 characters.",
    "AWS refuses it at apply time.",
    "Fewer principals, or an account by its id instead of its roles.",
  ),
  "secret-policy-size": rule(
    "The resource policy of the secrets has more than 20,480 characters.",
    "AWS refuses it at apply time.",
    "Fewer readers, or one role that the others assume.",
  ),
  "stack-size": rule(
    "A stack has more than 60 accounts.",
    "Each plan starts a provider process for every account at once.",
    "A `group` for some of them, or `stacks: per_account`.",
  ),
};
