variable "bucket" {
  description = "Name of the bucket that holds the account's database exports."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket is \"${var.bucket}\"; expected the name of an S3 bucket (3 to 63 lower-case letters, digits, dots and hyphens), for example \"acme-backups\"."
  }
}

variable "prefixes" {
  description = "What the names of readable objects start with. One empty text: every object."
  type        = list(string)
  default     = ["exports/"]
  nullable    = false

  validation {
    condition     = length(var.prefixes) > 0 && alltrue([for prefix in var.prefixes : !can(regex("[*?]", prefix))])
    error_message = "prefixes has ${length(var.prefixes)} entries: ${join(", ", [for prefix in var.prefixes : "\"${prefix}\""])}; expected at least one, each without * and ?, which IAM would take for wildcards, for example \"exports/\"."
  }
}

variable "reader" {
  description = "The role that reads: its account, its name with its IAM path in front if it has one, and the external id that it sends, if any."
  type = object({
    account_id  = string
    role_name   = string
    external_id = optional(string)
  })
  nullable = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.reader.account_id))
    error_message = "reader.account_id is \"${var.reader.account_id}\"; expected 12 digits in quotes, for example \"111111111111\"."
  }

  validation {
    condition     = can(regex("^([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64}$", var.reader.role_name))
    error_message = "reader.role_name is \"${var.reader.role_name}\"; expected a role's name, with its IAM path in front if it has one and no leading slash, for example \"backup/restore-tests\"."
  }

  validation {
    condition     = var.reader.external_id == null || can(regex("^[A-Za-z0-9_+=,.@:/-]{2,}$", var.reader.external_id))
    error_message = "reader.external_id is \"${coalesce(var.reader.external_id, "null")}\"; expected at least 2 letters, digits and _+=,.@:/-, for example \"6c1f0e1e-8a54-4f0c-9f7e-2d1b7c3a9e10\"."
  }
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds the role. Null: none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null || can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary))
    error_message = "permissions_boundary is \"${coalesce(var.permissions_boundary, "null")}\"; expected a policy's ARN, for example \"arn:aws:iam::222222222222:policy/pmm-boundary\"."
  }
}
