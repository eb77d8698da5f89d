variable "role_name" {
  description = "Name of the role: the one that the third party asks for, or one of your own. An ending such as -monitoring lets others find what belongs to monitoring by name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_+=,.@-]{1,64}$", var.role_name))
    error_message = "role_name is \"${var.role_name}\"; expected 1 to 64 letters, digits and _+=,.@-, for example \"site24x7-monitoring\"."
  }
}

variable "monitor_account_id" {
  description = "Id of the third party's AWS account, from its documentation: 12 digits, in quotes. Short for principals with one account."
  type        = string
  default     = null

  validation {
    condition     = (var.monitor_account_id == null) != (length(var.principals) == 0)
    error_message = "${var.monitor_account_id == null ? "Neither monitor_account_id nor principals is given" : "Both monitor_account_id and principals are given"}; expected exactly one, for example principals = [\"999999999999\"]."
  }

  validation {
    condition     = var.monitor_account_id == null || can(regex("^[0-9]{12}$", var.monitor_account_id))
    error_message = "monitor_account_id is \"${coalesce(var.monitor_account_id, "null")}\"; expected 12 digits in quotes (without quotes a leading zero is lost), for example \"999999999999\"."
  }
}

variable "principals" {
  description = "Who may assume the role with the external id: ids of whole AWS accounts, or ARNs of exact roles and users, the third party's or your own. No wildcard, root or session."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for principal in var.principals : can(regex("^([0-9]{12}|arn:(aws|aws-cn|aws-us-gov|aws-eusc):iam::[0-9]{12}:(role|user)/([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64})$", principal))])
    error_message = "principals has ${join(", ", [for principal in var.principals : "\"${principal}\"" if !can(regex("^([0-9]{12}|arn:(aws|aws-cn|aws-us-gov|aws-eusc):iam::[0-9]{12}:(role|user)/([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64})$", principal))])}; expected account ids of 12 digits in quotes and exact ARNs of roles or users without a wildcard, for example \"999999999999\" or \"arn:aws:iam::999999999999:role/collector\"."
  }

  validation {
    condition     = length(distinct(var.principals)) == length(var.principals)
    error_message = "principals has ${join(", ", distinct([for principal in var.principals : "\"${principal}\"" if length([for other in var.principals : other if other == principal]) > 1]))} twice; expected each once."
  }

  validation {
    condition     = !anytrue([for principal in var.principals : try(contains(var.principals, split(":", principal)[4]), false)])
    error_message = "principals has ${join(", ", [for principal in var.principals : "\"${principal}\"" if try(contains(var.principals, split(":", principal)[4]), false)])} and its whole account too; expected one of the two."
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
  description = "Name of an AWS managed policy that says what the third party may do, with its path (ReadOnlyAccess, job-function/ViewOnlyAccess). At least one of this, managed_policies, policy_json and policy_documents."
  type        = string
  default     = null

  validation {
    condition     = var.managed_policy != null || length(var.managed_policies) > 0 || var.policy_json != null || length(var.policy_documents) > 0
    error_message = "No policy is given; expected managed_policy, managed_policies, policy_json or policy_documents, for example managed_policy = \"ReadOnlyAccess\"."
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

  validation {
    condition     = var.managed_policy == null || !contains(var.managed_policies, coalesce(var.managed_policy, "null"))
    error_message = "managed_policy is \"${coalesce(var.managed_policy, "null")}\", and managed_policies has it too; expected each policy once."
  }
}

variable "managed_policies" {
  description = "Names of several AWS managed policies, as managed_policy takes one. Each keeps its address whatever else is in the list, and also when it moves here from managed_policy."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.managed_policies : can(regex("^([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,128}$", name))])
    error_message = "managed_policies has ${join(", ", [for name in var.managed_policies : "\"${name}\"" if !can(regex("^([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,128}$", name))])}; expected names of AWS managed policies, not their ARNs, with their paths if they have one, for example \"SecurityAudit\" or \"job-function/ViewOnlyAccess\"."
  }

  validation {
    condition     = length(distinct(var.managed_policies)) == length(var.managed_policies)
    error_message = "managed_policies has ${join(", ", distinct([for name in var.managed_policies : "\"${name}\"" if length([for other in var.managed_policies : other if other == name]) > 1]))} twice; expected each once."
  }

  validation {
    condition     = alltrue([for name in var.managed_policies : !contains(local.refused_managed_policies, "\"*/${lower(basename(name))}\"")])
    error_message = "managed_policies has ${join(", ", [for name in var.managed_policies : "\"${name}\"" if contains(local.refused_managed_policies, "\"*/${lower(basename(name))}\"")])}, which allows actions that hand out access: that make, attach or pass identities, policies, keys or sessions; expected policies that read, for example \"SecurityAudit\" or \"job-function/ViewOnlyAccess\"."
  }

  validation {
    condition     = !anytrue([for name in var.managed_policies : can(regex("(?i)^(aws-service-role|root-task)/", name))])
    error_message = "managed_policies has ${join(", ", [for name in var.managed_policies : "\"${name}\"" if can(regex("(?i)^(aws-service-role|root-task)/", name))])}, which AWS attaches to its own roles and sessions only; expected policies that read, for example \"SecurityAudit\" or \"job-function/ViewOnlyAccess\"."
  }
}

# The texts are checked in main.tf: a validation would print one where it
# fails, although the variable is sensitive.
variable "policy_json" {
  description = "IAM policy document, as JSON text, that says what the third party may do: the role's own policy, which shares 10240 characters with the Deny. Kept out of messages, shown in the plan."
  type        = string
  default     = null
  sensitive   = true
}

variable "policy_documents" {
  description = "More IAM policy documents, as JSON texts of at most 6144 characters, by name. Each is a managed policy <role_name>-<name> of the account; with managed_policies there are ten at most. Kept out of messages, shown in the plan."
  type        = map(string)
  default     = {}
  nullable    = false
  sensitive   = true

  validation {
    condition     = alltrue([for name in nonsensitive(keys(var.policy_documents)) : can(regex("^[A-Za-z0-9_+=,.@-]+$", name)) && length(name) + length(var.role_name) < 128])
    error_message = "policy_documents has the names ${join(", ", [for name in nonsensitive(keys(var.policy_documents)) : "\"${name}\""])}; expected names of letters, digits and _+=,.@- that have at most 128 characters with the role's name and a - in front, for example \"metrics\"."
  }

  validation {
    condition     = length(distinct([for name in nonsensitive(keys(var.policy_documents)) : lower(name)])) == length(var.policy_documents)
    error_message = "policy_documents has the names ${join(", ", [for name in nonsensitive(keys(var.policy_documents)) : "\"${name}\""])}; expected names that differ by more than their case, for IAM knows none."
  }
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

variable "managed_by" {
  description = "Who manages the role and its policies, as their descriptions say after \"Managed by Terraform\": a stack or a repository, for example. Null: not said."
  type        = string
  default     = null

  validation {
    condition     = var.managed_by == null || can(regex("^[ -~¡-ÿ]{1,256}$", var.managed_by))
    error_message = "managed_by is \"${coalesce(var.managed_by, "null")}\"; expected 1 to 256 characters of ASCII or Latin-1 in one line, for example \"stack pmm-iam\"."
  }
}
