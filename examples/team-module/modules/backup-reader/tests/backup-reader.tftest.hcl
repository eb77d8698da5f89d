mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  bucket = "acme-backups"
  reader = { account_id = "999999999999", role_name = "backup/restore-tests" }
}

run "reads_exports_for_one_role" {
  command = plan

  assert {
    condition = jsondecode(aws_iam_role.backup_reader.assume_role_policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::999999999999:role/backup/restore-tests"}}
      }]}
    JSON
    )
    error_message = "The trust is the account, narrowed to the exact role."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.backup_reader.policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [
        {"Sid": "ListBucket", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::acme-backups",
          "Condition": {"StringLike": {"s3:prefix": ["exports/*"]}}},
        {"Sid": "ReadObjects", "Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::acme-backups/exports/*"]}
      ]}
    JSON
    )
    error_message = "It lists and reads below the prefix, and nothing else."
  }

  assert {
    condition     = aws_iam_role_policies_exclusive.backup_reader.policy_names == toset(["read-exports"]) && length(aws_iam_role_policy_attachments_exclusive.backup_reader.policy_arns) == 0
    error_message = "The role has this one policy and nothing else."
  }
}

run "asks_for_an_external_id_and_has_a_boundary" {
  command = plan

  variables {
    reader               = { account_id = "999999999999", role_name = "restore-tests", external_id = "0042" }
    permissions_boundary = "arn:aws:iam::222222222222:policy/pmm-boundary"
  }

  assert {
    condition     = jsondecode(aws_iam_role.backup_reader.assume_role_policy).Statement[0].Condition.StringEquals["sts:ExternalId"] == "0042"
    error_message = "The external id is a condition of the trust."
  }

  assert {
    condition     = aws_iam_role.backup_reader.permissions_boundary == "arn:aws:iam::222222222222:policy/pmm-boundary"
    error_message = "The role is bounded."
  }
}

run "takes_a_dollar_for_text" {
  command = plan

  variables {
    prefixes = ["weekly/$${year}/"]
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.backup_reader.policy).Statement[1].Resource == ["arn:aws:s3:::acme-backups/weekly/$${$}{year}/*"]
    error_message = "IAM reads $${$} as a dollar sign, and no policy variable."
  }
}

run "rejects_a_wildcard_in_a_prefix" {
  command         = plan
  expect_failures = [var.prefixes]

  variables {
    prefixes = ["exports/*"]
  }
}

run "rejects_no_prefix" {
  command         = plan
  expect_failures = [var.prefixes]

  variables {
    prefixes = []
  }
}

run "rejects_an_upper_case_bucket" {
  command         = plan
  expect_failures = [var.bucket]

  variables {
    bucket = "Acme"
  }
}

run "rejects_an_account_id_of_11_digits" {
  command         = plan
  expect_failures = [var.reader]

  variables {
    reader = { account_id = "99999999999", role_name = "restore-tests" }
  }
}

run "rejects_a_role_arn_for_a_name" {
  command         = plan
  expect_failures = [var.reader]

  variables {
    reader = { account_id = "999999999999", role_name = "arn:aws:iam::999999999999:role/restore-tests" }
  }
}
