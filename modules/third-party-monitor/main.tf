data "aws_partition" "current" {}

locals {
  partition = data.aws_partition.current.partition

  # Sensitive keeps the text out of messages; the plan is where it is reviewed.
  custom = nonsensitive(try(jsonencode(jsondecode(var.policy_json)), null))

  # The policy file is written for the partition aws, so that a reviewer can
  # paste it into a policy simulator as it is.
  deny_data_access = jsonencode(jsondecode(replace(
    file("${path.module}/policies/deny-data-access.json"), "arn:aws:", "arn:${local.partition}:",
  )))

  # Both lists are read as texts, with an item in each line: to decode them
  # takes a tenth of a second, which every instance of the module would pay.
  hands_out_access         = file("${path.module}/policies/hands-out-access.json")
  refused_managed_policies = split("\n", replace(lower(file("${path.module}/policies/refused-managed-policies.json")), "/[ ,]/", ""))

  # A failed condition prints the values that it names, so no condition names
  # one of these three, which hold the text of the policy.
  statements = try(flatten([jsondecode(var.policy_json).Statement]), [])
  allowing   = [for statement in local.statements : statement if try(statement.Effect != "Deny", true)]
  allowed    = flatten([for statement in local.allowing : try(statement.Action, [])])

  is_policy = nonsensitive(var.policy_json == null || try(length(local.statements) > 0 && alltrue([
    for statement in local.statements :
    contains(["Allow", "Deny"], statement.Effect) &&
    can(statement.Action) != can(statement.NotAction) && can(statement.Resource) != can(statement.NotResource) &&
    length(setsubtract(keys(statement), ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"])) == 0 &&
    alltrue([for action in flatten([try(statement.Action, statement.NotAction)]) : can(regex("^([A-Za-z0-9*?-]+:[A-Za-z0-9*?-]+|[*]+)$", action))])
  ]), false))

  allows_the_rest = nonsensitive(anytrue([for statement in local.allowing : can(statement.NotAction)]))

  # Each pattern is matched as AWS matches it, * and ? and no case, against each action of the list.
  handed_out = nonsensitive(distinct(flatten([
    for action in local.allowed :
    try(regexall("(?mi)^ +\"(${replace(replace(action, "*", "[^\\n\"]*"), "?", "[^\\n\"]")})\",?$", local.hands_out_access), [])
  ])))

  inline_characters = length(coalesce(local.custom, " ")) + (var.deny_data_access ? length(local.deny_data_access) : 0)
}

resource "aws_iam_role" "monitor" {
  name                  = var.role_name
  permissions_boundary  = var.permissions_boundary
  path                  = var.iam_path
  force_detach_policies = true

  # The third party does not say which of its roles comes, so its whole account
  # is trusted; the external id is what tells its customers apart. AWS compares
  # it for sts:AssumeRole alone, so sts:TagSession, which grants nothing by
  # itself, has a statement without it.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${var.monitor_account_id}:root" }
        Action    = ["sts:AssumeRole"]
        Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
      },
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${var.monitor_account_id}:root" }
        Action    = ["sts:TagSession"]
      },
    ]
  })

  lifecycle {
    precondition {
      condition     = local.is_policy
      error_message = "policy_json is not an IAM policy document; expected JSON with at least one Statement, each with Effect (Allow or Deny), Action and Resource (or NotAction, NotResource) and no Principal, for example {\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"cloudwatch:GetMetricData\", \"Resource\": \"*\"}]}."
    }

    precondition {
      condition     = length(local.handed_out) == 0
      error_message = "policy_json lets the third party hand out access: it allows ${join(", ", try(chunklist(local.handed_out, 5)[0], []))}${length(local.handed_out) > 5 ? " and ${length(local.handed_out) - 5} more" : ""}; expected the reads that monitoring needs, each by its name or as Get*, List* and Describe*, for example \"cloudwatch:GetMetricData\"."
    }

    precondition {
      condition     = !local.allows_the_rest
      error_message = "policy_json has a statement that allows all but what its NotAction names; expected the reads that monitoring needs, each by its name or as Get*, List* and Describe*, for example \"cloudwatch:GetMetricData\"."
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
resource "aws_iam_role_policy_attachment" "managed" {
  count      = var.managed_policy == null ? 0 : 1
  depends_on = [aws_iam_role_policy.deny_data_access]

  role       = aws_iam_role.monitor.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${var.managed_policy}"
}

resource "aws_iam_role_policy" "custom" {
  count      = nonsensitive(var.policy_json == null) ? 0 : 1
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
