mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "222222222222" }
  }
  mock_data "aws_iam_users" {
    defaults = { names = [] }
  }
  mock_data "aws_iam_access_keys" {
    defaults = { access_keys = [] }
  }
}

mock_provider "aws" {
  alias = "secrets"
}

run "the_server_role_alone_by_default" {
  command = plan

  assert {
    condition     = keys(aws_iam_role.agent) == ["server"] && keys(aws_iam_policy.agent) == ["server"] && length(aws_iam_user.agent) == 0 && length(module.key) == 0
    error_message = "Writing to Parameter Store, and users, are only made where asked for."
  }

  assert {
    condition     = aws_iam_role.agent["server"].name == "CloudWatchAgentServerRole" && aws_iam_instance_profile.agent["server"].name == "CloudWatchAgentServerRole" && aws_iam_policy.agent["server"].name == "CloudWatchAgentServerPolicy"
    error_message = "The names in AWS are those of the guide, the instance profile's the role's."
  }

  assert {
    condition = jsondecode(aws_iam_role.agent["server"].assume_role_policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
      ]}
    JSON
    )
    error_message = "EC2 hands the role to its instances, and no one else does."
  }

  assert {
    condition = jsondecode(aws_iam_policy.agent["server"].policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "CloudWatchAgentServerPolicy", "Effect": "Allow", "Action": [
          "cloudwatch:PutMetricData", "ec2:DescribeTags", "ec2:DescribeVolumes", "logs:CreateLogGroup", "logs:CreateLogStream",
          "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents", "logs:PutRetentionPolicy"
        ], "Resource": "*"},
        {"Sid": "ReadAgentConfiguration", "Effect": "Allow", "Action": "ssm:GetParameter",
          "Resource": "arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*"}
      ]}
    JSON
    )
    error_message = "The server policy reads the agent's parameters and no other."
  }

  assert {
    condition     = aws_iam_role.agent["server"].force_detach_policies && length(aws_iam_role_policies_exclusive.agent["server"].policy_names) == 0 && length(aws_iam_role_policy_attachment.ssm) == 0
    error_message = "The role has no inline policy and no policy of Systems Manager unless asked for."
  }
}

run "the_admin_role_stores_the_configuration" {
  command = plan

  variables {
    server_role          = false
    admin_role           = true
    permissions_boundary = "arn:aws:iam::222222222222:policy/pmm-boundary"
  }

  assert {
    condition     = keys(aws_iam_role.agent) == ["admin"] && aws_iam_role.agent["admin"].name == "CloudWatchAgentAdminRole" && aws_iam_instance_profile.agent["admin"].name == "CloudWatchAgentAdminRole" && aws_iam_policy.agent["admin"].name == "CloudWatchAgentAdminPolicy"
    error_message = "The names in AWS are those of the guide."
  }

  assert {
    condition = jsondecode(aws_iam_policy.agent["admin"].policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "CloudWatchAgentAdminPolicy", "Effect": "Allow", "Action": [
          "cloudwatch:PutMetricData", "ec2:DescribeTags", "ec2:DescribeVolumes", "logs:CreateLogGroup", "logs:CreateLogStream",
          "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents", "logs:PutRetentionPolicy"
        ], "Resource": "*"},
        {"Sid": "ReadAndStoreAgentConfiguration", "Effect": "Allow", "Action": ["ssm:GetParameter", "ssm:PutParameter"],
          "Resource": "arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*"}
      ]}
    JSON
    )
    error_message = "The admin policy writes the agent's parameters and no other."
  }

  assert {
    condition     = aws_iam_role.agent["admin"].permissions_boundary == "arn:aws:iam::222222222222:policy/pmm-boundary"
    error_message = "The boundary is on the role."
  }
}

run "a_user_without_the_role" {
  command = plan

  variables {
    server_role = false
    on_premises_server_user = {
      secret_name        = "cloudwatch-agent/server/orders-prod"
      key_generation     = 2
      allowed_source_ips = ["198.51.100.7/32"]
    }
    permissions_boundary = "arn:aws:iam::222222222222:policy/pmm-boundary"
  }

  assert {
    condition     = length(aws_iam_role.agent) == 0 && keys(aws_iam_policy.agent) == ["server"] && keys(module.key) == ["server"] && aws_iam_user_policy_attachment.agent["server"].user == "CloudWatchAgentServerUser"
    error_message = "The policy is made for the user as well."
  }

  assert {
    condition     = aws_iam_user.agent["server"].name == "CloudWatchAgentServerUser" && aws_iam_user.agent["server"].tags == tomap({ "pmm-iam:key-generation" = "2" }) && aws_iam_user.agent["server"].tags == tomap(module.key["server"].user_tags) && aws_iam_user.agent["server"].force_destroy
    error_message = "The user has the guide's name and carries the generation of its keys."
  }

  assert {
    condition     = aws_iam_user.agent["server"].permissions_boundary == "arn:aws:iam::222222222222:policy/pmm-boundary"
    error_message = "The boundary is on the user."
  }

  assert {
    condition = jsondecode(aws_iam_user_policy.allowed_sources["server"].policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [{
        "Sid": "OnlyFromAllowedSources", "Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"NotIpAddressIfExists": {"aws:SourceIp": ["198.51.100.7/32"]}}
      }]}
    JSON
    )
    error_message = "The key works from this address only."
  }

  assert {
    condition     = aws_iam_user_policies_exclusive.agent["server"].policy_names == toset(["cloudwatch-agent-allowed-sources"])
    error_message = "The Deny is the user's only inline policy."
  }
}

run "everything_at_once" {
  command = plan

  variables {
    admin_role              = true
    on_premises_server_user = { secret_name = "cloudwatch-agent/server/orders-prod" }
    on_premises_admin_user = {
      secret_name         = "cloudwatch-agent/admin/orders-prod"
      allowed_source_vpcs = ["vpc-0abc"]
    }
    ssm_managed_policy = "AmazonSSMManagedInstanceCore"
  }

  assert {
    condition     = keys(aws_iam_role.agent) == ["admin", "server"] && keys(aws_iam_user.agent) == ["admin", "server"] && keys(module.key) == ["admin", "server"]
    error_message = "Both kinds are made, each with its user."
  }

  assert {
    condition     = keys(aws_iam_user_policy.allowed_sources) == ["admin"] && jsondecode(aws_iam_user_policy.allowed_sources["admin"].policy).Statement[0].Condition == { StringNotEqualsIfExists = { "aws:SourceVpc" = ["vpc-0abc"] } }
    error_message = "Each user has its own sources."
  }

  assert {
    condition     = { for kind, attachment in aws_iam_role_policy_attachment.ssm : kind => attachment.policy_arn } == { admin = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore", server = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" }
    error_message = "Systems Manager's policy is on both roles."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.parameter_store["server"].policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [{
        "Sid": "NoOtherParameters", "Effect": "Deny",
        "Action": ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:GetParameterHistory", "ssm:PutParameter"],
        "NotResource": "arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*"
      }]}
    JSON
    )
    error_message = "A Deny keeps Systems Manager's policy off every other parameter."
  }

  assert {
    condition     = alltrue([for exclusive in aws_iam_role_policies_exclusive.agent : exclusive.policy_names == toset(["cloudwatch-agent-parameter-store"])])
    error_message = "The Deny is the roles' only inline policy."
  }
}

run "another_partition" {
  command = plan

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-cn" }
  }

  assert {
    condition     = jsondecode(aws_iam_role.agent["server"].assume_role_policy).Statement[0].Principal.Service == "ec2.amazonaws.com.cn"
    error_message = "EC2 has a name of its own in China."
  }

  assert {
    condition     = jsondecode(aws_iam_policy.agent["server"].policy).Statement[1].Resource == "arn:aws-cn:ssm:*:*:parameter/AmazonCloudWatch-*"
    error_message = "The permissions follow the partition."
  }
}

run "a_hybrid_activation_without_a_key" {
  command = plan

  variables {
    server_role          = false
    hybrid_activation    = true
    permissions_boundary = "arn:aws:iam::222222222222:policy/pmm-boundary"
  }

  assert {
    condition     = keys(aws_iam_role.agent) == ["hybrid"] && aws_iam_role.agent["hybrid"].name == "CloudWatchAgentHybridRole" && aws_iam_role.agent["hybrid"].permissions_boundary == "arn:aws:iam::222222222222:policy/pmm-boundary"
    error_message = "The role alone is made, under the boundary."
  }

  assert {
    condition     = length(aws_iam_instance_profile.agent) == 0 && length(aws_iam_user.agent) == 0 && length(module.key) == 0
    error_message = "No instance bears the role, and there is no key."
  }

  assert {
    condition = jsondecode(aws_iam_role.agent["hybrid"].assume_role_policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole",
        "Condition": {
          "StringEquals": {"aws:SourceAccount": "222222222222"},
          "ArnLike": {"aws:SourceArn": "arn:aws:ssm:*:222222222222:*"}
        }
      }]}
    JSON
    )
    error_message = "Systems Manager hands the role out, for servers of this account."
  }

  assert {
    condition     = keys(aws_iam_policy.agent) == ["server"] && keys(aws_iam_role_policy_attachment.agent) == ["hybrid"]
    error_message = "The role has the server's policy."
  }

  assert {
    condition     = { for kind, attachment in aws_iam_role_policy_attachment.ssm : kind => attachment.policy_arn } == { hybrid = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" } && keys(aws_iam_role_policy.parameter_store) == ["hybrid"]
    error_message = "Systems Manager can manage the server, and a Deny keeps other parameters shut."
  }

  assert {
    condition     = aws_iam_role_policies_exclusive.agent["hybrid"].policy_names == toset(["cloudwatch-agent-parameter-store"])
    error_message = "The Deny is the role's only inline policy."
  }
}

run "a_hybrid_activation_in_china" {
  command = plan

  variables {
    hybrid_activation = true
  }

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-cn" }
  }

  assert {
    condition     = jsondecode(aws_iam_role.agent["hybrid"].assume_role_policy).Statement[0].Principal.Service == "ssm.amazonaws.com"
    error_message = "Systems Manager has one name everywhere."
  }

  assert {
    condition     = jsondecode(aws_iam_role.agent["hybrid"].assume_role_policy).Statement[0].Condition.ArnLike["aws:SourceArn"] == "arn:aws-cn:ssm:*:222222222222:*"
    error_message = "The condition follows the partition."
  }

  assert {
    condition     = keys(aws_iam_role.agent) == ["hybrid", "server"] && keys(aws_iam_policy.agent) == ["server"] && keys(aws_iam_instance_profile.agent) == ["server"]
    error_message = "Beside the server's role, both have one policy, and the server's alone an instance profile."
  }
}

run "parameters_of_other_names" {
  command = plan

  variables {
    admin_role         = true
    ssm_managed_policy = "AmazonSSMManagedInstanceCore"
    parameter_prefixes = ["CloudWatch-Config", "/cloudwatch-agent/", "/CloudWatch-Config"]
  }

  assert {
    condition = alltrue([for kind in ["server", "admin"] : jsondecode(aws_iam_policy.agent[kind].policy).Statement[1].Resource == [
      "arn:aws:ssm:*:*:parameter/CloudWatch-Config*",
      "arn:aws:ssm:*:*:parameter/cloudwatch-agent/*",
    ]])
    error_message = "A path has one slash in its ARN, and a name is there once with and without a slash."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.parameter_store["admin"].policy).Statement[0].NotResource == [
      "arn:aws:ssm:*:*:parameter/CloudWatch-Config*",
      "arn:aws:ssm:*:*:parameter/cloudwatch-agent/*",
    ]
    error_message = "The Deny leaves the same parameters open, and no others."
  }
}

run "one_path_in_another_partition" {
  command = plan

  variables {
    parameter_prefixes = ["/cloudwatch-agent/"]
  }

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-us-gov" }
  }

  assert {
    condition     = jsondecode(aws_iam_policy.agent["server"].policy).Statement[1].Resource == "arn:aws-us-gov:ssm:*:*:parameter/cloudwatch-agent/*"
    error_message = "The prefix takes the place of the default, and the partition follows."
  }
}

run "rejects_no_prefix" {
  command         = plan
  expect_failures = [var.parameter_prefixes]

  variables {
    parameter_prefixes = []
  }
}

run "rejects_a_wildcard_in_a_prefix" {
  command         = plan
  expect_failures = [var.parameter_prefixes]

  variables {
    parameter_prefixes = ["AmazonCloudWatch-*"]
  }
}

run "rejects_a_prefix_of_every_parameter" {
  command         = plan
  expect_failures = [var.parameter_prefixes]

  variables {
    parameter_prefixes = ["/"]
  }
}

run "rejects_a_path_without_a_slash_before_it" {
  command         = plan
  expect_failures = [var.parameter_prefixes]

  variables {
    parameter_prefixes = ["cloudwatch-agent/"]
  }
}

run "rejects_a_path_of_sixteen_levels" {
  command         = plan
  expect_failures = [var.parameter_prefixes]

  variables {
    parameter_prefixes = ["/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/"]
  }
}

run "rejects_a_prefix_that_AWS_keeps_for_itself" {
  command         = plan
  expect_failures = [var.parameter_prefixes]

  variables {
    parameter_prefixes = ["/AWS/reference/secretsmanager/"]
  }
}

run "rejects_prefixes_that_no_policy_holds" {
  command         = plan
  expect_failures = [aws_iam_policy.agent["server"]]

  variables {
    parameter_prefixes = [for number in range(100) : "/cloudwatch-agent/department-${number}/servers/"]
  }
}

run "rejects_the_deprecated_policy" {
  command         = plan
  expect_failures = [var.ssm_managed_policy]

  variables {
    ssm_managed_policy = "AmazonEC2RoleforSSM"
  }
}

run "rejects_a_secret_name_with_a_space" {
  command         = plan
  expect_failures = [var.on_premises_server_user]

  variables {
    on_premises_server_user = { secret_name = "orders prod" }
  }
}

run "rejects_generation_0" {
  command         = plan
  expect_failures = [var.on_premises_server_user]

  variables {
    on_premises_server_user = { secret_name = "a", key_generation = 0 }
  }
}

run "rejects_another_state_of_the_previous_key" {
  command         = plan
  expect_failures = [var.on_premises_admin_user]

  variables {
    on_premises_admin_user = { secret_name = "a", previous_key = "off" }
  }
}

run "rejects_an_address_out_of_range" {
  command         = plan
  expect_failures = [var.on_premises_admin_user]

  variables {
    on_premises_admin_user = { secret_name = "a", allowed_source_ips = ["198.51.100.256"] }
  }
}

run "rejects_a_vpc_endpoint" {
  command         = plan
  expect_failures = [var.on_premises_server_user]

  variables {
    on_premises_server_user = { secret_name = "a", allowed_source_vpcs = ["vpce-0abc"] }
  }
}

run "rejects_a_boundary_that_is_a_name" {
  command         = plan
  expect_failures = [var.permissions_boundary]

  variables {
    permissions_boundary = "pmm-boundary"
  }
}

run "rejects_a_kms_key_without_alias" {
  command         = plan
  expect_failures = [var.kms_key_id]

  variables {
    kms_key_id = "pmm"
  }
}

run "rejects_readers_that_are_no_roles" {
  command         = plan
  expect_failures = [var.secret_readers]

  variables {
    secret_readers = ["arn:aws:iam::111111111111:root"]
  }
}

run "rejects_a_boundary_that_bounds_nothing" {
  command         = plan
  expect_failures = [var.permissions_boundary]

  variables {
    permissions_boundary = "arn:aws:iam::aws:policy/IAMFullAccess"
  }
}

run "rejects_a_server_users_block_that_starts_in_its_middle" {
  command         = plan
  expect_failures = [var.on_premises_server_user]

  variables {
    on_premises_server_user = { secret_name = "a", allowed_source_ips = ["198.51.100.7/24"] }
  }
}

run "rejects_every_address_for_the_server_user" {
  command         = plan
  expect_failures = [var.on_premises_server_user]

  variables {
    on_premises_server_user = { secret_name = "a", allowed_source_ips = ["0.0.0.0/0"] }
  }
}

run "rejects_an_admin_users_block_that_starts_in_its_middle" {
  command         = plan
  expect_failures = [var.on_premises_admin_user]

  variables {
    on_premises_admin_user = { secret_name = "a", allowed_source_ips = ["198.51.100.7/24"] }
  }
}

run "rejects_every_address_for_the_admin_user" {
  command         = plan
  expect_failures = [var.on_premises_admin_user]

  variables {
    on_premises_admin_user = { secret_name = "a", allowed_source_ips = ["::/1", "8000::/1"] }
  }
}

run "everything_is_in_the_iam_path" {
  command = plan

  variables {
    iam_path = "/dba/pmm/"
    on_premises_admin_user = {
      secret_name = "cloudwatch-agent/admin/orders-prod"
    }
  }

  assert {
    condition     = aws_iam_role.agent["server"].path == "/dba/pmm/" && aws_iam_instance_profile.agent["server"].path == "/dba/pmm/" && aws_iam_policy.agent["admin"].path == "/dba/pmm/" && aws_iam_user.agent["admin"].path == "/dba/pmm/"
    error_message = "What the module makes is in the path."
  }
}

run "rejects_an_iam_path_without_slashes" {
  command         = plan
  expect_failures = [var.iam_path]

  variables {
    iam_path = "dba"
  }
}

run "rejects_an_iam_path_with_a_wildcard" {
  command         = plan
  expect_failures = [var.iam_path]

  variables {
    iam_path = "/dba/*/"
  }
}

run "rejects_an_iam_path_of_513_characters" {
  command         = plan
  expect_failures = [var.iam_path]

  variables {
    iam_path = "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"
  }
}

run "descriptions_say_what_each_is_for" {
  command = plan

  variables {
    admin_role        = true
    hybrid_activation = true
  }

  assert {
    condition = { for kind, role in aws_iam_role.agent : kind => role.description } == {
      server = "EC2 instances run the CloudWatch agent with this role. Managed by Terraform."
      admin  = "An EC2 instance stores the CloudWatch agent's configuration with this role. Managed by Terraform."
      hybrid = "Servers outside EC2, registered by a hybrid activation, run the CloudWatch agent with this role. Managed by Terraform."
    }
    error_message = "Each description says what the role is for and who manages it."
  }

  assert {
    condition = { for kind, policy in aws_iam_policy.agent : kind => policy.description } == {
      server = "Lets the CloudWatch agent send metrics and logs and read its configuration. Managed by Terraform."
      admin  = "Lets the CloudWatch agent send metrics and logs, and read and store its configuration. Managed by Terraform."
    }
    error_message = "Each description says what the policy is for and who manages it."
  }
}

run "descriptions_say_who_manages_each" {
  command = plan

  variables {
    admin_role        = true
    hybrid_activation = true
    managed_by        = "stack pmm-iam-finance"
  }

  assert {
    condition = { for kind, role in aws_iam_role.agent : kind => role.description } == {
      server = "EC2 instances run the CloudWatch agent with this role. Managed by Terraform, stack pmm-iam-finance."
      admin  = "An EC2 instance stores the CloudWatch agent's configuration with this role. Managed by Terraform, stack pmm-iam-finance."
      hybrid = "Servers outside EC2, registered by a hybrid activation, run the CloudWatch agent with this role. Managed by Terraform, stack pmm-iam-finance."
    }
    error_message = "Each description says what the role is for and who manages it."
  }

  assert {
    condition = { for kind, policy in aws_iam_policy.agent : kind => policy.description } == {
      server = "Lets the CloudWatch agent send metrics and logs and read its configuration. Managed by Terraform, stack pmm-iam-finance."
      admin  = "Lets the CloudWatch agent send metrics and logs, and read and store its configuration. Managed by Terraform, stack pmm-iam-finance."
    }
    error_message = "Each description says what the policy is for and who manages it."
  }
}

run "rejects_a_manager_of_two_lines" {
  command         = plan
  expect_failures = [var.managed_by]

  variables {
    managed_by = "stack pmm-iam\nand another line"
  }
}

run "rejects_a_manager_that_iam_cannot_store" {
  command         = plan
  expect_failures = [var.managed_by]

  variables {
    managed_by = "stack \u201cpmm-iam\u201d"
  }
}

run "rejects_a_manager_without_a_name" {
  command         = plan
  expect_failures = [var.managed_by]

  variables {
    managed_by = ""
  }
}
