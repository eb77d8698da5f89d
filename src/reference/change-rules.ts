import type { ChangeRule } from "../accounts/effects";
import { type RuleText, rule } from "./rule-text";

const TRUST = "It changes the trust of a role in every account, in every stack.";
const WITH_COMMANDS = "What was there before. To go on, run the commands that the message prints.";

/** The rules of `check --base`. */
export const CHANGE_RULE_TEXTS: Readonly<Record<ChangeRule, RuleText>> = {
  "account-removed": rule(
    "An entry is gone while its account was active, or while the state may still hold its objects.",
    "Terraform needs the account's provider to destroy what is there: without it, every plan of the stack fails.",
    "The entry again, with `lifecycle: retiring`. Apply, then delete it. After that, `--state` with the state that shows nothing of it.",
  ),
  "account-moved": rule(
    "An account comes from another accounts file.",
    "Its objects are in that file's state, and this file would make them again.",
    "The entry in the file where it was, or the commands that the message prints.",
  ),
  "account-shared": rule(
    "Two accounts files of the repository list the same AWS account.",
    "Both make roles of the same names, and each undoes what the other did.",
    "The account in one of the two files.",
  ),
  "account-reopened": rule(
    "An account that was closed is active or retiring again.",
    "Terraform has forgotten its objects, so it would try to make them again.",
    "`lifecycle: closed`, apply, delete the entry. If the account exists, a new entry with `adopt: true`.",
  ),
  "name-changed": rule(
    "An account has another name.",
    "The name is part of Terraform addresses: the apply would make everything again under other addresses.",
    "The name that it had.",
  ),
  "account-id-changed": rule(
    "A name has another `account_id`.",
    "Terraform would look for the objects of one account in the other, and leave the first ones behind with their keys alive.",
    "The id that it had; the other account as an entry of its own.",
  ),
  "closed-from-active": rule(
    "An account goes from `active` to `closed` without retiring.",
    "If the account exists, its roles, users and keys stay and work.",
    "`lifecycle: retiring`, unless the AWS account is gone.",
  ),
  "dropped-when-closed": rule(
    "A closed account no longer asks for what it had.",
    "A closed account forgets what its entry names; the plan fails for the rest.",
    "What it had, beside `lifecycle: closed`. Apply, then delete the whole entry.",
  ),
  "key-generation": rule(
    "`key_generation` moved by other than 0 or +1, or a new user does not start at 1. In the file alone: it is not a whole number from 1.",
    "Two steps at once would delete the key in use.",
    "One step at a time; `key_generation: 1` for a new user.",
  ),
  "previous-key": rule(
    "`key_generation` was raised while `previous_key` is not `active`. In the file alone: it is none of its words, or has no effect at generation 1.",
    "The key that is in use would be inactive or deleted.",
    "`previous_key: active` with the raise, or no `previous_key` at all.",
  ),
  "previous-key-deleted": rule(
    "`previous_key` went from `active` to `deleted`.",
    "What still uses the old key fails without a way back.",
    "`previous_key: inactive`, apply, wait, then `deleted`.",
  ),
  "previous-key-restored": rule(
    "`previous_key` went from `deleted` to another word without a raise.",
    "It would make a key that nobody holds.",
    "`previous_key: deleted`, or the next `key_generation`.",
  ),
  "aurora-dropped": rule(
    "`aurora` is gone while its user is active.",
    "PMM loses the account's databases at the next apply.",
    "`aurora: {lifecycle: retiring}`, apply, then remove it.",
  ),
  "credentials-changed": rule(
    "`aurora` goes from a user to `credentials: role`, or back, in one step.",
    "PMM reads with what its agents have. In one step it would lose the account's databases, or a key would be made that none of its agents holds.",
    "To the role: give it to PMM's agents, then `aurora: {lifecycle: retiring}`, apply, then `aurora: {credentials: role}`. Back: remove `aurora`, apply, then `aurora: true`.",
  ),
  "user-dropped": rule(
    "A user of the CloudWatch agent is dropped.",
    "The next apply destroys it with its keys and its secret; servers that use the key lose access.",
    "Nothing, if no server uses the key. Else the key that asked for the user.",
  ),
  "role-dropped": rule(
    "A role is dropped.",
    "The next apply destroys it; the message says who loses access.",
    "Nothing, if that is meant. Else the key that asked for the role.",
  ),
  "monitor-dropped": rule(
    "A third-party monitor is dropped.",
    "The next apply destroys its role, and the vendor loses access.",
    "Nothing, if that is meant. Else the entry.",
  ),
  "monitor-renamed": rule(
    "A monitor has another name.",
    "The name is part of Terraform addresses: the role would be destroyed and made again.",
    WITH_COMMANDS,
  ),
  "monitor-role-renamed": rule(
    "A monitor's role has another name.",
    "The apply destroys the role that the vendor uses and makes another one.",
    "The `role_name` that it had. For another role, add a second monitor, give the vendor its ARN, then remove the first.",
  ),
  "module-dropped": rule(
    "A team's module is dropped.",
    "The next apply destroys all that it made.",
    "Nothing, if that is meant. Else the entry.",
  ),
  "module-renamed": rule(
    "A team's module has another name.",
    "The name is part of Terraform addresses: all that it made would be destroyed and made again.",
    WITH_COMMANDS,
  ),
  "module-region-changed": rule(
    "The region of an account with modules changed.",
    "What a module made in the old region may stay there, or be made again.",
    "Nothing, once the plan is read. A module can name its own region.",
  ),
  "boundary-changed": rule(
    "A permissions boundary was removed or replaced, also where an account retires or returns.",
    "The next apply allows what the boundary denied.",
    "The boundary that it had. To allow more, edit the policy itself.",
  ),
  "iam-path-changed": rule(
    "`iam_path` changed where something is made.",
    "AWS moves no role or policy to another path: the apply destroys them and makes them again.",
    "The path that it had. For another, retire the account, apply, and set it when the account is active again.",
  ),
  "group-changed": rule(
    "An account goes to another stack.",
    "One stack would lose the provider to destroy it with, and the other would make what is there already.",
    "The group that it had, or the commands that the message prints: [Move an account to another group](move-to-another-group.md).",
  ),
  "stacks-changed": rule(
    "`stacks` changed, so every account goes to another stack.",
    "As for `group-changed`, for all of them.",
    "The word that it had, or the commands that the message prints.",
  ),
  "deployment-renamed": rule(
    "The deployment has another name.",
    "Its stacks and states are called by it: Terraform would find no state and make everything again.",
    WITH_COMMANDS,
  ),
  "backend-changed": rule(
    "The states are in another place.",
    "Terraform would find no state and make everything again.",
    WITH_COMMANDS,
  ),
  "region-changed": rule(
    "The source's region changed while it holds secrets.",
    "A secret does not move: a later key would be written where nobody reads it.",
    "The region that it had. For another, retire the users first.",
  ),
  "source-changed": rule(
    "The source is another account.",
    "What is in the first one stays behind: assume policies, secrets, a PMM role that is made here.",
    "The account that it was, or retire the users first.",
  ),
  "pmm-role-dropped": rule(
    "`create_pmm_ec2_role` went from `true` to `false`.",
    "The next apply destroys the role with its instance profile, and PMM loses every account.",
    "`true` again, or the commands with which Terraform forgets the role.",
  ),
  "pmm-role-renamed": rule(
    "The PMM EC2 role has another name while it is made here.",
    "The next apply destroys the role that the instance runs with.",
    "The name that it had.",
  ),
  "pmm-role-changed": rule(
    "Another PMM EC2 role, or one that was made elsewhere is made here.",
    `${TRUST} PMM has no access until its instance runs with the new role and every stack is applied.`,
    "Nothing, if the instance gets the new role. Else the role that it was.",
  ),
  "assume-policy-changed": rule(
    "Another `assume_policy`.",
    "The plan replaces the policies that let PMM and Teleport assume their roles.",
    "Nothing: one apply leaves no account without a policy. [Outgrowing a policy](outgrowing-a-policy.md) has the steps.",
  ),
  "organization-id-changed": rule(
    "Another `organization_id`.",
    `${TRUST} A caller outside the organization loses access.`,
    "Nothing, if all callers are of that organization.",
  ),
  "additional-principals-changed": rule(
    "Other `additional_principals` of the source.",
    TRUST,
    "Nothing, if that is meant.",
  ),
  "teleport-account-changed": rule(
    "Teleport runs in another account.",
    `${TRUST} The assume policy of the first account stays behind if it is not in the file.`,
    "Nothing, if Teleport has moved.",
  ),
  "teleport-role-changed": rule("Teleport runs with another role.", TRUST, "Nothing, if that is meant."),
  "teleport-external-id-changed": rule(
    "Teleport's external id changed.",
    `${TRUST} Teleport has no access until its configuration has the same id.`,
    "Nothing, if Teleport's configuration changes too.",
  ),
  "outside-principal-added": rule(
    "A principal of an account that is not in the file may assume a role, without `organization_id`.",
    "Anyone who controls that account reads yours.",
    "The principal of a known account, or `organization_id`.",
  ),
  "monitor-principal-added": rule(
    "One more principal outside the file may assume a vendor's role that was there.",
    "The vendor's access goes to somebody else too.",
    "Nothing, once the id is compared with the vendor's console.",
  ),
  "data-deny-off": rule(
    "`deny_data_access` is off for a vendor's role.",
    "The vendor reads whatever its policies allow, data and secrets too.",
    "`deny_data_access: true`, or a policy file that names what the vendor may read.",
  ),
  "db-users-opened": rule(
    'A database has `db_users: ["*"]`.',
    "People may connect as every database user with IAM authentication, administrators too.",
    "The names of the users.",
  ),
  "key-addresses-opened": rule(
    "A key works from more addresses or VPCs, or from anywhere.",
    "A copy of the key works there too.",
    "The addresses of the consumers alone.",
  ),
  "reader-added": rule(
    "One more role may read the keys.",
    "Anyone who has that role has the access of every user with a key.",
    "Nothing, if that is meant. Else without the reader.",
  ),
};
