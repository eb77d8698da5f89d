variable "secret_name" {
  description = "Name of the Secrets Manager secret that holds the newest key, made through the provider aws.secrets."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.secret_name))
    error_message = "secret_name is \"${var.secret_name}\"; expected 1 to 512 letters, digits and /_+=.@-, for example \"pmm/aurora/orders-prod\"."
  }
}

variable "permissions" {
  description = "minimal: the three calls that PMM makes with the key. standard: every call of the ReliaDB guide, scoped."
  type        = string
  default     = "standard"
  nullable    = false

  validation {
    condition     = contains(["standard", "minimal"], var.permissions)
    error_message = "permissions is \"${var.permissions}\"; expected \"minimal\" or \"standard\"; Grafana reads through the monitoring role, not with this key."
  }
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds the user: one of this account, or one of AWS's own. Null: none."
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
  description = "IAM path of the user: begins and ends with a slash, 512 characters at most. It never changes: the ARN would be another one."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/([A-Za-z0-9_+=,.@-]+/)*$", var.iam_path)) && length(var.iam_path) <= 512
    error_message = "iam_path is \"${var.iam_path}\"; expected a slash, or parts of letters, digits and _+=,.@- with a slash before, between and after them, at most 512 characters in all, for example \"/dba/\"."
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

variable "allowed_source_ips" {
  description = "Addresses and CIDR blocks, IPv4 or IPv6, from which the user's key works. With allowed_source_vpcs: from either. Both empty: from everywhere."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for ip in var.allowed_source_ips : can(cidrhost(length(split("/", ip)) == 2 ? ip : strcontains(ip, ":") ? "${ip}/128" : "${ip}/32", 0))])
    error_message = "allowed_source_ips has ${join(", ", [for ip in var.allowed_source_ips : "\"${ip}\"" if !can(cidrhost(length(split("/", ip)) == 2 ? ip : strcontains(ip, ":") ? "${ip}/128" : "${ip}/32", 0))])}; expected public addresses or CIDR blocks, for example \"198.51.100.7/32\" or \"2001:db8::/48\"."
  }

  validation {
    condition     = alltrue([for ip in var.allowed_source_ips : try(cidrhost(ip, 0) == cidrhost("${split("/", ip)[0]}/${strcontains(ip, ":") ? 128 : 32}", 0), length(split("/", ip)) == 1)])
    error_message = "allowed_source_ips has ${join(", ", [for ip in var.allowed_source_ips : "\"${ip}\"" if !try(cidrhost(ip, 0) == cidrhost("${split("/", ip)[0]}/${strcontains(ip, ":") ? 128 : 32}", 0), length(split("/", ip)) == 1)])}; expected the first address of each block, for example \"198.51.100.0/24\", or one address, for example \"198.51.100.7/32\"."
  }

  # Half of IPv4, or of 2000::/3, which is all that is given out of IPv6.
  validation {
    condition = alltrue([for family, most in { "." = 0.5, ":" = 0.0625 } : sum(concat([0], [
      for ip in distinct(var.allowed_source_ips) : pow(2, -try(tonumber(split("/", ip)[1]), 32)) if strcontains(ip, family)
    ])) < most])
    error_message = "allowed_source_ips is half of all addresses or more, so it limits next to nothing; expected the addresses that the consumers call from, for example \"198.51.100.7/32\", or an empty list."
  }
}

variable "allowed_source_vpcs" {
  description = "Ids of the VPCs from whose endpoints the user's key works. With allowed_source_ips: from either. Both empty: from everywhere."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for vpc in var.allowed_source_vpcs : can(regex("^vpc-[0-9a-f]{3,17}$", vpc))])
    error_message = "allowed_source_vpcs has ${join(", ", [for vpc in var.allowed_source_vpcs : "\"${vpc}\"" if !can(regex("^vpc-[0-9a-f]{3,17}$", vpc))])}; expected VPC ids, for example \"vpc-0abc\"."
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
}
