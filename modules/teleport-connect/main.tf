data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

locals {
  partition  = data.aws_partition.current.partition
  managed_by = var.managed_by == null ? "Managed by Terraform." : "Managed by Terraform, ${var.managed_by}."

  # The policy file is written for the partition aws and shows the form of a
  # resource, so that a reviewer sees all that can be granted in one place.
  document  = jsondecode(replace(file("${path.module}/policies/teleport-rds-db-connect.json"), "arn:aws:", "arn:${local.partition}:"))
  statement = one(local.document.Statement)
  pattern   = replace(one(local.statement.Resource), "ACCOUNT_ID", data.aws_caller_identity.current.account_id)

  # A region's name says its partition; a grant for another would match nothing.
  elsewhere = distinct([for database in var.databases : database.region if local.partition != (
    startswith(database.region, "cn-") ? "aws-cn" : startswith(database.region, "us-gov-") ? "aws-us-gov" : startswith(database.region, "eusc-") ? "aws-eusc" : "aws"
  )])

  # Each pair of a database and a user once, in the order of its key.
  grants = merge([for database in var.databases : {
    for user in distinct(database.db_users) : "${database.region}/${database.resource_id}/${user}" =>
    replace(replace(replace(local.pattern, "REGION", database.region), "RESOURCE_ID", database.resource_id), "DB_USER", user)
  }]...)

  permissions = jsonencode(merge(local.document, {
    Statement = [merge(local.statement, { Resource = sort(values(local.grants)) })]
  }))

  # AWS takes 10,240 characters inline. By its users alone a short list fits,
  # for no ARN has more than 106 beside its user: then resource ids may be known
  # after apply only. A longer list has to be known when it is planned.
  most_characters = sum(flatten([for database in var.databases : [for user in database.db_users : length(jsonencode(user)) + 106]]))
  is_split        = local.most_characters <= 10000 ? false : length(local.permissions) > 10240

  # A grant keeps the number of its policy whatever else is in the list.
  numbered = { for key, arn in local.grants : parseint(substr(sha256(key), 0, 8), 16) % 10 => arn... }

  # How many characters the list of a policy has at the end of each grant.
  filled = { for number, arns in local.numbered : number => [
    for index, arn in arns : { arn = arn, end = sum([for before in slice(arns, 0, index + 1) : length(jsonencode(before)) + 1]) }
  ] }
  room = 6144 - length(jsonencode(merge(local.document, { Statement = [merge(local.statement, { Resource = [] })] })))

  managed = local.is_split ? tomap({ for number, grants in local.filled : number => jsonencode(merge(local.document, {
    Statement = [merge(local.statement, { Resource = sort([for grant in grants : grant.arn if grant.end <= local.room]) })]
  })) }) : tomap({})

  # What fits into no managed policy, and the last of what does: a grant that
  # is pushed out by another is in one of the two at every moment.
  rest = sort(flatten([for grants in local.filled : [for grant in grants : grant.arn if grant.end > local.room - 512]]))

  inline = !local.is_split ? local.permissions : length(local.rest) == 0 ? local.in_managed_policies : jsonencode(merge(local.document, {
    Statement = [merge(local.statement, { Resource = local.rest })]
  }))
  in_managed_policies = jsonencode(jsondecode(file("${path.module}/policies/in-managed-policies.json")))

  # AWS compares an external id for sts:AssumeRole alone. So with an id there are
  # two statements: under that condition sts:TagSession would never be allowed.
  assume_actions = var.external_id == null ? [["sts:AssumeRole", "sts:TagSession"]] : [["sts:AssumeRole"], ["sts:TagSession"]]
}

resource "aws_iam_role" "teleport_database_access" {
  name                  = "TeleportDatabaseAccess"
  description           = "Teleport assumes this role to connect to databases with IAM authentication. ${local.managed_by}"
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

# The inline policy is there always, so that the move to managed policies
# updates it in place: it is emptied after the last of them is attached.
resource "aws_iam_role_policy" "teleport_database_access" {
  name       = "teleport-rds-db-connect"
  role       = aws_iam_role.teleport_database_access.id
  policy     = local.inline
  depends_on = [aws_iam_role_policy_attachment.teleport_database_access]

  lifecycle {
    precondition {
      condition     = length(local.elsewhere) == 0
      error_message = "databases has the region ${join(", ", local.elsewhere)}, which is not in this account's partition, ${local.partition}. Give the region that the database is in."
    }

    precondition {
      condition     = length(local.inline) <= 10240
      error_message = "The role's ten managed policies are full, and its inline policy would have ${length(local.inline)} characters; AWS allows 10240. Give fewer users, or [\"*\"] for databases that should be open to all of theirs."
    }
  }
}

resource "aws_iam_policy" "teleport_database_access" {
  for_each = local.managed

  name        = "teleport-rds-db-connect-${each.key}"
  path        = var.iam_path
  description = "Databases and users that Teleport may connect to through the role TeleportDatabaseAccess, as one of up to ten policies. ${local.managed_by}"
  policy      = each.value

  # AWS changes no policy's description: for another one Terraform would
  # replace the policy, which is attached. create_before_destroy spreads from
  # the attachments, and OpenTofu does not keep in the state what spreads: it
  # would end with a cycle (tried with 1.12).
  lifecycle {
    create_before_destroy = true
    ignore_changes        = [description]
  }
}

resource "aws_iam_role_policy_attachment" "teleport_database_access" {
  for_each = local.managed

  role       = aws_iam_role.teleport_database_access.name
  policy_arn = aws_iam_policy.teleport_database_access[each.key].arn

  # With it, the inline policy is full again before the first of these goes.
  # No key is near it: it spreads to the policies and the role alone.
  lifecycle {
    create_before_destroy = true
  }
}

# A grant added by hand shows in the next plan only because these two say what
# the role has, and that it has nothing else.
resource "aws_iam_role_policies_exclusive" "teleport_database_access" {
  role_name    = aws_iam_role.teleport_database_access.name
  policy_names = [aws_iam_role_policy.teleport_database_access.name]
}

# It would detach what is no longer listed, so it waits for the inline policy.
resource "aws_iam_role_policy_attachments_exclusive" "teleport_database_access" {
  role_name   = aws_iam_role.teleport_database_access.name
  policy_arns = [for policy in aws_iam_policy.teleport_database_access : policy.arn]
  depends_on  = [aws_iam_role_policy.teleport_database_access]
}
