variable "user_name" {
  description = "Name of the IAM user whose keys these are, without its path. Take it from the user resource (aws_iam_user.x.name), so that the keys come after the user."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_+=,.@-]{1,64}$", var.user_name))
    error_message = "user_name is \"${var.user_name}\"; expected 1 to 64 letters, digits and _+=,.@-, for example \"PMMAWSIntegrationUser\"."
  }
}

variable "key_generation" {
  description = "Number of the newest key: 1 at first, raised by one to rotate, never lowered."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.key_generation >= 1 && floor(var.key_generation) == var.key_generation && var.key_generation < 1000000000
    error_message = "key_generation is ${var.key_generation}; expected a whole number from 1 on, for example 2 after the first rotation."
  }
}

variable "previous_key" {
  description = "What the key before the newest is: active (it works, as it must while consumers move), inactive (it can be switched on again) or deleted."
  type        = string
  default     = "active"
  nullable    = false

  validation {
    condition     = contains(["active", "inactive", "deleted"], var.previous_key)
    error_message = "previous_key is \"${var.previous_key}\"; expected \"active\", \"inactive\" or \"deleted\"."
  }
}

variable "secret_name" {
  description = "Name of the Secrets Manager secret that holds the newest key, made through the provider aws.secrets."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.secret_name))
    error_message = "secret_name is \"${var.secret_name}\"; expected 1 to 512 letters, digits and /_+=.@-, for example \"pmm/aurora/orders-prod\"."
  }
}

variable "kms_key_id" {
  description = "Id, ARN or alias of the KMS key that encrypts the secret. Null: AWS's own key for Secrets Manager."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_id == null || can(regex("^(arn:(aws|aws-cn|aws-us-gov|aws-eusc):kms:[a-z0-9-]+:[0-9]{12}:)?(alias/[A-Za-z0-9/_-]{1,250}|(key/)?(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}))$", var.kms_key_id))
    error_message = "kms_key_id is \"${coalesce(var.kms_key_id, "null")}\"; expected a KMS key id, its ARN or an alias, for example \"alias/pmm\"."
  }
}

variable "secret_readers" {
  description = "ARNs of the roles that may read the secret by its resource policy, all of the account that the secret is in. Empty: no resource policy."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.secret_readers : can(regex("^arn:(aws|aws-cn|aws-us-gov|aws-eusc):iam::[0-9]{12}:role/([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64}$", arn))])
    error_message = "secret_readers has ${join(", ", [for arn in var.secret_readers : "\"${arn}\"" if !can(regex("^arn:(aws|aws-cn|aws-us-gov|aws-eusc):iam::[0-9]{12}:role/([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64}$", arn))])}; expected exact role ARNs without a wildcard, for example \"arn:aws:iam::111111111111:role/pmm-ec2-role\"."
  }

  validation {
    condition     = length(distinct([for arn in var.secret_readers : try(split(":", arn)[4], "")])) <= 1
    error_message = "secret_readers names roles of the accounts ${join(", ", distinct([for arn in var.secret_readers : try(split(":", arn)[4], "?")]))}; expected roles of one account, the one that the secret is in: a reader elsewhere cannot decrypt it."
  }

  # The policy around the list has 255 characters.
  validation {
    condition     = 255 + length(jsonencode(distinct(var.secret_readers))) <= 20480
    error_message = "secret_readers makes a resource policy of ${255 + length(jsonencode(distinct(var.secret_readers)))} characters; AWS allows 20480. List fewer roles, or let them assume one role that may read."
  }
}
