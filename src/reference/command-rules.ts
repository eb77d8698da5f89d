import type { InputError } from "../changes/input-error";
import type { PlanRule } from "../summary/plan/judge";
import { type RuleText, rule } from "./rule-text";

const READ_AGAIN =
  "Nothing that is known to be right. Read the plan; `--allow` with the rule if reviewers want it.";

/** The rules of `summary --plan`. */
export const PLAN_RULE_TEXTS: Readonly<Record<PlanRule, RuleText>> = {
  "plan-key-in-use": rule(
    "The plan destroys a key that its secret names, or makes it inactive.",
    "The users of the newest key lose access.",
    "The generation and `previous_key` that the file had; then one step at a time.",
  ),
  "plan-both-keys": rule(
    "The plan destroys or replaces both keys of a user.",
    "No consumer has a key that works until it reads the new one.",
    READ_AGAIN,
  ),
  "plan-destroys": rule(
    "The plan destroys or replaces a role or user of an account that does not retire.",
    "Its users lose access; a replaced role has lost what others attached to it.",
    "`lifecycle: retiring` where that is meant. Else find out why: `terraform show <planfile>`.",
  ),
  "plan-trust": rule(
    "The plan imports a role and changes whom it trusts.",
    "A caller of the hand-made role loses access, or somebody else gains it.",
    "The principals that the role has, in accounts.yaml. Else `--allow plan-trust`.",
  ),
  "plan-boundary": rule(
    "The plan drops a permissions boundary.",
    "The role may then do what the boundary denied.",
    "The boundary in accounts.yaml, also on a role that is adopted.",
  ),
  "plan-drift": rule(
    "The plan does what the change of accounts.yaml does not explain.",
    "Somebody changed AWS by hand, or main is not applied.",
    "A plan of main first, and its apply. Then plan the change again.",
  ),
};

/** What a command is given and cannot use. */
export const INPUT_RULE_TEXTS: Readonly<Record<InputError["rule"], RuleText>> = {
  admin_role_name: rule(
    "`PMM_IAM_ADMIN_ROLE_NAME` is no name of an IAM role.",
    "Terraform would assume a role that cannot exist.",
    "The role's name, with its IAM path if it has one: `pmm-iam-reader`.",
  ),
  base: rule(
    "The git ref cannot be read, or what was there cannot be judged.",
    "Without the file at the base, the change is not known.",
    "A branch, a tag or a commit that is in the clone: `git fetch --depth=1 origin main`.",
  ),
  state: rule(
    "A file of `--state` is not a state, is another stack's, or proves nothing.",
    "Only the state shows whether an account's objects are gone.",
    "`--state <stack>=<file>` with the output of `terraform show -json` or `terraform state pull`.",
  ),
  plan: rule(
    "A file of `--plan` is not a plan as JSON, or not of the whole stack.",
    "A plan with `-target` says nothing of the rest.",
    "`terraform show -json <planfile>` into the file, for each stack.",
  ),
  allow: rule(
    "`--allow` names a rule that there is not, or that cannot be allowed.",
    "A misspelt rule would let nothing pass, or hide that it does.",
    "The name in brackets at the end of a refusal's line.",
  ),
  account: rule(
    "`show` is given an account that is not in the file.",
    "There is nothing to show.",
    "A `name` of an entry under `accounts`.",
  ),
  rotation: rule(
    "`rotate` is given what it cannot use, a step that has to wait, a previous key that is still used, a value that an alias, a merge key or `defaults` brings, or a file with a merge conflict. With `--due` it is a warning, and so are a step before which another one is not committed and the key that a raise deletes.",
    "A step too early cuts off the users of the old key, and an edit elsewhere would rotate the keys of other accounts.",
    "The step that the message names; the values in the account's own entry; `--user` where an account has several users; `--used-until` with the last use that is known; `--due` with days.",
  ),
  output: rule(
    "`report --output` names a file that is not a report's.",
    "A file of yours would be overwritten.",
    "A new name that ends in `.html`, or that of an earlier report.",
  ),
};
