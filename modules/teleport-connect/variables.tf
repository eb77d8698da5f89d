variable "teleport_role_arn" {
  description = "ARN of the role that the Teleport Database Service runs with, with its IAM path if it has one. An exact role ARN: no wildcard, root, user or session."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:(aws|aws-cn|aws-us-gov|aws-eusc):iam::[0-9]{12}:role/([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64}$", var.teleport_role_arn))
    error_message = "teleport_role_arn is \"${var.teleport_role_arn}\"; expected an exact role ARN without a wildcard, for example \"arn:aws:iam::111111111111:role/teleport-db-service\"."
  }
}

variable "databases" {
  description = "The databases and, for each, the database users that Teleport may connect as. resource_id: cluster-..., db-... or prx-..., as AWS writes it, or \"*\" for every database of the region. db_users: names without white space, *, ? and $${, or [\"*\"] alone for all."
  type = list(object({
    resource_id = string
    region      = string
    db_users    = list(string)
  }))
  nullable = false

  validation {
    condition     = length(var.databases) > 0
    error_message = "databases is empty; expected at least one, for example {resource_id = \"cluster-ABCDEFGHIJKL01234\", region = \"eu-west-1\", db_users = [\"alice\"]}. Where no database is wanted, leave the module out."
  }

  validation {
    condition     = alltrue([for db in var.databases : can(regex("^(\\*|(cluster|db)-[A-Z0-9]{1,40}|prx-[0-9a-f]{1,40})$", db.resource_id))])
    error_message = "databases has the resource_id ${join(", ", [for db in var.databases : "\"${db.resource_id}\"" if !can(regex("^(\\*|(cluster|db)-[A-Z0-9]{1,40}|prx-[0-9a-f]{1,40})$", db.resource_id))])}; expected the resource id, not the name, for example \"cluster-ABCDEFGHIJKL01234\" (also db-... in upper case, prx-... in lower case: IAM compares case), or \"*\"."
  }

  validation {
    condition     = alltrue([for db in var.databases : contains(local.regions, db.region)])
    error_message = "databases has the region ${join(", ", [for db in var.databases : "\"${db.region}\"" if !contains(local.regions, db.region)])}; expected the name of an AWS region, for example \"eu-west-1\"."
  }

  validation {
    condition     = alltrue([for db in var.databases : try(length(db.db_users) > 0 && (alltrue([for user in db.db_users : can(regex("^[\\x21-\\x29\\x2B-\\x3E\\x40-\\x7E\\x{A1}-\\x{AC}\\x{AE}-\\x{FF}]{1,80}$", user)) && !strcontains(user, "$${")]) || join(" ", db.db_users) == "*"), false)])
    error_message = "databases has the db_users ${join(", ", [for db in var.databases : try(jsonencode(db.db_users), "null") if !try(length(db.db_users) > 0 && (alltrue([for user in db.db_users : can(regex("^[\\x21-\\x29\\x2B-\\x3E\\x40-\\x7E\\x{A1}-\\x{AC}\\x{AE}-\\x{FF}]{1,80}$", user)) && !strcontains(user, "$${")]) || join(" ", db.db_users) == "*"), false)])}; expected names of 1 to 80 characters that IAM takes (ASCII and Latin-1), without white space, *, ? and $${, for example [\"alice\", \"reporting\"], or [\"*\"] alone. A pattern such as rds* would reach the administrator rdsadmin."
  }
}

variable "external_id" {
  description = "External id that whoever assumes the role must send. It goes into Teleport's assume-role settings for the database as well. Null: none."
  type        = string
  default     = null

  validation {
    condition     = var.external_id == null || (can(regex("^[A-Za-z0-9_+=,.@:/-]+$", var.external_id)) && try(length(var.external_id) >= 2 && length(var.external_id) <= 1224, false))
    error_message = "external_id is \"${coalesce(var.external_id, "null")}\"; expected 2 to 1224 letters, digits and _+=,.@:/-, for example \"6c1f0e1e-8a54-4f0c-9f7e-2d1b7c3a9e10\"."
  }
}

variable "organization_id" {
  description = "Id of the AWS organization that the Teleport role belongs to; when given, the trust also asks for it. Null: not asked for."
  type        = string
  default     = null

  validation {
    condition     = var.organization_id == null || can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id is \"${coalesce(var.organization_id, "null")}\"; expected o- and 10 to 32 lower-case letters or digits, for example \"o-exampleorgid\"."
  }
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
  description = "IAM path of the role: begins and ends with a slash, 512 characters at most. It never changes: AWS moves no role or policy to another path."
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
