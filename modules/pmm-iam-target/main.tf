data "aws_partition" "current" {}

locals {
  partition  = data.aws_partition.current.partition
  managed_by = var.managed_by == null ? "Managed by Terraform." : "Managed by Terraform, ${var.managed_by}."

  principals = sort(distinct(concat(
    ["arn:${local.partition}:iam::${var.pmm_account_id}:role/${var.pmm_ec2_role_name}"],
    var.additional_principals,
  )))

  # A statement per account, so that a role trusted in one account never opens
  # the door for a namesake in another.
  principals_by_account = { for arn in local.principals : split(":", arn)[4] => arn... }

  # AWS compares an external id for sts:AssumeRole alone. So with an id there are
  # two statements: under that condition sts:TagSession would never be allowed.
  assume_actions = var.external_id == null ? [["sts:AssumeRole", "sts:TagSession"]] : [["sts:AssumeRole"], ["sts:TagSession"]]

  # The policy files are written for the partition aws, so that a reviewer can
  # paste them into a policy simulator as they are.
  permissions = jsondecode(replace(
    file("${path.module}/policies/${var.permissions}.json"), "arn:aws:", "arn:${local.partition}:",
  ))
}

resource "aws_iam_role" "pmm_rds_monitoring" {
  name                  = "AmazonRDSforPMMrole"
  description           = "Percona PMM and Grafana assume this role to read CloudWatch metrics and RDS's Enhanced Monitoring. ${local.managed_by}"
  permissions_boundary  = var.permissions_boundary
  path                  = var.iam_path
  force_detach_policies = true

  # AWS stores a role ARN in Principal as the role's id: the trust could not be
  # made before the role, and would break when the role is replaced. The
  # account with the ARN in a condition has neither problem.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = flatten([for account, arns in local.principals_by_account : [for actions in local.assume_actions : {
      Effect    = "Allow"
      Principal = { AWS = "arn:${local.partition}:iam::${account}:root" }
      Action    = actions
      Condition = {
        StringEquals = { for key, value in {
          "aws:PrincipalArn"   = arns
          "aws:PrincipalOrgID" = var.organization_id
          "sts:ExternalId"     = contains(actions, "sts:AssumeRole") ? var.external_id : null
        } : key => value if value != null }
      }
    }]])
  })

  lifecycle {
    precondition {
      condition     = alltrue([for arn in local.principals : split(":", arn)[1] == local.partition])
      error_message = "A role trusts no one outside its own AWS partition. This account is in \"${local.partition}\"; additional_principals has ${join(", ", [for arn in local.principals : arn if split(":", arn)[1] != local.partition])}. Remove them, or give roles that start with arn:${local.partition}:iam::."
    }
  }
}

resource "aws_iam_role_policy" "pmm_rds_monitoring" {
  name   = "pmm-cloudwatch-rds-access"
  role   = aws_iam_role.pmm_rds_monitoring.id
  policy = jsonencode(local.permissions)
}

# A grant added by hand shows in the next plan only because these two say what
# the role has, and that it has nothing else.
resource "aws_iam_role_policies_exclusive" "pmm_rds_monitoring" {
  role_name    = aws_iam_role.pmm_rds_monitoring.name
  policy_names = [aws_iam_role_policy.pmm_rds_monitoring.name]
}

resource "aws_iam_role_policy_attachments_exclusive" "pmm_rds_monitoring" {
  role_name   = aws_iam_role.pmm_rds_monitoring.name
  policy_arns = []
}
