mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  role_name          = "site24x7-monitoring"
  monitor_account_id = "999999999999"
  external_id        = "9b2d5f0e-3c1a-4d8e-8f57-0a6b1c2d3e4f"
}

run "a_managed_policy" {
  command = plan

  variables {
    managed_policy = "ReadOnlyAccess"
  }

  assert {
    condition     = aws_iam_role.monitor.name == "site24x7-monitoring" && aws_iam_role.monitor.force_detach_policies && aws_iam_role.monitor.permissions_boundary == null
    error_message = "The role can always be destroyed, and has no boundary unless asked for."
  }

  assert {
    condition = jsondecode(aws_iam_role.monitor.assume_role_policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Action": ["sts:AssumeRole"],
          "Condition": {"StringEquals": {"sts:ExternalId": "9b2d5f0e-3c1a-4d8e-8f57-0a6b1c2d3e4f"}}},
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Action": ["sts:TagSession"]}
      ]}
    JSON
    )
    error_message = "The trust is the third party's account with the external id."
  }

  assert {
    condition     = aws_iam_role_policy_attachment.listed["ReadOnlyAccess"].policy_arn == "arn:aws:iam::aws:policy/ReadOnlyAccess" && length(aws_iam_role_policy.custom) == 0
    error_message = "The managed policy is what the role has."
  }

  assert {
    condition     = aws_iam_role_policies_exclusive.monitor.policy_names == toset(["deny-data-access"]) && aws_iam_role_policy_attachments_exclusive.monitor.policy_arns == toset(["arn:aws:iam::aws:policy/ReadOnlyAccess"])
    error_message = "The role has the policy and the Deny, and nothing else."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_role_policy.deny_data_access[0].policy).Statement : statement.Effect == "Deny" && !can(statement.Condition) && (statement.Resource == "*" || statement.Sid == "ApiKeys")])
    error_message = "The Deny only denies, and everywhere."
  }

  assert {
    condition = alltrue([
      for action in [
        "s3:GetObject", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "secretsmanager:GetSecretValue", "ssm:GetParameter",
        "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:GetParameterHistory", "kms:Decrypt", "rds-db:connect",
        "rds:DownloadDBLogFilePortion", "sqs:ReceiveMessage", "kinesis:GetRecords", "logs:GetLogEvents", "logs:FilterLogEvents",
        "logs:StartQuery", "lambda:GetFunction", "ec2:GetPasswordData", "ec2:GetConsoleOutput", "ec2:DescribeInstanceAttribute",
        "codecommit:GitPull", "ecr:BatchGetImage", "cloudformation:GetTemplate", "athena:GetQueryResults", "ec2:DescribeVpnConnections",
      ] :
      anytrue([
        for pattern in flatten([for statement in jsondecode(aws_iam_role_policy.deny_data_access[0].policy).Statement : statement.Action]) :
        can(regex("^${replace(pattern, "*", ".*")}$", action))
      ])
    ])
    error_message = "The Deny covers the ways to data and secrets that ReadOnlyAccess opens."
  }

  assert {
    condition     = length(aws_iam_role_policy.deny_data_access[0].policy) < 6144
    error_message = "The Deny fits a managed policy, and leaves room for a custom policy beside it."
  }
}

run "a_managed_policy_with_a_path" {
  command = plan

  variables {
    managed_policy       = "job-function/ViewOnlyAccess"
    deny_data_access     = false
    permissions_boundary = "arn:aws:iam::222222222222:policy/pmm-boundary"
  }

  assert {
    condition     = aws_iam_role_policy_attachment.listed["job-function/ViewOnlyAccess"].policy_arn == "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
    error_message = "The path is part of the ARN."
  }

  assert {
    condition     = length(aws_iam_role_policy.deny_data_access) == 0 && length(aws_iam_role_policies_exclusive.monitor.policy_names) == 0
    error_message = "Without the Deny the role has no inline policy."
  }

  assert {
    condition     = aws_iam_role.monitor.permissions_boundary == "arn:aws:iam::222222222222:policy/pmm-boundary"
    error_message = "The boundary is on the role."
  }
}

run "a_policy_of_ones_own" {
  command = plan

  variables {
    policy_json = <<-JSON
      {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["cloudwatch:GetMetricData", "iam:Get*"], "Resource": "*"}}
    JSON
  }

  assert {
    condition     = aws_iam_role_policy.custom[0].name == "monitoring-access" && aws_iam_role_policy.custom[0].policy == "{\"Statement\":{\"Action\":[\"cloudwatch:GetMetricData\",\"iam:Get*\"],\"Effect\":\"Allow\",\"Resource\":\"*\"},\"Version\":\"2012-10-17\"}"
    error_message = "The document is attached minified."
  }

  assert {
    condition     = !issensitive(aws_iam_role_policy.custom[0].policy)
    error_message = "A reviewer reads the policy in the plan."
  }

  assert {
    condition     = aws_iam_role_policies_exclusive.monitor.policy_names == toset(["deny-data-access", "monitoring-access"]) && length(aws_iam_role_policy_attachments_exclusive.monitor.policy_arns) == 0
    error_message = "The role has the policy and the Deny, and nothing else."
  }
}

run "the_name_that_the_third_party_asks_for" {
  command = plan

  variables {
    role_name      = "DatadogIntegrationRole"
    managed_policy = "SecurityAudit"
  }

  assert {
    condition     = aws_iam_role.monitor.name == "DatadogIntegrationRole"
    error_message = "The role has the name that is asked for."
  }
}

run "accounts_roles_and_users" {
  command = plan

  variables {
    monitor_account_id = null
    principals = [
      "arn:aws:iam::999999999999:user/collectors/eu",
      "888888888888",
      "arn:aws:iam::999999999999:role/collector",
      "arn:aws:iam::033333333333:role/active-gate",
    ]
    managed_policy = "ReadOnlyAccess"
  }

  assert {
    condition = jsondecode(aws_iam_role.monitor.assume_role_policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {
          "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::033333333333:root"}, "Action": ["sts:AssumeRole"],
          "Condition": {"StringEquals": {
            "aws:PrincipalArn": ["arn:aws:iam::033333333333:role/active-gate"],
            "sts:ExternalId": "9b2d5f0e-3c1a-4d8e-8f57-0a6b1c2d3e4f"
          }}
        },
        {
          "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::033333333333:root"}, "Action": ["sts:TagSession"],
          "Condition": {"StringEquals": {"aws:PrincipalArn": ["arn:aws:iam::033333333333:role/active-gate"]}}
        },
        {
          "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::888888888888:root"}, "Action": ["sts:AssumeRole"],
          "Condition": {"StringEquals": {"sts:ExternalId": "9b2d5f0e-3c1a-4d8e-8f57-0a6b1c2d3e4f"}}
        },
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::888888888888:root"}, "Action": ["sts:TagSession"]},
        {
          "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Action": ["sts:AssumeRole"],
          "Condition": {"StringEquals": {
            "aws:PrincipalArn": ["arn:aws:iam::999999999999:role/collector", "arn:aws:iam::999999999999:user/collectors/eu"],
            "sts:ExternalId": "9b2d5f0e-3c1a-4d8e-8f57-0a6b1c2d3e4f"
          }}
        },
        {
          "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Action": ["sts:TagSession"],
          "Condition": {"StringEquals": {
            "aws:PrincipalArn": ["arn:aws:iam::999999999999:role/collector", "arn:aws:iam::999999999999:user/collectors/eu"]
          }}
        }
      ]}
    JSON
    )
    error_message = "Each account has two statements, with its exact roles and users in the condition; the one for sts:AssumeRole has the external id too."
  }
}

run "one_policy_and_a_list" {
  command = plan

  variables {
    managed_policy   = "SecurityAudit"
    managed_policies = ["job-function/ViewOnlyAccess"]
  }

  assert {
    condition     = keys(aws_iam_role_policy_attachment.listed) == ["SecurityAudit", "job-function/ViewOnlyAccess"]
    error_message = "A policy of AWS's has the same address in either variable."
  }

  assert {
    condition     = aws_iam_role_policy_attachments_exclusive.monitor.policy_arns == toset(["arn:aws:iam::aws:policy/SecurityAudit", "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"])
    error_message = "The role has both, and nothing else."
  }
}

run "several_policies" {
  command = plan

  variables {
    managed_policies = ["SecurityAudit", "job-function/ViewOnlyAccess"]
    policy_json      = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"tag:GetResources\", \"Resource\": \"*\"}]}"
    policy_documents = {
      metrics = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"cloudwatch:GetMetricData\", \"Resource\": \"*\"}]}"
      hosts   = "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"ec2:DescribeInstances\", \"Resource\": \"*\"}}"
    }
  }

  assert {
    condition     = { for key, attachment in aws_iam_role_policy_attachment.listed : key => attachment.policy_arn } == { SecurityAudit = "arn:aws:iam::aws:policy/SecurityAudit", "job-function/ViewOnlyAccess" = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess" }
    error_message = "Each of AWS's policies is attached under its name."
  }

  assert {
    condition     = { for key, policy in aws_iam_policy.document : key => policy.name } == { metrics = "site24x7-monitoring-metrics", hosts = "site24x7-monitoring-hosts" } && aws_iam_policy.document["metrics"].policy == "{\"Statement\":[{\"Action\":\"cloudwatch:GetMetricData\",\"Effect\":\"Allow\",\"Resource\":\"*\"}],\"Version\":\"2012-10-17\"}"
    error_message = "Each document is a managed policy under the role's name and its own."
  }

  assert {
    condition     = !issensitive(aws_iam_policy.document["metrics"].policy)
    error_message = "A reviewer reads the documents in the plan."
  }

  assert {
    condition     = keys(aws_iam_role_policy_attachment.document) == ["hosts", "metrics"] && aws_iam_role_policies_exclusive.monitor.policy_names == toset(["deny-data-access", "monitoring-access"])
    error_message = "The role has all of them, and the Deny."
  }
}

run "a_policy_that_denies_everything_outside_a_region" {
  command = plan

  variables {
    policy_json = <<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "cloudwatch:GetMetricData", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}},
        {"Effect": "Deny", "NotAction": "cloudwatch:*", "Resource": "*"}
      ]}
    JSON
  }

  assert {
    condition     = length(jsondecode(aws_iam_role_policy.custom[0].policy).Statement) == 3
    error_message = "A Deny may be as wide as it likes."
  }
}

run "another_partition" {
  command = plan

  variables {
    managed_policy = "ReadOnlyAccess"
  }

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-us-gov" }
  }

  assert {
    condition     = aws_iam_role_policy_attachment.listed["ReadOnlyAccess"].policy_arn == "arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess" && jsondecode(aws_iam_role.monitor.assume_role_policy).Statement[0].Principal.AWS == "arn:aws-us-gov:iam::999999999999:root"
    error_message = "Policy and trust follow the partition."
  }
}

run "rejects_a_role_name_with_a_path" {
  command         = plan
  expect_failures = [var.role_name]

  variables {
    role_name      = "monitoring/site24x7"
    managed_policy = "ReadOnlyAccess"
  }
}

run "rejects_an_account_id_of_11_digits" {
  command         = plan
  expect_failures = [var.monitor_account_id]

  variables {
    monitor_account_id = "99999999999"
    managed_policy     = "ReadOnlyAccess"
  }
}

run "rejects_an_external_id_of_one_character" {
  command         = plan
  expect_failures = [var.external_id]

  variables {
    external_id    = "x"
    managed_policy = "ReadOnlyAccess"
  }
}

run "rejects_no_policy" {
  command         = plan
  expect_failures = [var.managed_policy]
}

run "rejects_an_arn_as_managed_policy" {
  command         = plan
  expect_failures = [var.managed_policy]

  variables {
    managed_policy = "arn:aws:iam::aws:policy/ReadOnlyAccess"
  }
}

run "rejects_administrator_access" {
  command         = plan
  expect_failures = [var.managed_policy]

  variables {
    managed_policy = "AdministratorAccess"
  }
}

run "rejects_power_user_access_whatever_the_path" {
  command         = plan
  expect_failures = [var.managed_policy]

  variables {
    managed_policy = "job-function/PowerUserAccess"
  }
}

run "rejects_iam_full_access" {
  command         = plan
  expect_failures = [var.managed_policy]

  variables {
    managed_policy = "IAMFullAccess"
  }
}

run "rejects_text_that_is_no_json" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "ReadOnlyAccess"
  }
}

run "rejects_a_trust_policy" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:ListBucket\",\"Resource\":\"*\"}]}"
  }
}

run "rejects_every_action" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"
  }
}

run "rejects_iam_in_any_case" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"s3:ListBucket\",\"IAM:*\"],\"Resource\":\"*\"}]}"
  }
}

run "rejects_assuming_other_roles" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Resource\":\"*\"}]}"
  }
}

run "rejects_a_pattern_that_covers_assuming_roles" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s?s:Assume*\",\"Resource\":\"*\"}]}"
  }
}

run "rejects_a_second_action_in_lower_case" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"action\":\"*\",\"Resource\":\"*\"}]}"
  }
}

run "rejects_more_than_a_role_policy_holds" {
  command         = plan
  expect_failures = [aws_iam_role_policy.custom]

  variables {
    policy_json = jsonencode({ Statement = [for number in range(100) : {
      Effect   = "Allow"
      Action   = "cloudwatch:GetMetricData"
      Resource = "arn:aws:cloudwatch:eu-west-1:222222222222:alarm:${number}"
    }] })
  }
}

run "rejects_all_actions_but_some" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":[{\"Effect\":\"Allow\",\"NotAction\":\"iam:*\",\"Resource\":\"*\"}]}"
  }
}

run "rejects_a_boundary_that_is_a_name" {
  command         = plan
  expect_failures = [var.permissions_boundary]

  variables {
    managed_policy       = "ReadOnlyAccess"
    permissions_boundary = "pmm-boundary"
  }
}

run "rejects_access_keys" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iam:CreateAccessKey\",\"Resource\":\"*\"}]}"
  }
}

run "rejects_login_profiles_by_a_pattern" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iam:*loginPROFILE\",\"Resource\":\"*\"}]}"
  }
}

run "rejects_code_under_another_role" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"lambda:UpdateFunctionCode\",\"Resource\":\"*\"}]}"
  }
}

run "rejects_key_policies_by_question_marks" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"kms:Put???Policy\",\"Resource\":\"*\"}]}"
  }
}

run "rejects_sessions_of_sts" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:GetFederationToken\",\"Resource\":\"*\"}]}"
  }
}

run "rejects_an_administrator_of_amplify" {
  command         = plan
  expect_failures = [var.managed_policy]

  variables {
    managed_policy = "AdministratorAccess-Amplify"
  }
}

run "rejects_a_system_administrator" {
  command         = plan
  expect_failures = [var.managed_policy]

  variables {
    managed_policy = "job-function/SystemAdministrator"
  }
}

run "rejects_a_policy_of_aws_own_roles" {
  command         = plan
  expect_failures = [var.managed_policy]

  variables {
    managed_policy = "aws-service-role/AWSSupportServiceRolePolicy"
  }
}

run "rejects_administrator_access_in_lower_case" {
  command         = plan
  expect_failures = [var.managed_policy]

  variables {
    managed_policy = "administratoraccess"
  }
}

run "rejects_a_boundary_that_bounds_nothing" {
  command         = plan
  expect_failures = [var.permissions_boundary]

  variables {
    managed_policy       = "ReadOnlyAccess"
    permissions_boundary = "arn:aws:iam::aws:policy/AdministratorAccess-Amplify"
  }
}

run "everything_is_in_the_iam_path" {
  command = plan

  variables {
    managed_policy = "ReadOnlyAccess"
    iam_path       = "/dba/pmm/"
  }

  assert {
    condition     = aws_iam_role.monitor.path == "/dba/pmm/"
    error_message = "What the module makes is in the path."
  }
}

run "rejects_an_iam_path_without_slashes" {
  command         = plan
  expect_failures = [var.iam_path]

  variables {
    managed_policy = "ReadOnlyAccess"
    iam_path       = "dba"
  }
}

run "rejects_an_iam_path_with_a_wildcard" {
  command         = plan
  expect_failures = [var.iam_path]

  variables {
    managed_policy = "ReadOnlyAccess"
    iam_path       = "/dba/*/"
  }
}

run "rejects_an_iam_path_of_513_characters" {
  command         = plan
  expect_failures = [var.iam_path]

  variables {
    managed_policy = "ReadOnlyAccess"
    iam_path       = "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"
  }
}

run "rejects_no_principal" {
  command         = plan
  expect_failures = [var.monitor_account_id]

  variables {
    monitor_account_id = null
    managed_policy     = "ReadOnlyAccess"
  }
}

run "rejects_an_account_beside_principals" {
  command         = plan
  expect_failures = [var.monitor_account_id]

  variables {
    principals     = ["888888888888"]
    managed_policy = "ReadOnlyAccess"
  }
}

run "rejects_a_root_as_principal" {
  command         = plan
  expect_failures = [var.principals]

  variables {
    monitor_account_id = null
    principals         = ["arn:aws:iam::999999999999:root"]
    managed_policy     = "ReadOnlyAccess"
  }
}

run "rejects_a_wildcard_as_principal" {
  command         = plan
  expect_failures = [var.principals]

  variables {
    monitor_account_id = null
    principals         = ["arn:aws:iam::999999999999:role/*"]
    managed_policy     = "ReadOnlyAccess"
  }
}

run "rejects_a_session_as_principal" {
  command         = plan
  expect_failures = [var.principals]

  variables {
    monitor_account_id = null
    principals         = ["arn:aws:sts::999999999999:assumed-role/collector/session"]
    managed_policy     = "ReadOnlyAccess"
  }
}

run "rejects_a_role_beside_its_whole_account" {
  command         = plan
  expect_failures = [var.principals]

  variables {
    monitor_account_id = null
    principals         = ["999999999999", "arn:aws:iam::999999999999:role/collector"]
    managed_policy     = "ReadOnlyAccess"
  }
}

run "rejects_a_principal_twice" {
  command         = plan
  expect_failures = [var.principals]

  variables {
    monitor_account_id = null
    principals         = ["999999999999", "999999999999"]
    managed_policy     = "ReadOnlyAccess"
  }
}

run "rejects_a_principal_of_another_partition" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    monitor_account_id = null
    principals         = ["arn:aws-cn:iam::999999999999:role/collector"]
    managed_policy     = "ReadOnlyAccess"
  }
}

run "rejects_more_principals_than_a_trust_policy_holds" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    monitor_account_id = null
    principals         = [for number in range(12) : "9999999999${10 + number}"]
    managed_policy     = "ReadOnlyAccess"
  }
}

run "rejects_a_managed_policy_twice" {
  command         = plan
  expect_failures = [var.managed_policies]

  variables {
    managed_policies = ["SecurityAudit", "ReadOnlyAccess", "SecurityAudit"]
  }
}

run "rejects_a_managed_policy_in_both_variables" {
  command         = plan
  expect_failures = [var.managed_policy]

  variables {
    managed_policy   = "SecurityAudit"
    managed_policies = ["SecurityAudit"]
  }
}

run "rejects_an_arn_among_managed_policies" {
  command         = plan
  expect_failures = [var.managed_policies]

  variables {
    managed_policies = ["SecurityAudit", "arn:aws:iam::aws:policy/ReadOnlyAccess"]
  }
}

run "rejects_an_administrator_among_managed_policies" {
  command         = plan
  expect_failures = [var.managed_policies]

  variables {
    managed_policies = ["SecurityAudit", "administratoraccess"]
  }
}

run "rejects_a_policy_of_aws_own_roles_among_managed_policies" {
  command         = plan
  expect_failures = [var.managed_policies]

  variables {
    managed_policies = ["SecurityAudit", "aws-service-role/AWSSupportServiceRolePolicy"]
  }
}

run "rejects_eleven_managed_policies" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    managed_policy   = "SecurityAudit"
    managed_policies = ["job-function/ViewOnlyAccess", "ReadOnlyAccess"]
    policy_documents = { for number in range(8) : "part-${number}" => "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"cloudwatch:GetMetricData\",\"Resource\":\"*\"}]}" }
  }
}

run "rejects_a_name_of_a_document_with_a_space" {
  command         = plan
  expect_failures = [var.policy_documents]

  variables {
    policy_documents = { "all metrics" = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"cloudwatch:GetMetricData\",\"Resource\":\"*\"}]}" }
  }
}

run "rejects_names_of_documents_that_differ_in_case" {
  command         = plan
  expect_failures = [var.policy_documents]

  variables {
    policy_documents = { for name in ["metrics", "Metrics"] : name => "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"cloudwatch:GetMetricData\",\"Resource\":\"*\"}]}" }
  }
}

run "rejects_a_document_that_is_no_policy" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    managed_policy   = "SecurityAudit"
    policy_documents = { metrics = "{}" }
  }
}

run "rejects_a_document_that_hands_out_access" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json      = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"cloudwatch:GetMetricData\",\"Resource\":\"*\"}]}"
    policy_documents = { metrics = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iam:CreateAccessKey\",\"Resource\":\"*\"}]}" }
  }
}

run "rejects_a_document_of_more_than_6144_characters" {
  command         = plan
  expect_failures = [aws_iam_policy.document["alarms"]]

  variables {
    policy_documents = { alarms = jsonencode({ Version = "2012-10-17", Statement = [{
      Effect   = "Allow"
      Action   = "cloudwatch:GetMetricData"
      Resource = [for number in range(120) : "arn:aws:cloudwatch:eu-west-1:222222222222:alarm:number-${number}"]
    }] }) }
  }
}

run "rejects_an_unknown_key_of_the_document" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"*\"}}"
  }
}

run "rejects_a_version_that_iam_does_not_have" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Version\":\"2012-10-7\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"*\"}}"
  }
}

run "rejects_a_statement_list_that_is_empty" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
  }
}

run "rejects_a_condition_in_small_letters" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"*\",\"condition\":{}}}"
  }
}

run "rejects_an_effect_in_small_letters" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":{\"Effect\":\"allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"*\"}}"
  }
}

run "rejects_a_sid_with_spaces" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":{\"Sid\":\"Allow reads\",\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"*\"}}"
  }
}

run "rejects_a_sid_twice" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":[{\"Sid\":\"A\",\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"*\"},{\"Sid\":\"A\",\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"*\"}]}"
  }
}

run "rejects_a_statement_without_resource" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\"}}"
  }
}

run "rejects_a_list_of_no_actions" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":[],\"Resource\":\"*\"}}"
  }
}

run "rejects_an_action_with_a_space" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3: ListBucket\",\"Resource\":\"*\"}}"
  }
}

run "rejects_an_action_without_a_service" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"ListBucket\",\"Resource\":\"*\"}}"
  }
}

run "rejects_a_resource_that_is_no_arn" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"a-bucket\"}}"
  }
}

run "rejects_a_role_arn_with_a_region" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"iam:GetRole\",\"Resource\":\"arn:aws:iam:eu-west-1:222222222222:role/x\"}}"
  }
}

run "rejects_a_bucket_arn_with_a_region" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"arn:aws:s3:eu-west-1::a-bucket\"}}"
  }
}

run "rejects_an_arn_of_another_partition" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"arn:aws-cn:s3:::a-bucket\"}}"
  }
}

run "rejects_a_condition_that_is_a_list" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"*\",\"Condition\":[]}}"
  }
}

run "rejects_a_condition_operator_that_iam_does_not_have" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"*\",\"Condition\":{\"StringEqual\":{\"aws:RequestedRegion\":\"eu-west-1\"}}}}"
  }
}

run "rejects_a_condition_key_without_a_service" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"RequestedRegion\":\"eu-west-1\"}}}}"
  }
}

run "rejects_a_text_beyond_latin_1" {
  command         = plan
  expect_failures = [aws_iam_role.monitor]

  variables {
    policy_json = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"arn:aws:s3:::日\"}}"
  }
}

run "all_that_a_document_may_have" {
  command = plan

  variables {
    policy_json = <<-JSON
      {"Version": "2008-10-17", "Id": "monitoring", "Statement": [{
        "Sid": "Read1", "Effect": "Allow", "Action": ["cloudwatch:GetMetricData", "RDS:describe*"],
        "Resource": [
          "arn:aws:iam::222222222222:*", "arn:*:s3:*:*:accesspoint/x", "arn:aws:rds:*",
          "arn:aws:sns:eu-west-1:$${aws:PrincipalAccount}:x"
        ],
        "Condition": {
          "ForAnyValue:StringLikeIfExists": {"aws:PrincipalTag/cost centre": ["a", "b"]},
          "NumericLessThanEquals": {"s3:max-keys": 10}, "Bool": {"aws:SecureTransport": true}, "Null": {"aws:TokenIssueTime": "false"}
        }
      }, {
        "Sid": "", "Effect": "Deny", "NotAction": "*:*", "NotResource": "*"
      }]}
    JSON
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.custom[0].policy).Id == "monitoring"
    error_message = "What IAM takes, the module takes."
  }
}

run "descriptions_say_what_each_is_for" {
  command = plan

  variables {
    policy_documents = { metrics = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"cloudwatch:GetMetricData\",\"Resource\":\"*\"}]}" }
  }

  assert {
    condition     = aws_iam_role.monitor.description == "A third party assumes this role, with its external id, to monitor this account. Managed by Terraform."
    error_message = "The description says what the role is for and who manages it."
  }

  assert {
    condition     = aws_iam_policy.document["metrics"].description == "What a third party may do with the role site24x7-monitoring, as one of its policies. Managed by Terraform."
    error_message = "The description says what the policy is for and who manages it."
  }
}

run "descriptions_say_who_manages_each" {
  command = plan

  variables {
    policy_documents = { metrics = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"cloudwatch:GetMetricData\",\"Resource\":\"*\"}]}" }
    managed_by       = "stack pmm-iam-finance"
  }

  assert {
    condition     = aws_iam_role.monitor.description == "A third party assumes this role, with its external id, to monitor this account. Managed by Terraform, stack pmm-iam-finance."
    error_message = "The description says what the role is for and who manages it."
  }

  assert {
    condition     = aws_iam_policy.document["metrics"].description == "What a third party may do with the role site24x7-monitoring, as one of its policies. Managed by Terraform, stack pmm-iam-finance."
    error_message = "The description says what the policy is for and who manages it."
  }
}

run "rejects_a_manager_of_two_lines" {
  command         = plan
  expect_failures = [var.managed_by]

  variables {
    managed_policy = "ReadOnlyAccess"
    managed_by     = "stack pmm-iam\nand another line"
  }
}

run "rejects_a_manager_that_iam_cannot_store" {
  command         = plan
  expect_failures = [var.managed_by]

  variables {
    managed_policy = "ReadOnlyAccess"
    managed_by     = "stack \u201cpmm-iam\u201d"
  }
}

run "rejects_a_manager_without_a_name" {
  command         = plan
  expect_failures = [var.managed_by]

  variables {
    managed_policy = "ReadOnlyAccess"
    managed_by     = ""
  }
}
