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

variables {
  secret_name = "pmm/aurora/orders-prod"
}

run "standard" {
  command = plan

  assert {
    condition     = aws_iam_user.pmm_aws_integration.name == "PMMAWSIntegrationUser" && aws_iam_user_policy.pmm_aws_integration.name == "pmm-aurora-os-metrics" && output.secret_name == "pmm/aurora/orders-prod"
    error_message = "The names in AWS are those of the guide."
  }

  assert {
    condition     = aws_iam_user.pmm_aws_integration.tags == tomap({ "pmm-iam:key-generation" = "1" })
    error_message = "The user carries the generation of its keys."
  }

  assert {
    condition     = aws_iam_user.pmm_aws_integration.force_destroy && aws_iam_user.pmm_aws_integration.permissions_boundary == null
    error_message = "The user can always be destroyed, and has no boundary unless asked for."
  }

  assert {
    condition = jsondecode(aws_iam_user_policy.pmm_aws_integration.policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "RDSAndCloudWatchAccess", "Effect": "Allow", "Action": [
          "rds:DescribeDBInstances", "rds:DescribeDBClusters", "rds:DescribeDBLogFiles", "rds:DownloadDBLogFilePortion",
          "rds:ListTagsForResource", "cloudwatch:GetMetricStatistics", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics"
        ], "Resource": "*"},
        {"Sid": "LogGroupDiscovery", "Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "*"},
        {"Sid": "OSMetricsLogAccess", "Effect": "Allow", "Action": ["logs:DescribeLogStreams", "logs:GetLogEvents", "logs:FilterLogEvents"],
          "Resource": "arn:aws:logs:*:*:log-group:RDSOSMetrics:*"}
      ]}
    JSON
    )
    error_message = "standard grants the guide's calls, scoped."
  }

  assert {
    condition     = length(aws_iam_user_policy.allowed_sources) == 0
    error_message = "Without sources nothing is denied."
  }

  assert {
    condition     = aws_iam_user_policies_exclusive.pmm_aws_integration.policy_names == toset(["pmm-aurora-os-metrics"]) && length(aws_iam_user_policy_attachments_exclusive.pmm_aws_integration.policy_arns) == 0
    error_message = "The user has this one policy and nothing else."
  }
}

run "minimal" {
  command = plan

  variables {
    permissions          = "minimal"
    permissions_boundary = "arn:aws:iam::222222222222:policy/pmm-boundary"
  }

  assert {
    condition = jsondecode(aws_iam_user_policy.pmm_aws_integration.policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "RDSAndCloudWatchAccess", "Effect": "Allow", "Action": [
          "rds:DescribeDBInstances", "cloudwatch:GetMetricStatistics"
        ], "Resource": "*"},
        {"Sid": "OSMetricsLogAccess", "Effect": "Allow", "Action": "logs:FilterLogEvents",
          "Resource": "arn:aws:logs:*:*:log-group:RDSOSMetrics:*"}
      ]}
    JSON
    )
    error_message = "minimal grants the three calls of PMM."
  }

  assert {
    condition     = aws_iam_user.pmm_aws_integration.permissions_boundary == "arn:aws:iam::222222222222:policy/pmm-boundary"
    error_message = "The boundary is on the user."
  }
}

run "rejects_grafana_which_is_the_roles" {
  command         = plan
  expect_failures = [var.permissions]

  variables {
    permissions = "grafana"
  }
}

run "addresses_only" {
  command = plan

  variables {
    allowed_source_ips = ["198.51.100.7/32", "2001:db8::1", "198.51.100.7/32"]
  }

  assert {
    condition = jsondecode(aws_iam_user_policy.allowed_sources[0].policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [{
        "Sid": "OnlyFromAllowedSources", "Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"NotIpAddressIfExists": {"aws:SourceIp": ["198.51.100.7/32", "2001:db8::1"]}}
      }]}
    JSON
    )
    error_message = "The key works from these addresses only."
  }

  assert {
    condition     = aws_iam_user_policy.allowed_sources[0].name == "pmm-allowed-sources" && aws_iam_user_policies_exclusive.pmm_aws_integration.policy_names == toset(["pmm-allowed-sources", "pmm-aurora-os-metrics"])
    error_message = "The Deny is one of the user's policies."
  }
}

run "vpcs_only" {
  command = plan

  variables {
    allowed_source_vpcs = ["vpc-0abc"]
  }

  assert {
    condition     = jsondecode(aws_iam_user_policy.allowed_sources[0].policy).Statement[0].Condition == { StringNotEqualsIfExists = { "aws:SourceVpc" = ["vpc-0abc"] } }
    error_message = "The key works from this VPC only."
  }
}

run "addresses_or_vpcs" {
  command = plan

  variables {
    allowed_source_ips  = ["198.51.100.7"]
    allowed_source_vpcs = ["vpc-0abc"]
  }

  assert {
    condition = jsondecode(aws_iam_user_policy.allowed_sources[0].policy).Statement == [{
      Sid = "OnlyFromAllowedSources", Effect = "Deny", Action = "*", Resource = "*"
      Condition = {
        NotIpAddressIfExists    = { "aws:SourceIp" = ["198.51.100.7"] }
        StringNotEqualsIfExists = { "aws:SourceVpc" = ["vpc-0abc"] }
      }
    }]
    error_message = "One Deny with both conditions: either source is enough."
  }
}

run "the_generation_reaches_user_and_keys" {
  command = plan

  variables {
    key_generation = 4
    previous_key   = "deleted"
  }

  assert {
    condition     = aws_iam_user.pmm_aws_integration.tags == tomap({ "pmm-iam:key-generation" = "4" })
    error_message = "The user carries the generation of its keys."
  }
}

run "another_partition" {
  command = plan

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-us-gov" }
  }

  assert {
    condition     = strcontains(aws_iam_user_policy.pmm_aws_integration.policy, "\"arn:aws-us-gov:logs:*:*:log-group:RDSOSMetrics:*\"") && !strcontains(aws_iam_user_policy.pmm_aws_integration.policy, "arn:aws:")
    error_message = "The permissions follow the partition."
  }
}

run "rejects_more_sources_than_a_user_policy_holds" {
  command         = plan
  expect_failures = [aws_iam_user_policy.allowed_sources]

  variables {
    allowed_source_ips = [for host in range(70) : "198.51.100.${host}/32"]
  }
}

run "rejects_a_secret_name_with_a_space" {
  command         = plan
  expect_failures = [var.secret_name]

  variables {
    secret_name = "orders prod"
  }
}

run "rejects_other_permissions" {
  command         = plan
  expect_failures = [var.permissions]

  variables {
    permissions = "full"
  }
}

run "rejects_a_boundary_that_is_a_name" {
  command         = plan
  expect_failures = [var.permissions_boundary]

  variables {
    permissions_boundary = "pmm-boundary"
  }
}

run "rejects_generation_0" {
  command         = plan
  expect_failures = [var.key_generation]

  variables {
    key_generation = 0
  }
}

run "rejects_another_state_of_the_previous_key" {
  command         = plan
  expect_failures = [var.previous_key]

  variables {
    previous_key = "off"
  }
}

run "rejects_an_address_with_a_wildcard" {
  command         = plan
  expect_failures = [var.allowed_source_ips]

  variables {
    allowed_source_ips = ["198.51.100.*"]
  }
}

run "rejects_an_address_out_of_range" {
  command         = plan
  expect_failures = [var.allowed_source_ips]

  variables {
    allowed_source_ips = ["198.51.100.256"]
  }
}

run "rejects_a_mask_out_of_range" {
  command         = plan
  expect_failures = [var.allowed_source_ips]

  variables {
    allowed_source_ips = ["198.51.100.7/33"]
  }
}

run "rejects_a_vpc_endpoint" {
  command         = plan
  expect_failures = [var.allowed_source_vpcs]

  variables {
    allowed_source_vpcs = ["vpce-0abc"]
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
    secret_readers = ["arn:aws:iam::111111111111:user/someone"]
  }
}

run "rejects_a_boundary_that_bounds_nothing" {
  command         = plan
  expect_failures = [var.permissions_boundary]

  variables {
    permissions_boundary = "arn:aws:iam::aws:policy/AdministratorAccess"
  }
}

run "rejects_a_block_that_starts_in_its_middle" {
  command         = plan
  expect_failures = [var.allowed_source_ips]

  variables {
    allowed_source_ips = ["203.0.113.7", "198.51.100.7/24"]
  }
}

run "rejects_an_ipv6_block_that_starts_in_its_middle" {
  command         = plan
  expect_failures = [var.allowed_source_ips]

  variables {
    allowed_source_ips = ["2001:db8::7/48"]
  }
}

run "rejects_every_address_in_two_halves" {
  command         = plan
  expect_failures = [var.allowed_source_ips]

  variables {
    allowed_source_ips = ["0.0.0.0/1", "128.0.0.0/1"]
  }
}

run "rejects_every_address_of_ipv6" {
  command         = plan
  expect_failures = [var.allowed_source_ips]

  variables {
    allowed_source_ips = ["::/0"]
  }
}

run "rejects_half_of_the_addresses_of_ipv6" {
  command         = plan
  expect_failures = [var.allowed_source_ips]

  variables {
    allowed_source_ips = ["2000::/4"]
  }
}

run "everything_is_in_the_iam_path" {
  command = plan

  variables {
    iam_path = "/dba/pmm/"
  }

  assert {
    condition     = aws_iam_user.pmm_aws_integration.path == "/dba/pmm/"
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
