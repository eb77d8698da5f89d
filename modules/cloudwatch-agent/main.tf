data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

locals {
  partition  = data.aws_partition.current.partition
  account_id = data.aws_caller_identity.current.account_id
  managed_by = var.managed_by == null ? "Managed by Terraform." : "Managed by Terraform, ${var.managed_by}."

  kinds = {
    server = { name = "CloudWatchAgentServer", policy = "server", trust = "ec2", role = var.server_role, user = var.on_premises_server_user }
    admin  = { name = "CloudWatchAgentAdmin", policy = "admin", trust = "ec2", role = var.admin_role, user = var.on_premises_admin_user }
    hybrid = { name = "CloudWatchAgentHybrid", policy = "server", trust = "ssm", role = var.hybrid_activation, user = null }
  }
  role_purposes = {
    server = "EC2 instances run the CloudWatch agent with this role."
    admin  = "An EC2 instance stores the CloudWatch agent's configuration with this role."
    hybrid = "Servers outside EC2, registered by a hybrid activation, run the CloudWatch agent with this role."
  }
  policy_purposes = {
    server = "Lets the CloudWatch agent send metrics and logs and read its configuration."
    admin  = "Lets the CloudWatch agent send metrics and logs, and read and store its configuration."
  }

  roles     = { for kind, agent in local.kinds : kind => agent if agent.role }
  ec2_roles = { for kind, agent in local.roles : kind => agent if agent.trust == "ec2" }
  users     = { for kind, agent in local.kinds : kind => agent if agent.user != null }

  # Systems Manager manages a server outside EC2 only if the role lets it.
  ssm_roles          = { for kind, agent in local.roles : kind => agent if agent.trust == "ssm" || var.ssm_managed_policy != null }
  ssm_managed_policy = coalesce(var.ssm_managed_policy, "AmazonSSMManagedInstanceCore")

  trust = { for service, statement in {
    ec2 = {
      Principal = { Service = local.partition == "aws-cn" ? "ec2.amazonaws.com.cn" : "ec2.amazonaws.com" }
    }
    # A server may be activated in any region of this account, and of no other.
    ssm = {
      Principal = { Service = "ssm.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account_id }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:ssm:*:${local.account_id}:*" }
      }
    }
    } : service => jsonencode({
      Version   = "2012-10-17"
      Statement = [merge({ Effect = "Allow", Action = "sts:AssumeRole" }, statement)]
  }) }

  # The name of a parameter in a hierarchy begins with a slash, of which its
  # ARN has one and not two.
  parameters = sort(distinct([for prefix in var.parameter_prefixes : "arn:aws:ssm:*:*:parameter/${trimprefix(prefix, "/")}*"]))

  # The policy files are written for the partition aws and the default prefix,
  # so that a reviewer can paste them into a policy simulator as they are.
  documents = { for name in ["server", "admin", "parameter-store-deny"] : name => jsonencode(jsondecode(replace(
    replace(
      file("${path.module}/policies/${name}.json"),
      jsonencode("arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*"),
      length(local.parameters) == 1 ? jsonencode(local.parameters[0]) : jsonencode(local.parameters),
    ),
    "arn:aws:", "arn:${local.partition}:",
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
  for_each = toset([for agent in merge(local.roles, local.users) : agent.policy])

  name        = "${local.kinds[each.key].name}Policy"
  path        = var.iam_path
  description = "${local.policy_purposes[each.key]} ${local.managed_by}"
  policy      = local.documents[each.key]

  lifecycle {
    # AWS changes no policy's description: for another one, as of an imported
    # policy, Terraform would replace the policy, which is attached.
    ignore_changes = [description]

    precondition {
      condition     = length(local.documents[each.key]) <= 6144
      error_message = "${local.kinds[each.key].name}Policy would have ${length(local.documents[each.key])} characters; AWS allows 6144. Give fewer or shorter parameter_prefixes."
    }
  }
}

resource "aws_iam_role" "agent" {
  for_each = local.roles

  name                  = "${each.value.name}Role"
  description           = "${local.role_purposes[each.key]} ${local.managed_by}"
  permissions_boundary  = var.permissions_boundary
  path                  = var.iam_path
  force_detach_policies = true

  assume_role_policy = local.trust[each.value.trust]
}

resource "aws_iam_instance_profile" "agent" {
  for_each = local.ec2_roles

  name = aws_iam_role.agent[each.key].name
  path = var.iam_path
  role = aws_iam_role.agent[each.key].name
}

resource "aws_iam_role_policy_attachment" "agent" {
  for_each = local.roles

  role       = aws_iam_role.agent[each.key].name
  policy_arn = aws_iam_policy.agent[each.value.policy].arn
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
  policy_arn = "arn:${local.partition}:iam::aws:policy/${local.ssm_managed_policy}"
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
