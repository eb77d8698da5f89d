variable "role_name" {
  description = "Name of the role; it ends in -monitoring, so that what others may do in the account is found by name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_+=,.@-]{1,53}-monitoring$", var.role_name))
    error_message = "role_name is \"${var.role_name}\"; expected at most 64 letters, digits and _+=,.@- that end in -monitoring, for example \"site24x7-monitoring\"."
  }
}

variable "monitor_account_id" {
  description = "Id of the third party's AWS account, from its documentation: 12 digits, in quotes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.monitor_account_id))
    error_message = "monitor_account_id is \"${var.monitor_account_id}\"; expected 12 digits in quotes (without quotes a leading zero is lost), for example \"999999999999\"."
  }
}

variable "external_id" {
  description = "External id that the third party sends. Theirs to generate, one for each of their customers: it keeps them from being led into your account for someone else."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_+=,.@:/-]+$", var.external_id)) && length(var.external_id) >= 2 && length(var.external_id) <= 1224
    error_message = "external_id is \"${var.external_id}\"; expected 2 to 1224 letters, digits and _+=,.@:/-, for example \"9b2d5f0e-3c1a-4d8e-8f57-0a6b1c2d3e4f\"."
  }
}

variable "managed_policy" {
  description = "Name of the AWS managed policy that says what the third party may do, with its path (ReadOnlyAccess, job-function/ViewOnlyAccess). Exactly one of this and policy_json."
  type        = string
  default     = null

  validation {
    condition     = (var.managed_policy == null) != (var.policy_json == null)
    error_message = "${var.managed_policy == null ? "Neither managed_policy nor policy_json is given" : "Both managed_policy and policy_json are given"}; expected exactly one, for example managed_policy = \"ReadOnlyAccess\"."
  }

  validation {
    condition     = var.managed_policy == null || can(regex("^([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,128}$", var.managed_policy))
    error_message = "managed_policy is \"${coalesce(var.managed_policy, "null")}\"; expected the name of an AWS managed policy, not its ARN, with its path if it has one, for example \"ReadOnlyAccess\" or \"job-function/ViewOnlyAccess\"."
  }

  validation {
    condition     = var.managed_policy == null || !contains(["AdministratorAccess", "PowerUserAccess", "IAMFullAccess"], try(basename(var.managed_policy), ""))
    error_message = "managed_policy is \"${coalesce(var.managed_policy, "null")}\", which administers the account; expected a policy that reads, for example \"ReadOnlyAccess\" or \"job-function/ViewOnlyAccess\"."
  }
}

variable "policy_json" {
  description = "IAM policy document, as JSON text, that says what the third party may do. Exactly one of this and managed_policy. Kept out of messages, shown in the plan."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition = var.policy_json == null || try(
      length(flatten([jsondecode(var.policy_json).Statement])) > 0 && alltrue([
        for statement in flatten([jsondecode(var.policy_json).Statement]) :
        contains(["Allow", "Deny"], statement.Effect) &&
        can(statement.Action) != can(statement.NotAction) && can(statement.Resource) != can(statement.NotResource) &&
        length(setsubtract(keys(statement), ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"])) == 0
      ]), false,
    )
    error_message = "policy_json is not an IAM policy document; expected JSON with at least one Statement, each with Effect (Allow or Deny), Action and Resource (or NotAction, NotResource) and no Principal, for example {\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"cloudwatch:GetMetricData\", \"Resource\": \"*\"}]}."
  }

  # Matched as AWS matches, so that iam:Create* or s?s:* is seen for what it is.
  validation {
    condition = var.policy_json == null || try(alltrue([
      for statement in flatten([jsondecode(var.policy_json).Statement]) :
      statement.Effect != "Allow" || !can(statement.NotAction) && alltrue([
        for action in flatten([try(statement.Action, [])]) : can(regex("^[A-Za-z0-9*?:-]+$", action)) && alltrue([
          for refused in ["iam:createuser", "sts:assumerole"] :
          !can(regex("^${replace(replace(lower(action), "*", ".*"), "?", ".")}$", refused))
        ])
      ])
    ]), !can(jsondecode(var.policy_json).Statement))
    error_message = "policy_json allows a third party to administer the account or to go on to other roles (Action \"*\", iam:*, sts:AssumeRole, a pattern that covers them, or Allow with NotAction); expected the actions that monitoring needs, named, for example \"cloudwatch:GetMetricData\"."
  }
}

variable "deny_data_access" {
  description = "Whether a Deny on reading data and secrets stands beside the policy."
  type        = bool
  default     = true
  nullable    = false
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds the role: one of this account, or one of AWS's own. Null: none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null || can(regex("^arn:(aws|aws-cn|aws-us-gov|aws-eusc):iam::([0-9]{12}|aws):policy/([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,128}$", var.permissions_boundary))
    error_message = "permissions_boundary is \"${coalesce(var.permissions_boundary, "null")}\"; expected the ARN of a policy of this account or of AWS, for example \"arn:aws:iam::222222222222:policy/pmm-boundary\"."
  }
}
