data "aws_partition" "current" {}

locals {
  partition = data.aws_partition.current.partition

  kinds = {
    server = { name = "CloudWatchAgentServer", role = var.server_role, user = var.on_premises_server_user }
    admin  = { name = "CloudWatchAgentAdmin", role = var.admin_role, user = var.on_premises_admin_user }
  }
  roles     = { for kind, agent in local.kinds : kind => agent if agent.role }
  users     = { for kind, agent in local.kinds : kind => agent if agent.user != null }
  ssm_roles = { for kind, agent in local.roles : kind => agent if var.ssm_managed_policy != null }

  # The policy files are written for the partition aws, so that a reviewer can
  # paste them into a policy simulator as they are.
  documents = { for name in ["server", "admin", "parameter-store-deny"] : name => jsonencode(jsondecode(replace(
    file("${path.module}/policies/${name}.json"), "arn:aws:", "arn:${local.partition}:",
  ))) }

  # A request over the internet carries no VPC and one through a VPC endpoint no
  # public address: IfExists counts what is missing as not matching, so a
  # request is denied unless one of the two lists has it.
  allowed_sources = { for kind, agent in local.users : kind => jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "OnlyFromAllowedSources"
      Effect   = "Deny"
      Action   = "*"
      Resource = "*"
      Condition = { for operator, keys in {
        NotIpAddressIfExists    = { "aws:SourceIp" = sort(distinct(agent.user.allowed_source_ips)) }
        StringNotEqualsIfExists = { "aws:SourceVpc" = sort(distinct(agent.user.allowed_source_vpcs)) }
      } : operator => keys if length(one(values(keys))) > 0 }
    }]
  }) if length(agent.user.allowed_source_ips) + length(agent.user.allowed_source_vpcs) > 0 }
}

resource "aws_iam_policy" "agent" {
  for_each = merge(local.roles, local.users)

  name   = "${each.value.name}Policy"
  path   = var.iam_path
  policy = local.documents[each.key]
}

resource "aws_iam_role" "agent" {
  for_each = local.roles

  name                  = "${each.value.name}Role"
  permissions_boundary  = var.permissions_boundary
  path                  = var.iam_path
  force_detach_policies = true

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = local.partition == "aws-cn" ? "ec2.amazonaws.com.cn" : "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_instance_profile" "agent" {
  for_each = local.roles

  name = aws_iam_role.agent[each.key].name
  path = var.iam_path
  role = aws_iam_role.agent[each.key].name
}

resource "aws_iam_role_policy_attachment" "agent" {
  for_each = local.roles

  role       = aws_iam_role.agent[each.key].name
  policy_arn = aws_iam_policy.agent[each.key].arn
}

# AWS's policy for Systems Manager reads every parameter of the account; the
# Deny comes first, so that there is no moment without it.
resource "aws_iam_role_policy" "parameter_store" {
  for_each = local.ssm_roles

  name   = "cloudwatch-agent-parameter-store"
  role   = aws_iam_role.agent[each.key].id
  policy = local.documents["parameter-store-deny"]
}

resource "aws_iam_role_policy_attachment" "ssm" {
  for_each   = local.ssm_roles
  depends_on = [aws_iam_role_policy.parameter_store]

  role       = aws_iam_role.agent[each.key].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${var.ssm_managed_policy}"
}

# A grant added by hand shows in the next plan only because these, here and for
# the users, say what each has, and that it has nothing else.
resource "aws_iam_role_policies_exclusive" "agent" {
  for_each = local.roles

  role_name    = aws_iam_role.agent[each.key].name
  policy_names = [for kind, policy in aws_iam_role_policy.parameter_store : policy.name if kind == each.key]
}

resource "aws_iam_role_policy_attachments_exclusive" "agent" {
  for_each = local.roles

  role_name = aws_iam_role.agent[each.key].name
  policy_arns = concat(
    [aws_iam_role_policy_attachment.agent[each.key].policy_arn],
    [for kind, attachment in aws_iam_role_policy_attachment.ssm : attachment.policy_arn if kind == each.key],
  )
}

resource "aws_iam_user" "agent" {
  for_each = local.users

  name                 = "${each.value.name}User"
  permissions_boundary = var.permissions_boundary
  path                 = var.iam_path
  force_destroy        = true

  # What module.key[each.key].user_tags would say: with for_each that would wait
  # for the whole module, keys and all, and the keys wait for this user.
  tags = { "pmm-iam:key-generation" = tostring(each.value.user.key_generation) }
}

resource "aws_iam_user_policy_attachment" "agent" {
  for_each = local.users

  user       = aws_iam_user.agent[each.key].name
  policy_arn = aws_iam_policy.agent[each.key].arn
}

resource "aws_iam_user_policy" "allowed_sources" {
  for_each = local.allowed_sources

  name   = "cloudwatch-agent-allowed-sources"
  user   = aws_iam_user.agent[each.key].name
  policy = each.value

  lifecycle {
    precondition {
      condition     = length(each.value) <= 2048
      error_message = "The inline policy of ${local.kinds[each.key].name}User would have ${length(each.value)} characters; AWS allows 2048. Give fewer or wider allowed_source_ips, for example one /24 in place of its addresses."
    }
  }
}

resource "aws_iam_user_policies_exclusive" "agent" {
  for_each = local.users

  user_name    = aws_iam_user.agent[each.key].name
  policy_names = [for kind, policy in aws_iam_user_policy.allowed_sources : policy.name if kind == each.key]
}

resource "aws_iam_user_policy_attachments_exclusive" "agent" {
  for_each = local.users

  user_name   = aws_iam_user.agent[each.key].name
  policy_arns = [aws_iam_user_policy_attachment.agent[each.key].policy_arn]
}

module "key" {
  source   = "../rotating-access-key"
  for_each = local.users
  providers = {
    aws         = aws
    aws.secrets = aws.secrets
  }

  user_name      = aws_iam_user.agent[each.key].name
  key_generation = each.value.user.key_generation
  previous_key   = each.value.user.previous_key
  secret_name    = each.value.user.secret_name
  kms_key_id     = var.kms_key_id
  secret_readers = var.secret_readers
}
