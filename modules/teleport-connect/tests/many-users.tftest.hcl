# A grant to user_000 has 82 characters with its quotes and comma, and the
# policy around the list 125: 123 fit the 10,240 of a role's inline policies,
# and 73 the 6,144 of a managed policy. The number of a user's policy is the
# remainder by ten of the first eight digits of
# printf 'eu-west-1/cluster-ABCDEFGHIJKL01234/user_000' | sha256sum

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
}

run "what_fits_is_inline" {
  variables {
    databases = [{ resource_id = "cluster-ABCDEFGHIJKL01234", region = "eu-west-1", db_users = [for number in range(123) : format("user_%03d", number)] }]
  }

  assert {
    condition     = length(aws_iam_role_policy.teleport_database_access.policy) == 124 + 123 * 82 && length(jsondecode(aws_iam_role_policy.teleport_database_access.policy).Statement[0].Resource) == 123
    error_message = "All 123 are inline."
  }

  assert {
    condition     = length(aws_iam_policy.teleport_database_access) == 0 && length(aws_iam_role_policy_attachments_exclusive.teleport_database_access.policy_arns) == 0
    error_message = "There is no managed policy while the grants fit."
  }
}

run "one_more_moves_all_to_managed_policies" {
  variables {
    databases = [{ resource_id = "cluster-ABCDEFGHIJKL01234", region = "eu-west-1", db_users = [for number in range(124) : format("user_%03d", number)] }]
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.teleport_database_access.policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "GrantsAreInManagedPolicies", "Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}
      ]}
    JSON
    )
    error_message = "The inline policy stays, and grants nothing."
  }

  assert {
    condition = jsondecode(aws_iam_policy.teleport_database_access["3"].policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [{
        "Sid": "ConnectAsTheseUsers", "Effect": "Allow", "Action": "rds-db:connect",
        "Resource": [
          "arn:aws:rds-db:eu-west-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/user_010",
          "arn:aws:rds-db:eu-west-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/user_016",
          "arn:aws:rds-db:eu-west-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/user_044",
          "arn:aws:rds-db:eu-west-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/user_063",
          "arn:aws:rds-db:eu-west-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/user_068",
          "arn:aws:rds-db:eu-west-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/user_082",
          "arn:aws:rds-db:eu-west-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/user_088",
          "arn:aws:rds-db:eu-west-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/user_090",
          "arn:aws:rds-db:eu-west-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/user_097",
          "arn:aws:rds-db:eu-west-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/user_122"
        ]
      }]}
    JSON
    )
    error_message = "A grant is in the policy of its number."
  }

  assert {
    condition     = [for number, policy in aws_iam_policy.teleport_database_access : policy.name] == [for number in range(10) : "teleport-rds-db-connect-${number}"]
    error_message = "The policies are named by their numbers."
  }

  assert {
    condition     = sort(flatten([for policy in aws_iam_policy.teleport_database_access : jsondecode(policy.policy).Statement[0].Resource])) == sort([for number in range(124) : format("arn:aws:rds-db:eu-west-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/user_%03d", number)])
    error_message = "Each of the 124 is in one of them, once."
  }

  assert {
    condition = (
      toset([for attachment in aws_iam_role_policy_attachment.teleport_database_access : attachment.policy_arn]) == toset([for policy in aws_iam_policy.teleport_database_access : policy.arn])
      && aws_iam_role_policy_attachments_exclusive.teleport_database_access.policy_arns == toset([for policy in aws_iam_policy.teleport_database_access : policy.arn])
      && alltrue([for attachment in aws_iam_role_policy_attachment.teleport_database_access : attachment.role == "TeleportDatabaseAccess"])
    )
    error_message = "The role has these policies and no others."
  }
}

run "what_a_managed_policy_does_not_hold_is_inline" {
  variables {
    databases = [{ resource_id = "cluster-ABCDEFGHIJKL01234", region = "eu-west-1", db_users = [for number in range(700) : format("user_%03d", number)] }]
  }

  assert {
    condition     = [for policy in aws_iam_policy.teleport_database_access : length(jsondecode(policy.policy).Statement[0].Resource)] == [72, 58, 65, 70, 72, 64, 73, 69, 73, 73]
    error_message = "At most 73 fit a policy; 79, 75 and 76 have the numbers 6, 8 and 9."
  }

  assert {
    condition     = length(jsondecode(aws_iam_role_policy.teleport_database_access.policy).Statement[0].Resource) == 44
    error_message = "From the 68th of a policy on, which begins in its last 512 characters, a grant is inline too."
  }

  assert {
    condition = toset(concat(
      jsondecode(aws_iam_role_policy.teleport_database_access.policy).Statement[0].Resource,
      flatten([for policy in aws_iam_policy.teleport_database_access : jsondecode(policy.policy).Statement[0].Resource]),
    )) == toset([for number in range(700) : format("arn:aws:rds-db:eu-west-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/user_%03d", number)])
    error_message = "Each of the 700 is in one of the policies."
  }
}

run "rejects_more_than_all_policies_hold" {
  command         = plan
  expect_failures = [aws_iam_role_policy.teleport_database_access]

  variables {
    databases = [{ resource_id = "cluster-ABCDEFGHIJKL01234", region = "eu-west-1", db_users = [for number in range(850) : format("user_%03d", number)] }]
  }
}
