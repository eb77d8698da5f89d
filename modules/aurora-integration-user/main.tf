data "aws_partition" "current" {}

locals {
  # The policy files are written for the partition aws, so that a reviewer can
  # paste them into a policy simulator as they are.
  permissions = jsonencode(jsondecode(replace(
    file("${path.module}/policies/${var.permissions}.json"), "arn:aws:", "arn:${data.aws_partition.current.partition}:",
  )))

  restricted = length(var.allowed_source_ips) + length(var.allowed_source_vpcs) > 0

  # A request over the internet carries no VPC and one through a VPC endpoint no
  # public address: IfExists counts what is missing as not matching, so a
  # request is denied unless one of the two lists has it.
  allowed_sources = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "OnlyFromAllowedSources"
      Effect   = "Deny"
      Action   = "*"
      Resource = "*"
      Condition = { for operator, keys in {
        NotIpAddressIfExists    = { "aws:SourceIp" = sort(distinct(var.allowed_source_ips)) }
        StringNotEqualsIfExists = { "aws:SourceVpc" = sort(distinct(var.allowed_source_vpcs)) }
      } : operator => keys if length(one(values(keys))) > 0 }
    }]
  })

  inline_characters = length(local.permissions) + (local.restricted ? length(local.allowed_sources) : 0)
}

resource "aws_iam_user" "pmm_aws_integration" {
  name                 = "PMMAWSIntegrationUser"
  permissions_boundary = var.permissions_boundary
  path                 = var.iam_path
  force_destroy        = true
  tags                 = module.key.user_tags
}

resource "aws_iam_user_policy" "pmm_aws_integration" {
  name   = "pmm-aurora-os-metrics"
  user   = aws_iam_user.pmm_aws_integration.name
  policy = local.permissions
}

resource "aws_iam_user_policy" "allowed_sources" {
  count = local.restricted ? 1 : 0

  name   = "pmm-allowed-sources"
  user   = aws_iam_user.pmm_aws_integration.name
  policy = local.allowed_sources

  lifecycle {
    precondition {
      condition     = local.inline_characters <= 2048
      error_message = "The user's inline policies would have ${local.inline_characters} characters; AWS allows 2048 in all. Give fewer or wider allowed_source_ips, for example one /24 in place of its addresses."
    }
  }
}

# A grant added by hand shows in the next plan only because these two say what
# the user has, and that it has nothing else.
resource "aws_iam_user_policies_exclusive" "pmm_aws_integration" {
  user_name = aws_iam_user.pmm_aws_integration.name
  policy_names = concat(
    [aws_iam_user_policy.pmm_aws_integration.name],
    aws_iam_user_policy.allowed_sources[*].name,
  )
}

resource "aws_iam_user_policy_attachments_exclusive" "pmm_aws_integration" {
  user_name   = aws_iam_user.pmm_aws_integration.name
  policy_arns = []
}

module "key" {
  source = "../rotating-access-key"
  providers = {
    aws         = aws
    aws.secrets = aws.secrets
  }

  user_name      = aws_iam_user.pmm_aws_integration.name
  key_generation = var.key_generation
  previous_key   = var.previous_key
  secret_name    = var.secret_name
  kms_key_id     = var.kms_key_id
  secret_readers = var.secret_readers
}
