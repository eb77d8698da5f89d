data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

locals {
  partition = data.aws_partition.current.partition

  # The policy file is written for the partition aws and shows the form of a
  # resource, so that a reviewer sees all that can be granted in one place.
  document  = jsondecode(replace(file("${path.module}/policies/teleport-rds-db-connect.json"), "arn:aws:", "arn:${local.partition}:"))
  statement = one(local.document.Statement)
  pattern   = replace(one(local.statement.Resource), "ACCOUNT_ID", data.aws_caller_identity.current.account_id)

  resources = sort(distinct(flatten([for database in var.databases : [for user in database.db_users :
    replace(replace(replace(local.pattern, "REGION", database.region), "RESOURCE_ID", database.resource_id), "DB_USER", user)
  ]])))

  permissions = jsonencode(merge(local.document, {
    Statement = [merge(local.statement, { Resource = local.resources })]
  }))
  inline_characters = length(local.permissions)

  # AWS compares an external id for sts:AssumeRole alone. So with an id there are
  # two statements: under that condition sts:TagSession would never be allowed.
  assume_actions = var.external_id == null ? [["sts:AssumeRole", "sts:TagSession"]] : [["sts:AssumeRole"], ["sts:TagSession"]]
}

resource "aws_iam_role" "teleport_database_access" {
  name                  = "TeleportDatabaseAccess"
  permissions_boundary  = var.permissions_boundary
  path                  = var.iam_path
  force_detach_policies = true

  # AWS stores a role ARN in Principal as the role's id: the trust could not be
  # made before the role, and would break when the role is replaced. The
  # account with the ARN in a condition has neither problem.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for actions in local.assume_actions : {
      Effect    = "Allow"
      Principal = { AWS = "arn:${local.partition}:iam::${split(":", var.teleport_role_arn)[4]}:root" }
      Action    = actions
      Condition = {
        StringEquals = { for key, value in {
          "aws:PrincipalArn"   = [var.teleport_role_arn]
          "aws:PrincipalOrgID" = var.organization_id
          "sts:ExternalId"     = contains(actions, "sts:AssumeRole") ? var.external_id : null
        } : key => value if value != null }
      }
    }]
  })

  lifecycle {
    precondition {
      condition     = split(":", var.teleport_role_arn)[1] == local.partition
      error_message = "A role trusts no one outside its own AWS partition. This account is in \"${local.partition}\"; teleport_role_arn is \"${var.teleport_role_arn}\". Give a role that starts with arn:${local.partition}:iam::."
    }
  }
}

resource "aws_iam_role_policy" "teleport_database_access" {
  name   = "teleport-rds-db-connect"
  role   = aws_iam_role.teleport_database_access.id
  policy = local.permissions

  lifecycle {
    precondition {
      condition     = local.inline_characters <= 10240
      error_message = "The role's inline policy would have ${local.inline_characters} characters; AWS allows 10240. Give fewer users, or [\"*\"] for databases that should be open to all of theirs."
    }
  }
}

# A grant added by hand shows in the next plan only because these two say what
# the role has, and that it has nothing else.
resource "aws_iam_role_policies_exclusive" "teleport_database_access" {
  role_name    = aws_iam_role.teleport_database_access.name
  policy_names = [aws_iam_role_policy.teleport_database_access.name]
}

resource "aws_iam_role_policy_attachments_exclusive" "teleport_database_access" {
  role_name   = aws_iam_role.teleport_database_access.name
  policy_arns = []
}
