variable "server_role" {
  description = "Makes CloudWatchAgentServerRole and its instance profile, for EC2 instances that run the agent."
  type        = bool
  default     = true
  nullable    = false
}

variable "admin_role" {
  description = "Makes CloudWatchAgentAdminRole and its instance profile, which may also store the agent's configuration: on only while one is being stored."
  type        = bool
  default     = false
  nullable    = false
}

variable "hybrid_activation" {
  description = "Makes CloudWatchAgentHybridRole, which Systems Manager gives to servers outside EC2 that are registered by a hybrid activation: no access key."
  type        = bool
  default     = false
  nullable    = false
}

variable "parameter_prefixes" {
  description = "What the names of the parameters begin with that hold the agent's configurations: a name, or a path that starts with a slash. Nothing else in Parameter Store is opened."
  type        = list(string)
  default     = ["AmazonCloudWatch-"]
  nullable    = false

  validation {
    condition     = length(var.parameter_prefixes) > 0
    error_message = "parameter_prefixes is empty; expected at least one, for example \"AmazonCloudWatch-\"."
  }

  validation {
    condition     = alltrue([for prefix in var.parameter_prefixes : can(regex("^([A-Za-z0-9_.-]+|/([A-Za-z0-9_.-]+/){0,14}[A-Za-z0-9_.-]*)$", prefix)) && can(regex("[A-Za-z0-9]", prefix)) && try(length(prefix) <= 966, false)])
    error_message = "parameter_prefixes has ${join(", ", [for prefix in var.parameter_prefixes : try("\"${prefix}\"", "null") if !(can(regex("^([A-Za-z0-9_.-]+|/([A-Za-z0-9_.-]+/){0,14}[A-Za-z0-9_.-]*)$", prefix)) && can(regex("[A-Za-z0-9]", prefix)) && try(length(prefix) <= 966, false))])}; expected letters, digits, _, . and -, and in a path a slash before each part, without a wildcard, for example \"AmazonCloudWatch-\" or \"/cloudwatch-agent/\"."
  }

  validation {
    condition     = alltrue([for prefix in var.parameter_prefixes : !can(regex("(?i)^/?(aws|ssm)", prefix))])
    error_message = "parameter_prefixes has ${join(", ", [for prefix in var.parameter_prefixes : "\"${prefix}\"" if can(regex("(?i)^/?(aws|ssm)", prefix))])}; AWS keeps names that start with aws or ssm for itself, so no configuration can be stored there: expected another prefix, for example \"AmazonCloudWatch-\"."
  }
}

variable "on_premises_server_user" {
  description = "Asks for the user CloudWatchAgentServerUser, for servers outside EC2 that run the agent, and says where its key goes; see the module rotating-access-key for the keys. Null: no such user."
  type = object({
    secret_name         = string
    key_generation      = optional(number, 1)
    previous_key        = optional(string, "active")
    allowed_source_ips  = optional(list(string), [])
    allowed_source_vpcs = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.on_premises_server_user == null || can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.on_premises_server_user.secret_name))
    error_message = "on_premises_server_user.secret_name is \"${try(var.on_premises_server_user.secret_name, "")}\"; expected 1 to 512 letters, digits and /_+=.@-, for example \"cloudwatch-agent/server/orders-prod\"."
  }

  validation {
    condition     = var.on_premises_server_user == null || try(var.on_premises_server_user.key_generation >= 1 && floor(var.on_premises_server_user.key_generation) == var.on_premises_server_user.key_generation && var.on_premises_server_user.key_generation < 1000000000, false)
    error_message = "on_premises_server_user.key_generation is ${try(var.on_premises_server_user.key_generation, "")}; expected a whole number from 1 on, for example 2 after the first rotation."
  }

  validation {
    condition     = var.on_premises_server_user == null || contains(["active", "inactive", "deleted"], try(var.on_premises_server_user.previous_key, ""))
    error_message = "on_premises_server_user.previous_key is \"${try(var.on_premises_server_user.previous_key, "")}\"; expected \"active\", \"inactive\" or \"deleted\"."
  }

  validation {
    condition     = alltrue([for ip in try(var.on_premises_server_user.allowed_source_ips, []) : can(cidrhost(length(split("/", ip)) == 2 ? ip : strcontains(ip, ":") ? "${ip}/128" : "${ip}/32", 0))])
    error_message = "on_premises_server_user.allowed_source_ips has ${join(", ", [for ip in try(var.on_premises_server_user.allowed_source_ips, []) : "\"${ip}\"" if !can(cidrhost(length(split("/", ip)) == 2 ? ip : strcontains(ip, ":") ? "${ip}/128" : "${ip}/32", 0))])}; expected public addresses or CIDR blocks, for example \"198.51.100.7/32\" or \"2001:db8::/48\"."
  }

  validation {
    condition     = alltrue([for ip in try(var.on_premises_server_user.allowed_source_ips, []) : try(cidrhost(ip, 0) == cidrhost("${split("/", ip)[0]}/${strcontains(ip, ":") ? 128 : 32}", 0), length(split("/", ip)) == 1)])
    error_message = "on_premises_server_user.allowed_source_ips has ${join(", ", [for ip in try(var.on_premises_server_user.allowed_source_ips, []) : "\"${ip}\"" if !try(cidrhost(ip, 0) == cidrhost("${split("/", ip)[0]}/${strcontains(ip, ":") ? 128 : 32}", 0), length(split("/", ip)) == 1)])}; expected the first address of each block, for example \"198.51.100.0/24\", or one address, for example \"198.51.100.7/32\"."
  }

  # Half of IPv4, or of 2000::/3, which is all that is given out of IPv6.
  validation {
    condition = alltrue([for family, most in { "." = 0.5, ":" = 0.0625 } : sum(concat([0], [
      for ip in distinct(try(var.on_premises_server_user.allowed_source_ips, [])) : pow(2, -try(tonumber(split("/", ip)[1]), 32)) if strcontains(ip, family)
    ])) < most])
    error_message = "on_premises_server_user.allowed_source_ips is half of all addresses or more, so it limits next to nothing; expected the addresses that the consumers call from, for example \"198.51.100.7/32\", or an empty list."
  }

  validation {
    condition     = alltrue([for vpc in try(var.on_premises_server_user.allowed_source_vpcs, []) : can(regex("^vpc-[0-9a-f]{3,17}$", vpc))])
    error_message = "on_premises_server_user.allowed_source_vpcs has ${join(", ", [for vpc in try(var.on_premises_server_user.allowed_source_vpcs, []) : "\"${vpc}\"" if !can(regex("^vpc-[0-9a-f]{3,17}$", vpc))])}; expected VPC ids, for example \"vpc-0abc\"."
  }
}

variable "on_premises_admin_user" {
  description = "Asks for the user CloudWatchAgentAdminUser, for servers outside EC2 that store the agent's configuration, and says where its key goes; see the module rotating-access-key for the keys. Null: no such user."
  type = object({
    secret_name         = string
    key_generation      = optional(number, 1)
    previous_key        = optional(string, "active")
    allowed_source_ips  = optional(list(string), [])
    allowed_source_vpcs = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.on_premises_admin_user == null || can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.on_premises_admin_user.secret_name))
    error_message = "on_premises_admin_user.secret_name is \"${try(var.on_premises_admin_user.secret_name, "")}\"; expected 1 to 512 letters, digits and /_+=.@-, for example \"cloudwatch-agent/admin/orders-prod\"."
  }

  validation {
    condition     = var.on_premises_admin_user == null || try(var.on_premises_admin_user.key_generation >= 1 && floor(var.on_premises_admin_user.key_generation) == var.on_premises_admin_user.key_generation && var.on_premises_admin_user.key_generation < 1000000000, false)
    error_message = "on_premises_admin_user.key_generation is ${try(var.on_premises_admin_user.key_generation, "")}; expected a whole number from 1 on, for example 2 after the first rotation."
  }

  validation {
    condition     = var.on_premises_admin_user == null || contains(["active", "inactive", "deleted"], try(var.on_premises_admin_user.previous_key, ""))
    error_message = "on_premises_admin_user.previous_key is \"${try(var.on_premises_admin_user.previous_key, "")}\"; expected \"active\", \"inactive\" or \"deleted\"."
  }

  validation {
    condition     = alltrue([for ip in try(var.on_premises_admin_user.allowed_source_ips, []) : can(cidrhost(length(split("/", ip)) == 2 ? ip : strcontains(ip, ":") ? "${ip}/128" : "${ip}/32", 0))])
    error_message = "on_premises_admin_user.allowed_source_ips has ${join(", ", [for ip in try(var.on_premises_admin_user.allowed_source_ips, []) : "\"${ip}\"" if !can(cidrhost(length(split("/", ip)) == 2 ? ip : strcontains(ip, ":") ? "${ip}/128" : "${ip}/32", 0))])}; expected public addresses or CIDR blocks, for example \"198.51.100.7/32\" or \"2001:db8::/48\"."
  }

  validation {
    condition     = alltrue([for ip in try(var.on_premises_admin_user.allowed_source_ips, []) : try(cidrhost(ip, 0) == cidrhost("${split("/", ip)[0]}/${strcontains(ip, ":") ? 128 : 32}", 0), length(split("/", ip)) == 1)])
    error_message = "on_premises_admin_user.allowed_source_ips has ${join(", ", [for ip in try(var.on_premises_admin_user.allowed_source_ips, []) : "\"${ip}\"" if !try(cidrhost(ip, 0) == cidrhost("${split("/", ip)[0]}/${strcontains(ip, ":") ? 128 : 32}", 0), length(split("/", ip)) == 1)])}; expected the first address of each block, for example \"198.51.100.0/24\", or one address, for example \"198.51.100.7/32\"."
  }

  # Half of IPv4, or of 2000::/3, which is all that is given out of IPv6.
  validation {
    condition = alltrue([for family, most in { "." = 0.5, ":" = 0.0625 } : sum(concat([0], [
      for ip in distinct(try(var.on_premises_admin_user.allowed_source_ips, [])) : pow(2, -try(tonumber(split("/", ip)[1]), 32)) if strcontains(ip, family)
    ])) < most])
    error_message = "on_premises_admin_user.allowed_source_ips is half of all addresses or more, so it limits next to nothing; expected the addresses that the consumers call from, for example \"198.51.100.7/32\", or an empty list."
  }

  validation {
    condition     = alltrue([for vpc in try(var.on_premises_admin_user.allowed_source_vpcs, []) : can(regex("^vpc-[0-9a-f]{3,17}$", vpc))])
    error_message = "on_premises_admin_user.allowed_source_vpcs has ${join(", ", [for vpc in try(var.on_premises_admin_user.allowed_source_vpcs, []) : "\"${vpc}\"" if !can(regex("^vpc-[0-9a-f]{3,17}$", vpc))])}; expected VPC ids, for example \"vpc-0abc\"."
  }
}

variable "ssm_managed_policy" {
  description = "AWS managed policy for Systems Manager, attached to the roles; a Deny then keeps them to the agent's own parameters. Only AmazonSSMManagedInstanceCore. Null: on the role of the hybrid activation alone, which cannot do without it."
  type        = string
  default     = null

  validation {
    condition     = var.ssm_managed_policy == null || var.ssm_managed_policy == "AmazonSSMManagedInstanceCore"
    error_message = "ssm_managed_policy is \"${coalesce(var.ssm_managed_policy, "null")}\"; expected \"AmazonSSMManagedInstanceCore\" or null. AmazonEC2RoleforSSM is deprecated: it also opens every S3 bucket of the account."
  }
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds the roles and users: one of this account, or one of AWS's own. Null: none."
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
  description = "IAM path of the roles, instance profiles, users and policies: begins and ends with a slash, 512 characters at most. It never changes: AWS moves no role or policy to another path."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/([A-Za-z0-9_+=,.@-]+/)*$", var.iam_path)) && length(var.iam_path) <= 512
    error_message = "iam_path is \"${var.iam_path}\"; expected a slash, or parts of letters, digits and _+=,.@- with a slash before, between and after them, at most 512 characters in all, for example \"/dba/\"."
  }
}

variable "managed_by" {
  description = "Who manages the roles and policies, as their descriptions say after \"Managed by Terraform\": a stack or a repository, for example. Null: not said."
  type        = string
  default     = null

  validation {
    condition     = var.managed_by == null || can(regex("^[ -~¡-ÿ]{1,256}$", var.managed_by))
    error_message = "managed_by is \"${coalesce(var.managed_by, "null")}\"; expected 1 to 256 characters of ASCII or Latin-1 in one line, for example \"stack pmm-iam\"."
  }
}

variable "kms_key_id" {
  description = "Id, ARN or alias of the KMS key that encrypts the secrets. Null: AWS's own key for Secrets Manager."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_id == null || can(regex("^(arn:(aws|aws-cn|aws-us-gov|aws-eusc):kms:[a-z0-9-]+:[0-9]{12}:)?(alias/[A-Za-z0-9/_-]{1,250}|(key/)?(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}))$", var.kms_key_id))
    error_message = "kms_key_id is \"${coalesce(var.kms_key_id, "null")}\"; expected a KMS key id, its ARN or an alias, for example \"alias/pmm\"."
  }
}

variable "secret_readers" {
  description = "ARNs of the roles that may read the secrets by their resource policy, all of the account that the secrets are in. Empty: no resource policy."
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
