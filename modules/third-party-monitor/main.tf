data "aws_partition" "current" {}

locals {
  partition  = data.aws_partition.current.partition
  managed_by = var.managed_by == null ? "Managed by Terraform." : "Managed by Terraform, ${var.managed_by}."

  # A statement per account, so that a role or user trusted in one account
  # never opens the door for a namesake in another.
  principals = { for principal in sort(distinct(concat(
    var.monitor_account_id == null ? [] : [var.monitor_account_id], var.principals,
  ))) : startswith(principal, "arn:") ? split(":", principal)[4] : principal => principal... }

  # The roles and users that are trusted in an account; none: all of it.
  trusted = { for account, principals in local.principals : account => { for key, arns in {
    "aws:PrincipalArn" = [for principal in principals : principal if principal != account]
  } : key => arns if length(arns) > 0 } }

  # An ARN in Principal would be stored as the role's id: the trust could not be
  # made before the role, and would break when the role is replaced. The account
  # with the ARN in a condition has neither problem.
  #
  # AWS compares the external id for sts:AssumeRole alone, so sts:TagSession,
  # which grants nothing by itself, has a statement without it.
  trust = jsonencode({
    Version = "2012-10-17"
    Statement = flatten([for account, who in local.trusted : [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${account}:root" }
        Action    = ["sts:AssumeRole"]
        Condition = { StringEquals = merge(who, { "sts:ExternalId" = var.external_id }) }
      },
      merge(
        {
          Effect    = "Allow"
          Principal = { AWS = "arn:${local.partition}:iam::${account}:root" }
          Action    = ["sts:TagSession"]
        },
        { for key, value in { Condition = { StringEquals = who } } : key => value if length(who) > 0 },
      ),
    ]])
  })

  # Sensitive keeps the text out of messages; the plan is where it is reviewed.
  custom    = nonsensitive(try(jsonencode(jsondecode(var.policy_json)), null))
  documents = { for name, text in nonsensitive(var.policy_documents) : name => try(jsonencode(jsondecode(text)), null) }

  # The policy file is written for the partition aws, so that a reviewer can
  # paste it into a policy simulator as it is.
  deny_data_access = jsonencode(jsondecode(replace(
    file("${path.module}/policies/deny-data-access.json"), "arn:aws:", "arn:${local.partition}:",
  )))

  # Both lists are read as texts, with an item in each line: to decode them
  # takes a tenth of a second, which every instance of the module would pay.
  hands_out_access         = file("${path.module}/policies/hands-out-access.json")
  refused_managed_policies = split("\n", replace(lower(file("${path.module}/policies/refused-managed-policies.json")), "/[ ,]/", ""))

  allowing = [for statement in local.statements : statement if try(statement.Effect != "Deny", true)]
  allowed  = flatten([for statement in local.allowing : try(statement.Action, [])])

  allows_the_rest = nonsensitive(anytrue([for statement in local.allowing : can(statement.NotAction)]))

  # Each pattern is matched as AWS matches it, * and ? and no case, against each action of the list.
  handed_out = nonsensitive(distinct(flatten([
    for action in local.allowed :
    try(regexall("(?mi)^ +\"(${replace(replace(action, "*", "[^\\n\"]*"), "?", "[^\\n\"]")})\",?$", local.hands_out_access), [])
  ])))

  aws_policies      = toset(concat(var.managed_policy == null ? [] : [var.managed_policy], var.managed_policies))
  attachments       = length(local.aws_policies) + length(local.document_names)
  document_names    = nonsensitive(keys(var.policy_documents))
  inline_characters = length(coalesce(local.custom, " ")) + (var.deny_data_access ? length(local.deny_data_access) : 0)
}

resource "aws_iam_role" "monitor" {
  name                  = var.role_name
  description           = "A third party assumes this role, with its external id, to monitor this account. ${local.managed_by}"
  permissions_boundary  = var.permissions_boundary
  path                  = var.iam_path
  force_detach_policies = true

  # The external id is what tells the third party's customers apart.
  assume_role_policy = local.trust

  lifecycle {
    precondition {
      condition     = alltrue([for principal in var.principals : !startswith(principal, "arn:") || startswith(principal, "arn:${local.partition}:")])
      error_message = "A role trusts no one outside its own AWS partition. This account is in \"${local.partition}\"; principals has ${join(", ", [for principal in var.principals : principal if startswith(principal, "arn:") && !startswith(principal, "arn:${local.partition}:")])}. Remove them, or give ARNs that start with arn:${local.partition}:iam::."
    }

    precondition {
      condition     = length(local.trust) <= 2048
      error_message = "The role's trust policy would have ${length(local.trust)} characters; AWS allows 2048. Name fewer principals, or an account by its id instead of its roles."
    }

    precondition {
      condition     = local.attachments <= 10
      error_message = "The role would have ${local.attachments} managed policies; AWS allows 10. Put the statements of several policy_documents into one of at most 6144 characters, or leave a policy out."
    }

    precondition {
      condition     = length(local.malformed) == 0
      error_message = "policy_json, or one of policy_documents, is a policy document that IAM refuses: ${join("; ", local.malformed)}. Expected for example {\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"cloudwatch:GetMetricData\", \"Resource\": \"*\"}]}."
    }

    precondition {
      condition     = length(local.handed_out) == 0
      error_message = "policy_json or policy_documents lets the third party hand out access: it allows ${join(", ", try(chunklist(local.handed_out, 5)[0], []))}${length(local.handed_out) > 5 ? " and ${length(local.handed_out) - 5} more" : ""}; expected the reads that monitoring needs, each by its name or as Get*, List* and Describe*, for example \"cloudwatch:GetMetricData\"."
    }

    precondition {
      condition     = !local.allows_the_rest
      error_message = "policy_json or policy_documents has a statement that allows all but what its NotAction names; expected the reads that monitoring needs, each by its name or as Get*, List* and Describe*, for example \"cloudwatch:GetMetricData\"."
    }
  }
}

resource "aws_iam_role_policy" "deny_data_access" {
  count = var.deny_data_access ? 1 : 0

  name   = "deny-data-access"
  role   = aws_iam_role.monitor.id
  policy = local.deny_data_access
}

# The grants come after the Deny, so that there is no moment without it.
#
# Each of AWS's policies has one address, by its name, in whichever variable it
# is: one that stays is never attached under one address while it is detached
# under another, which may leave the role without it.
resource "aws_iam_role_policy_attachment" "listed" {
  for_each   = local.aws_policies
  depends_on = [aws_iam_role_policy.deny_data_access]

  role       = aws_iam_role.monitor.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.key}"
}

# Where the policy of managed_policy was before. It stays attached; what no
# longer belongs to the role is detached by the exclusive resource below.
removed {
  from = aws_iam_role_policy_attachment.managed

  lifecycle {
    destroy = false
  }
}

resource "aws_iam_policy" "document" {
  for_each = toset(local.document_names)

  name        = "${aws_iam_role.monitor.name}-${each.key}"
  path        = var.iam_path
  description = "What a third party may do with the role ${var.role_name}, as one of its policies. ${local.managed_by}"
  policy      = local.documents[each.key]

  lifecycle {
    # AWS changes no policy's description: for another one Terraform would
    # replace the policy, which is attached.
    ignore_changes = [description]

    precondition {
      condition     = length(local.documents[each.key]) <= 6144
      error_message = "The policy ${var.role_name}-${each.key} would have ${length(local.documents[each.key])} characters; AWS allows 6144. Split policy_documents[\"${each.key}\"] in two, or shorten it with Get* or List* where a service's calls are all wanted."
    }
  }
}

resource "aws_iam_role_policy_attachment" "document" {
  for_each   = toset(local.document_names)
  depends_on = [aws_iam_role_policy.deny_data_access]

  role       = aws_iam_role.monitor.name
  policy_arn = aws_iam_policy.document[each.key].arn
}

# What moves from here to a managed policy goes after that one is attached.
resource "aws_iam_role_policy" "custom" {
  count      = nonsensitive(var.policy_json == null) ? 0 : 1
  depends_on = [aws_iam_role_policy.deny_data_access, aws_iam_role_policy_attachment.document]

  name   = "monitoring-access"
  role   = aws_iam_role.monitor.id
  policy = local.custom

  lifecycle {
    precondition {
      condition     = local.inline_characters <= 10240
      error_message = "The role's inline policies would have ${local.inline_characters} characters; AWS allows 10240 in all. Move statements of policy_json to policy_documents, or shorten it with Get* or List* where a service's calls are all wanted."
    }
  }
}

# A grant added by hand shows in the next plan only because these two say what
# the role has, and that it has nothing else. They come last: a policy that was
# attached under one address and detached under another is attached again.
resource "aws_iam_role_policies_exclusive" "monitor" {
  role_name = aws_iam_role.monitor.name
  policy_names = concat(
    aws_iam_role_policy.deny_data_access[*].name,
    aws_iam_role_policy.custom[*].name,
  )
}

resource "aws_iam_role_policy_attachments_exclusive" "monitor" {
  role_name = aws_iam_role.monitor.name
  policy_arns = concat(
    values(aws_iam_role_policy_attachment.listed)[*].policy_arn,
    values(aws_iam_role_policy_attachment.document)[*].policy_arn,
  )
}
