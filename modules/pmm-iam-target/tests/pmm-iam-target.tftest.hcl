mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  pmm_account_id    = "111111111111"
  pmm_ec2_role_name = "pmm-ec2-role"
}

run "a_call_after_the_guide" {
  command = plan

  assert {
    condition     = aws_iam_role.pmm_rds_monitoring.name == "AmazonRDSforPMMrole" && aws_iam_role_policy.pmm_rds_monitoring.name == "pmm-cloudwatch-rds-access"
    error_message = "The names in AWS are those of the guide."
  }

  assert {
    condition = jsondecode(aws_iam_role.pmm_rds_monitoring.assume_role_policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {"StringEquals": {"aws:PrincipalArn": ["arn:aws:iam::111111111111:role/pmm-ec2-role"]}}
      }]}
    JSON
    )
    error_message = "The trust is the account, narrowed to the exact role."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.pmm_rds_monitoring.policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "DescribeAndMetricsAccess", "Effect": "Allow", "Action": [
          "rds:DescribeDBInstances", "rds:DescribeDBClusters", "rds:DescribeDBLogFiles", "rds:DownloadDBLogFilePortion",
          "rds:ListTagsForResource", "cloudwatch:GetMetricStatistics", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics"
        ], "Resource": "*"},
        {"Sid": "LogGroupDiscovery", "Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "*"},
        {"Sid": "LogAccess", "Effect": "Allow", "Action": ["logs:DescribeLogStreams", "logs:GetLogEvents", "logs:FilterLogEvents"],
          "Resource": "arn:aws:logs:*:*:log-group:RDSOSMetrics:*"}
      ]}
    JSON
    )
    error_message = "standard grants the guide's calls, scoped."
  }

  assert {
    condition     = aws_iam_role_policy.pmm_rds_monitoring.policy == jsonencode(jsondecode(aws_iam_role_policy.pmm_rds_monitoring.policy))
    error_message = "The attached text is minified: white space would only blur the limits."
  }

  assert {
    condition     = aws_iam_role.pmm_rds_monitoring.force_detach_policies && aws_iam_role.pmm_rds_monitoring.permissions_boundary == null
    error_message = "The role can always be destroyed, and has no boundary unless asked for."
  }

  assert {
    condition     = aws_iam_role_policies_exclusive.pmm_rds_monitoring.policy_names == toset(["pmm-cloudwatch-rds-access"]) && length(aws_iam_role_policy_attachments_exclusive.pmm_rds_monitoring.policy_arns) == 0
    error_message = "The role has this one policy and nothing else."
  }
}

run "minimal" {
  command = plan

  variables {
    permissions          = "minimal"
    permissions_boundary = "arn:aws:iam::222222222222:policy/pmm-boundary"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.pmm_rds_monitoring.policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "DescribeAndMetricsAccess", "Effect": "Allow", "Action": [
          "rds:DescribeDBInstances", "cloudwatch:GetMetricStatistics", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics"
        ], "Resource": "*"},
        {"Sid": "LogGroupDiscovery", "Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "*"},
        {"Sid": "LogAccess", "Effect": "Allow", "Action": "logs:FilterLogEvents",
          "Resource": "arn:aws:logs:*:*:log-group:RDSOSMetrics:*"}
      ]}
    JSON
    )
    error_message = "minimal grants what PMM and Grafana call."
  }

  assert {
    condition     = aws_iam_role.pmm_rds_monitoring.permissions_boundary == "arn:aws:iam::222222222222:policy/pmm-boundary"
    error_message = "The boundary is on the role."
  }
}

run "grafana" {
  command = plan

  variables {
    permissions = "grafana"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.pmm_rds_monitoring.policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "DescribeAndMetricsAccess", "Effect": "Allow", "Action": [
          "rds:DescribeDBInstances", "rds:DescribeDBClusters", "rds:DescribeDBLogFiles", "rds:DownloadDBLogFilePortion",
          "rds:ListTagsForResource", "cloudwatch:GetMetricStatistics", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics"
        ], "Resource": "*"},
        {"Sid": "LogGroupDiscovery", "Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "*"},
        {"Sid": "LogAccess", "Effect": "Allow", "Action": ["logs:DescribeLogStreams", "logs:GetLogEvents", "logs:FilterLogEvents"],
          "Resource": "arn:aws:logs:*:*:log-group:RDSOSMetrics:*"},
        {"Sid": "LogQueries", "Effect": "Allow", "Action": ["logs:StartQuery", "logs:GetQueryResults", "logs:GetLogGroupFields"],
          "Resource": "arn:aws:logs:*:*:log-group:RDSOSMetrics:*"},
        {"Sid": "StopLogQueries", "Effect": "Allow", "Action": "logs:StopQuery", "Resource": "*"},
        {"Sid": "AlarmsAndInsightRules", "Effect": "Allow", "Action": [
          "cloudwatch:DescribeAlarms", "cloudwatch:DescribeAlarmsForMetric", "cloudwatch:DescribeAlarmHistory",
          "cloudwatch:GetInsightRuleReport"
        ], "Resource": "*"},
        {"Sid": "DashboardVariables", "Effect": "Allow", "Action": ["ec2:DescribeInstances", "tag:GetResources"], "Resource": "*"},
        {"Sid": "PerformanceInsights", "Effect": "Allow", "Action": "pi:GetResourceMetrics", "Resource": "arn:aws:pi:*:*:metrics/rds/*"}
      ]}
    JSON
    )
    error_message = "grafana grants what standard does, and what Grafana's CloudWatch data source calls."
  }
}

run "one_statement_per_account" {
  command = plan

  variables {
    pmm_ec2_role_name = "service/pmm-ec2-role"
    additional_principals = [
      "arn:aws:iam::111111111111:role/grafana",
      "arn:aws:iam::033333333333:role/pmm-agent",
      "arn:aws:iam::111111111111:role/grafana",
    ]
    organization_id = "o-exampleorgid"
  }

  assert {
    condition = jsondecode(aws_iam_role.pmm_rds_monitoring.assume_role_policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::033333333333:root"}, "Action": ["sts:AssumeRole", "sts:TagSession"],
          "Condition": {"StringEquals": {
            "aws:PrincipalArn": ["arn:aws:iam::033333333333:role/pmm-agent"],
            "aws:PrincipalOrgID": "o-exampleorgid"}}},
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": ["sts:AssumeRole", "sts:TagSession"],
          "Condition": {"StringEquals": {
            "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/grafana", "arn:aws:iam::111111111111:role/service/pmm-ec2-role"],
            "aws:PrincipalOrgID": "o-exampleorgid"}}}
      ]}
    JSON
    )
    error_message = "Accounts and ARNs are sorted and distinct, and every statement has the organization."
  }
}

run "an_external_id_is_a_condition_on_assuming_alone" {
  command = plan

  variables {
    organization_id = "o-exampleorgid"
    external_id     = "6c1f0e1e-8a54"
  }

  assert {
    condition = jsondecode(aws_iam_role.pmm_rds_monitoring.assume_role_policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": ["sts:AssumeRole"],
          "Condition": {"StringEquals": {
            "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/pmm-ec2-role"],
            "aws:PrincipalOrgID": "o-exampleorgid", "sts:ExternalId": "6c1f0e1e-8a54"}}},
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": ["sts:TagSession"],
          "Condition": {"StringEquals": {
            "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/pmm-ec2-role"],
            "aws:PrincipalOrgID": "o-exampleorgid"}}}
      ]}
    JSON
    )
    error_message = "AWS compares the external id for sts:AssumeRole alone, so sts:TagSession has a statement without it."
  }
}

run "another_partition" {
  command = plan

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-cn" }
  }

  assert {
    condition     = strcontains(aws_iam_role.pmm_rds_monitoring.assume_role_policy, "\"arn:aws-cn:iam::111111111111:root\"") && strcontains(aws_iam_role.pmm_rds_monitoring.assume_role_policy, "\"arn:aws-cn:iam::111111111111:role/pmm-ec2-role\"")
    error_message = "The trust follows the partition."
  }

  assert {
    condition     = strcontains(aws_iam_role_policy.pmm_rds_monitoring.policy, "\"arn:aws-cn:logs:*:*:log-group:RDSOSMetrics:*\"") && !strcontains(aws_iam_role_policy.pmm_rds_monitoring.policy, "arn:aws:")
    error_message = "The permissions follow the partition."
  }
}

run "rejects_a_principal_of_another_partition" {
  command         = plan
  expect_failures = [aws_iam_role.pmm_rds_monitoring]

  variables {
    additional_principals = ["arn:aws-cn:iam::033333333333:role/grafana"]
  }
}

run "rejects_an_account_id_that_lost_its_zero" {
  command         = plan
  expect_failures = [var.pmm_account_id]

  variables {
    pmm_account_id = 033333333333
  }
}

run "rejects_a_role_name_with_a_wildcard" {
  command         = plan
  expect_failures = [var.pmm_ec2_role_name]

  variables {
    pmm_ec2_role_name = "pmm-*"
  }
}

run "rejects_a_role_name_with_a_leading_slash" {
  command         = plan
  expect_failures = [var.pmm_ec2_role_name]

  variables {
    pmm_ec2_role_name = "/service/pmm-ec2-role"
  }
}

run "rejects_a_role_name_of_65_characters" {
  command         = plan
  expect_failures = [var.pmm_ec2_role_name]

  variables {
    pmm_ec2_role_name = "a2345678901234567890123456789012345678901234567890123456789012345"
  }
}

run "rejects_root_as_a_principal" {
  command         = plan
  expect_failures = [var.additional_principals]

  variables {
    additional_principals = ["arn:aws:iam::111111111111:root"]
  }
}

run "rejects_a_user_as_a_principal" {
  command         = plan
  expect_failures = [var.additional_principals]

  variables {
    additional_principals = ["arn:aws:iam::111111111111:user/grafana"]
  }
}

run "rejects_a_session_as_a_principal" {
  command         = plan
  expect_failures = [var.additional_principals]

  variables {
    additional_principals = ["arn:aws:sts::111111111111:assumed-role/grafana/session"]
  }
}

run "rejects_a_wildcard_among_principals" {
  command         = plan
  expect_failures = [var.additional_principals]

  variables {
    additional_principals = ["arn:aws:iam::111111111111:role/grafana", "arn:aws:iam::111111111111:role/*"]
  }
}

run "rejects_an_organization_path" {
  command         = plan
  expect_failures = [var.organization_id]

  variables {
    organization_id = "o-exampleorgid/r-ab12"
  }
}

run "rejects_an_external_id_of_one_character" {
  command         = plan
  expect_failures = [var.external_id]

  variables {
    external_id = "x"
  }
}

run "rejects_an_external_id_with_a_policy_variable" {
  command         = plan
  expect_failures = [var.external_id]

  variables {
    external_id = "$${aws:username}"
  }
}

run "rejects_other_permissions" {
  command         = plan
  expect_failures = [var.permissions]

  variables {
    permissions = "Minimal"
  }
}

run "rejects_a_boundary_that_is_a_name" {
  command         = plan
  expect_failures = [var.permissions_boundary]

  variables {
    permissions_boundary = "pmm-boundary"
  }
}

run "rejects_a_boundary_that_bounds_nothing" {
  command         = plan
  expect_failures = [var.permissions_boundary]

  variables {
    permissions_boundary = "arn:aws:iam::aws:policy/job-function/AdministratorAccess"
  }
}

run "everything_is_in_the_iam_path" {
  command = plan

  variables {
    iam_path = "/dba/pmm/"
  }

  assert {
    condition     = aws_iam_role.pmm_rds_monitoring.path == "/dba/pmm/"
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

run "the_description_says_what_the_role_is_for" {
  command = plan

  assert {
    condition     = aws_iam_role.pmm_rds_monitoring.description == "Percona PMM and Grafana assume this role to read CloudWatch metrics and RDS's Enhanced Monitoring. Managed by Terraform."
    error_message = "The description says what the role is for and that Terraform manages it."
  }
}

run "the_description_says_who_manages_the_role" {
  command = plan

  variables {
    managed_by = "stack pmm-iam-finance"
  }

  assert {
    condition     = aws_iam_role.pmm_rds_monitoring.description == "Percona PMM and Grafana assume this role to read CloudWatch metrics and RDS's Enhanced Monitoring. Managed by Terraform, stack pmm-iam-finance."
    error_message = "The description names the stack."
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
