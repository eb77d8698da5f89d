data "aws_partition" "current" {}

locals {
  partition  = data.aws_partition.current.partition
  managed_by = var.managed_by == null ? "Managed by Terraform." : "Managed by Terraform, ${var.managed_by}."

  # The policy file is written for the partition aws, so that a reviewer can
  # paste it into a policy simulator as it is.
  permissions = jsondecode(replace(
    file("${path.module}/policies/read-backups.json"), "arn:aws:", "arn:${local.partition}:",
  ))
}

resource "aws_iam_role" "backup_audit" {
  name                  = "AcmeBackupAudit"
  description           = "Acme's auditors assume this role to see whether databases are backed up. ${local.managed_by}"
  permissions_boundary  = var.permissions_boundary
  path                  = var.iam_path
  force_detach_policies = true

  # The role's account as principal, and the exact role in a condition: AWS
  # would store the ARN of a role in Principal as an id that dies with the role.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:${local.partition}:iam::${split(":", var.auditor_role_arn)[4]}:root" }
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Condition = {
        StringEquals = { for key, value in {
          "aws:PrincipalArn"   = [var.auditor_role_arn]
          "aws:PrincipalOrgID" = var.organization_id
        } : key => value if value != null }
      }
    }]
  })
}

resource "aws_iam_role_policy" "backup_audit" {
  name   = "read-backups"
  role   = aws_iam_role.backup_audit.id
  policy = jsonencode(local.permissions)
}

# A grant that someone adds by hand shows in the next plan, because these two
# say that the role has the policy above and nothing else.
resource "aws_iam_role_policies_exclusive" "backup_audit" {
  role_name    = aws_iam_role.backup_audit.name
  policy_names = [aws_iam_role_policy.backup_audit.name]
}

resource "aws_iam_role_policy_attachments_exclusive" "backup_audit" {
  role_name   = aws_iam_role.backup_audit.name
  policy_arns = []
}
