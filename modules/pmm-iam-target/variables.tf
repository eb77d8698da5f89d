variable "pmm_account_id" {
  description = "Id of the AWS account in which the PMM EC2 instance runs: 12 digits, in quotes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.pmm_account_id))
    error_message = "pmm_account_id is \"${var.pmm_account_id}\"; expected 12 digits in quotes (without quotes a leading zero is lost), for example \"111111111111\"."
  }
}

variable "pmm_ec2_role_name" {
  description = "Name of the role in the PMM EC2 instance's profile, with its IAM path in front if it has one (service/pmm-ec2-role)."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64}$", var.pmm_ec2_role_name))
    error_message = "pmm_ec2_role_name is \"${var.pmm_ec2_role_name}\"; expected a role name of letters, digits and _+=,.@- (at most 64), with its IAM path in front if it has one and no leading slash, for example \"pmm-ec2-role\" or \"service/pmm-ec2-role\"."
  }
}

variable "additional_principals" {
  description = "ARNs of more roles that may assume the role, such as those of pmm-agent hosts or of Grafana. Exact role ARNs: no wildcard, root, user or session."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.additional_principals : can(regex("^arn:(aws|aws-cn|aws-us-gov|aws-eusc):iam::[0-9]{12}:role/([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64}$", arn))])
    error_message = "additional_principals has ${join(", ", [for arn in var.additional_principals : "\"${arn}\"" if !can(regex("^arn:(aws|aws-cn|aws-us-gov|aws-eusc):iam::[0-9]{12}:role/([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64}$", arn))])}; expected exact role ARNs without a wildcard, for example \"arn:aws:iam::111111111111:role/grafana\"."
  }
}

variable "organization_id" {
  description = "Id of the AWS organization that the principals belong to; when given, the trust also asks for it. Null: not asked for."
  type        = string
  default     = null

  validation {
    condition     = var.organization_id == null || can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id is \"${coalesce(var.organization_id, "null")}\"; expected o- and 10 to 32 lower-case letters or digits, for example \"o-exampleorgid\"."
  }
}

variable "external_id" {
  description = "External id that whoever assumes the role must send. PMM's own exporter cannot send one, Grafana can. Null: none."
  type        = string
  default     = null

  validation {
    condition     = var.external_id == null || (can(regex("^[A-Za-z0-9_+=,.@:/-]+$", var.external_id)) && try(length(var.external_id) >= 2 && length(var.external_id) <= 1224, false))
    error_message = "external_id is \"${coalesce(var.external_id, "null")}\"; expected 2 to 1224 letters, digits and _+=,.@:/-, for example \"6c1f0e1e-8a54-4f0c-9f7e-2d1b7c3a9e10\"."
  }
}

variable "permissions" {
  description = "minimal: what PMM calls, and what Grafana needs for metrics. standard: every call of the ReliaDB guide, scoped. grafana: standard, and every call of Grafana's CloudWatch data source."
  type        = string
  default     = "standard"
  nullable    = false

  validation {
    condition     = contains(["minimal", "standard", "grafana"], var.permissions)
    error_message = "permissions is \"${var.permissions}\"; expected \"minimal\", \"standard\" or \"grafana\"."
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
  description = "Who manages the role, as its description says after \"Managed by Terraform\": a stack or a repository, for example. Null: not said."
  type        = string
  default     = null

  validation {
    condition     = var.managed_by == null || can(regex("^[ -~¡-ÿ]{1,256}$", var.managed_by))
    error_message = "managed_by is \"${coalesce(var.managed_by, "null")}\"; expected 1 to 256 characters of ASCII or Latin-1 in one line, for example \"stack pmm-iam\"."
  }
}
