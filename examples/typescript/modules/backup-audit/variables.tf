variable "auditor_role_arn" {
  description = "ARN of the auditors' role, which may assume this one."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:(aws|aws-cn|aws-us-gov|aws-eusc):iam::[0-9]{12}:role/([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64}$", var.auditor_role_arn))
    error_message = "auditor_role_arn is \"${var.auditor_role_arn}\"; expected an exact role ARN without a wildcard, for example \"arn:aws:iam::999999999999:role/auditors\"."
  }
}

variable "organization_id" {
  description = "Id of the AWS organization that the auditors' role belongs to; when given, the trust also requires it. Null: not required."
  type        = string
  default     = null
}

variable "permissions_boundary" {
  description = "ARN of the role's permissions boundary. Null: none."
  type        = string
  default     = null
}

variable "iam_path" {
  description = "IAM path of the role: begins and ends with a slash. It never changes: AWS moves no role to another path."
  type        = string
  default     = "/"
  nullable    = false
}

variable "managed_by" {
  description = "Who manages the role, as its description says after \"Managed by Terraform\". Null: not said."
  type        = string
  default     = null
}
