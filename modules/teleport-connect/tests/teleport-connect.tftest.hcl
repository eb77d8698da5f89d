mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "222222222222" }
  }
}

variables {
  teleport_role_arn = "arn:aws:iam::111111111111:role/teleport-db-service"
  databases = [
    { resource_id = "prx-0a1b2c3d4e5f60718", region = "us-east-1", db_users = ["reporting"] },
    { resource_id = "cluster-ABCDEFGHIJKL01234", region = "eu-west-1", db_users = ["reporting", "alice"] },
    { resource_id = "cluster-ABCDEFGHIJKL01234", region = "eu-west-1", db_users = ["alice"] },
  ]
}

run "connects_to_these_databases_as_these_users" {
  command = plan

  assert {
    condition     = aws_iam_role.teleport_database_access.name == "TeleportDatabaseAccess" && aws_iam_role_policy.teleport_database_access.name == "teleport-rds-db-connect"
    error_message = "The names in AWS are fixed: Teleport's configuration holds them."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.teleport_database_access.policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [{
        "Sid": "ConnectAsTheseUsers", "Effect": "Allow", "Action": "rds-db:connect",
        "Resource": [
          "arn:aws:rds-db:eu-west-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/alice",
          "arn:aws:rds-db:eu-west-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/reporting",
          "arn:aws:rds-db:us-east-1:222222222222:dbuser:prx-0a1b2c3d4e5f60718/reporting"
        ]
      }]}
    JSON
    )
    error_message = "The list is sorted and distinct, so that the order of the databases changes nothing."
  }

  assert {
    condition = jsondecode(aws_iam_role.teleport_database_access.assume_role_policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {"StringEquals": {"aws:PrincipalArn": ["arn:aws:iam::111111111111:role/teleport-db-service"]}}
      }]}
    JSON
    )
    error_message = "The trust is the account, narrowed to the exact role."
  }

  assert {
    condition     = aws_iam_role.teleport_database_access.force_detach_policies && aws_iam_role.teleport_database_access.permissions_boundary == null
    error_message = "The role can always be destroyed, and has no boundary unless asked for."
  }

  assert {
    condition     = aws_iam_role_policies_exclusive.teleport_database_access.policy_names == toset(["teleport-rds-db-connect"]) && length(aws_iam_role_policy_attachments_exclusive.teleport_database_access.policy_arns) == 0
    error_message = "The role has this one policy and nothing else."
  }
}

run "conditions_and_boundary" {
  command = plan

  variables {
    external_id          = "6c1f0e1e-8a54"
    organization_id      = "o-exampleorgid"
    permissions_boundary = "arn:aws:iam::222222222222:policy/pmm-boundary"
  }

  assert {
    condition = jsondecode(aws_iam_role.teleport_database_access.assume_role_policy).Statement[0].Condition.StringEquals == {
      "aws:PrincipalArn"   = ["arn:aws:iam::111111111111:role/teleport-db-service"]
      "aws:PrincipalOrgID" = "o-exampleorgid"
      "sts:ExternalId"     = "6c1f0e1e-8a54"
    }
    error_message = "The trust asks for all of them."
  }

  assert {
    condition = [for statement in jsondecode(aws_iam_role.teleport_database_access.assume_role_policy).Statement : statement.Action] == [["sts:AssumeRole"], ["sts:TagSession"]] && jsondecode(aws_iam_role.teleport_database_access.assume_role_policy).Statement[1].Condition.StringEquals == {
      "aws:PrincipalArn"   = ["arn:aws:iam::111111111111:role/teleport-db-service"]
      "aws:PrincipalOrgID" = "o-exampleorgid"
    }
    error_message = "AWS compares the external id for sts:AssumeRole alone, so sts:TagSession has a statement without it."
  }

  assert {
    condition     = aws_iam_role.teleport_database_access.permissions_boundary == "arn:aws:iam::222222222222:policy/pmm-boundary"
    error_message = "The boundary is on the role."
  }
}

run "every_database_and_user_when_asked_for" {
  command = plan

  variables {
    databases = [{ resource_id = "*", region = "eu-west-1", db_users = ["*"] }]
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.teleport_database_access.policy).Statement[0].Resource == ["arn:aws:rds-db:eu-west-1:222222222222:dbuser:*/*"]
    error_message = "The wildcards stay within the region and the account."
  }
}

run "another_partition" {
  command = plan

  variables {
    teleport_role_arn = "arn:aws-cn:iam::111111111111:role/service/teleport-db-service"
    databases         = [{ resource_id = "db-ABC", region = "cn-north-1", db_users = ["alice"] }]
  }

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-cn" }
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.teleport_database_access.policy).Statement[0].Resource == ["arn:aws-cn:rds-db:cn-north-1:222222222222:dbuser:db-ABC/alice"]
    error_message = "The permissions follow the partition."
  }

  assert {
    condition     = jsondecode(aws_iam_role.teleport_database_access.assume_role_policy).Statement[0].Principal.AWS == "arn:aws-cn:iam::111111111111:root"
    error_message = "The trust follows the partition."
  }
}

run "rejects_a_role_of_another_partition" {
  command         = plan
  expect_failures = [aws_iam_role.teleport_database_access]

  variables {
    teleport_role_arn = "arn:aws-cn:iam::111111111111:role/teleport-db-service"
  }
}

run "rejects_root" {
  command         = plan
  expect_failures = [var.teleport_role_arn]

  variables {
    teleport_role_arn = "arn:aws:iam::111111111111:root"
  }
}

run "rejects_no_database" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = []
  }
}

run "rejects_a_database_name_for_its_id" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "billing", region = "eu-west-1", db_users = ["alice"] }]
  }
}

run "rejects_a_region_with_a_wildcard" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "cluster-ABC", region = "*", db_users = ["alice"] }]
  }
}

run "rejects_a_region_that_aws_does_not_have" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "cluster-ABC", region = "eu-nowhere-9", db_users = ["alice"] }]
  }
}

run "rejects_a_database_without_users" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "cluster-ABC", region = "eu-west-1", db_users = [] }]
  }
}

run "rejects_a_pattern_that_reaches_rdsadmin" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "cluster-ABC", region = "eu-west-1", db_users = ["rds*"] }]
  }
}

run "rejects_a_wildcard_beside_names" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "cluster-ABC", region = "eu-west-1", db_users = ["alice", "*"] }]
  }
}

run "rejects_a_policy_variable_as_a_user" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "cluster-ABC", region = "eu-west-1", db_users = ["$${aws:username}"] }]
  }
}

run "rejects_an_external_id_with_a_space" {
  command         = plan
  expect_failures = [var.external_id]

  variables {
    external_id = "a b"
  }
}

run "rejects_an_organization_path" {
  command         = plan
  expect_failures = [var.organization_id]

  variables {
    organization_id = "r-ab12"
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
    condition     = aws_iam_role.teleport_database_access.path == "/dba/pmm/"
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
    condition     = aws_iam_role.teleport_database_access.description == "Teleport assumes this role to connect to databases with IAM authentication. Managed by Terraform."
    error_message = "The description says what the role is for and that Terraform manages it."
  }
}

run "the_description_says_who_manages_the_role" {
  command = plan

  variables {
    managed_by = "stack pmm-iam-finance"
  }

  assert {
    condition     = aws_iam_role.teleport_database_access.description == "Teleport assumes this role to connect to databases with IAM authentication. Managed by Terraform, stack pmm-iam-finance."
    error_message = "The description names the stack."
  }
}

run "descriptions_say_what_each_policy_is_for_and_who_manages_it" {
  command = plan

  variables {
    databases  = [{ resource_id = "cluster-ABCDEFGHIJKL01234", region = "eu-west-1", db_users = [for number in range(124) : format("user_%03d", number)] }]
    managed_by = "stack pmm-iam-finance"
  }

  assert {
    condition     = length(aws_iam_policy.teleport_database_access) == 10 && alltrue([for policy in aws_iam_policy.teleport_database_access : policy.description == "Databases and users that Teleport may connect to through the role TeleportDatabaseAccess, as one of up to ten policies. Managed by Terraform, stack pmm-iam-finance."])
    error_message = "The description names the role and the stack."
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
