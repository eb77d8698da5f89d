data "aws_partition" "current" {}

locals {
  partition = data.aws_partition.current.partition

  # Sensitive keeps the text out of messages; the plan is where it is reviewed.
  custom = nonsensitive(var.policy_json == null ? null : jsonencode(jsondecode(var.policy_json)))

  # The policy file is written for the partition aws, so that a reviewer can
  # paste it into a policy simulator as it is.
  deny_data_access = jsonencode(jsondecode(replace(
    file("${path.module}/policies/deny-data-access.json"), "arn:aws:", "arn:${local.partition}:",
  )))

  inline_characters = length(coalesce(local.custom, " ")) + (var.deny_data_access ? length(local.deny_data_access) : 0)
}

resource "aws_iam_role" "monitor" {
  name                  = var.role_name
  permissions_boundary  = var.permissions_boundary
  force_detach_policies = true

  # The third party does not say which of its roles comes, so its whole account
  # is trusted; the external id is what tells its customers apart.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:${local.partition}:iam::${var.monitor_account_id}:root" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
    }]
  })
}

resource "aws_iam_role_policy" "deny_data_access" {
  count = var.deny_data_access ? 1 : 0

  name   = "deny-data-access"
  role   = aws_iam_role.monitor.id
  policy = local.deny_data_access
}

# The grants come after the Deny, so that there is no moment without it.
resource "aws_iam_role_policy_attachment" "managed" {
  count      = var.managed_policy == null ? 0 : 1
  depends_on = [aws_iam_role_policy.deny_data_access]

  role       = aws_iam_role.monitor.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${var.managed_policy}"
}

resource "aws_iam_role_policy" "custom" {
  count      = local.custom == null ? 0 : 1
  depends_on = [aws_iam_role_policy.deny_data_access]

  name   = "monitoring-access"
  role   = aws_iam_role.monitor.id
  policy = local.custom

  lifecycle {
    precondition {
      condition     = local.inline_characters <= 10240
      error_message = "The role's inline policies would have ${local.inline_characters} characters; AWS allows 10240 in all. Shorten policy_json, for example with Get* or List* where a service's calls are all wanted."
    }
  }
}

# A grant added by hand shows in the next plan only because these two say what
# the role has, and that it has nothing else.
resource "aws_iam_role_policies_exclusive" "monitor" {
  role_name = aws_iam_role.monitor.name
  policy_names = concat(
    aws_iam_role_policy.deny_data_access[*].name,
    aws_iam_role_policy.custom[*].name,
  )
}

resource "aws_iam_role_policy_attachments_exclusive" "monitor" {
  role_name   = aws_iam_role.monitor.name
  policy_arns = aws_iam_role_policy_attachment.managed[*].policy_arn
}
