data "aws_partition" "current" {}

locals {
  partition  = data.aws_partition.current.partition
  bucket_arn = "arn:${local.partition}:s3:::${var.bucket}"

  # A $ begins a policy variable in IAM; written as one, it is text again.
  prefixes = [for prefix in var.prefixes : replace(prefix, "$", "$${$}")]

  # The document is written for one bucket and every object, so that a reviewer
  # can read it as it is; what this account has takes their place.
  statements = jsondecode(file("${path.module}/policies/read-exports.json")).Statement
  resources = {
    ListBucket  = local.bucket_arn
    ReadObjects = [for prefix in local.prefixes : "${local.bucket_arn}/${prefix}*"]
  }
  conditions = {
    ListBucket = { StringLike = { "s3:prefix" = [for prefix in local.prefixes : "${prefix}*"] } }
  }
}

# The account is the principal and the role's ARN a condition: such a trust can
# be made before the role, and outlives its re-creation.
resource "aws_iam_role" "backup_reader" {
  name                  = "backup-reader"
  description           = "A backup account assumes this role to test restores of the database exports. Managed by Terraform."
  permissions_boundary  = var.permissions_boundary
  force_detach_policies = true

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:${local.partition}:iam::${var.reader.account_id}:root" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { for key, value in {
          "aws:PrincipalArn" = "arn:${local.partition}:iam::${var.reader.account_id}:role/${var.reader.role_name}"
          "sts:ExternalId"   = var.reader.external_id
        } : key => value if value != null }
      }
    }]
  })
}

resource "aws_iam_role_policy" "backup_reader" {
  name = "read-exports"
  role = aws_iam_role.backup_reader.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for statement in local.statements : merge(
      statement,
      { Resource = local.resources[statement.Sid] },
      { for key, value in local.conditions : "Condition" => value if key == statement.Sid },
    )]
  })
}

# A grant added by hand shows in the next plan only because these two say what
# the role has, and that it has nothing else.
resource "aws_iam_role_policies_exclusive" "backup_reader" {
  role_name    = aws_iam_role.backup_reader.name
  policy_names = [aws_iam_role_policy.backup_reader.name]
}

resource "aws_iam_role_policy_attachments_exclusive" "backup_reader" {
  role_name   = aws_iam_role.backup_reader.name
  policy_arns = []
}
