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
    condition     = var.managed_policy == null || !contains(local.refused_managed_policies, "\"*/${try(lower(basename(var.managed_policy)), "")}\"")
    error_message = "managed_policy is \"${coalesce(var.managed_policy, "null")}\", which allows actions that hand out access: that make, attach or pass identities, policies, keys or sessions; expected a policy that reads, for example \"ReadOnlyAccess\" or \"job-function/ViewOnlyAccess\"."
  }

  validation {
    condition     = var.managed_policy == null || !can(regex("(?i)^(aws-service-role|root-task)/", var.managed_policy))
    error_message = "managed_policy is \"${coalesce(var.managed_policy, "null")}\", which AWS attaches to its own roles and sessions only; expected a policy that reads, for example \"ReadOnlyAccess\" or \"job-function/ViewOnlyAccess\"."
  }
}

# Checked in main.tf: a validation would print the text where it fails,
# although the variable is sensitive.
variable "policy_json" {
  description = "IAM policy document, as JSON text, that says what the third party may do. Exactly one of this and managed_policy. Kept out of messages, shown in the plan."
  type        = string
  default     = null
  sensitive   = true
}

variable "deny_data_access" {
  description = "Whether the role also has a Deny on reading data and secrets."
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

  validation {
    condition     = var.permissions_boundary == null || !can(regex("(?i)/(AdministratorAccess|AdministratorAccess-Amplify|IAMFullAccess)$", var.permissions_boundary))
    error_message = "permissions_boundary is \"${coalesce(var.permissions_boundary, "null")}\", which bounds nothing: its holder may attach every policy to every role; expected a policy that allows what the module's README lists and no more, or null."
  }
}

variable "iam_path" {
  description = "IAM path of the role and of its policies: begins and ends with a slash, 512 characters at most. It never changes: AWS moves no role or policy to another path."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/([A-Za-z0-9_+=,.@-]+/)*$", var.iam_path)) && length(var.iam_path) <= 512
    error_message = "iam_path is \"${var.iam_path}\"; expected a slash, or parts of letters, digits and _+=,.@- with a slash before, between and after them, at most 512 characters in all, for example \"/dba/\"."
  }
}
