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

run "users_as_databases_have_them" {
  command = plan

  variables {
    databases = [{
      resource_id = "db-ABC"
      region      = "eu-west-1"
      db_users    = ["jane.doe+dba@example.com", "svc$reporting", "a\"b\\c", "%%{if(true)}", "andré", "DB_USER", "REGION/RESOURCE_ID:ACCOUNT_ID", "arn:aws:", "<a&b>"]
    }]
  }

  assert {
    condition = toset(jsondecode(aws_iam_role_policy.teleport_database_access.policy).Statement[0].Resource) == toset([
      "arn:aws:rds-db:eu-west-1:222222222222:dbuser:db-ABC/%%{if(true)}",
      "arn:aws:rds-db:eu-west-1:222222222222:dbuser:db-ABC/<a&b>",
      "arn:aws:rds-db:eu-west-1:222222222222:dbuser:db-ABC/DB_USER",
      "arn:aws:rds-db:eu-west-1:222222222222:dbuser:db-ABC/REGION/RESOURCE_ID:ACCOUNT_ID",
      "arn:aws:rds-db:eu-west-1:222222222222:dbuser:db-ABC/a\"b\\c",
      "arn:aws:rds-db:eu-west-1:222222222222:dbuser:db-ABC/andré",
      "arn:aws:rds-db:eu-west-1:222222222222:dbuser:db-ABC/arn:aws:",
      "arn:aws:rds-db:eu-west-1:222222222222:dbuser:db-ABC/jane.doe+dba@example.com",
      "arn:aws:rds-db:eu-west-1:222222222222:dbuser:db-ABC/svc$reporting",
    ])
    error_message = "Each user is in the policy as it is written."
  }
}

run "a_proxy_and_the_longest_user" {
  command = plan

  variables {
    databases = [{ resource_id = "prx-0a1b2c3d4e5f60718", region = "eu-west-1", db_users = [join("", [for _ in range(80) : "u"])] }]
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.teleport_database_access.policy).Statement[0].Resource == ["arn:aws:rds-db:eu-west-1:222222222222:dbuser:prx-0a1b2c3d4e5f60718/uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu"]
    error_message = "A proxy's id is lower-case, as AWS writes it."
  }
}

run "rejects_a_user_of_81_characters" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "db-ABC", region = "eu-west-1", db_users = [join("", [for _ in range(81) : "u"])] }]
  }
}

run "rejects_a_user_with_a_space" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "db-ABC", region = "eu-west-1", db_users = ["jane doe"] }]
  }
}

run "rejects_a_user_with_a_hard_space" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "db-ABC", region = "eu-west-1", db_users = ["jane\u00a0doe"] }]
  }
}

run "rejects_a_user_with_a_soft_hyphen" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "db-ABC", region = "eu-west-1", db_users = ["jane\u00addoe"] }]
  }
}

run "rejects_a_user_that_iam_has_no_characters_for" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "db-ABC", region = "eu-west-1", db_users = ["łukasz"] }]
  }
}

run "rejects_a_question_mark" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "db-ABC", region = "eu-west-1", db_users = ["rds?"] }]
  }
}

run "rejects_a_policy_variable_inside_a_user" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "db-ABC", region = "eu-west-1", db_users = ["a$${aws:username}"] }]
  }
}

run "rejects_a_proxy_in_upper_case" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "prx-0A1B2C3D4E5F60718", region = "eu-west-1", db_users = ["alice"] }]
  }
}

run "rejects_an_instance_in_lower_case" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "db-abc", region = "eu-west-1", db_users = ["alice"] }]
  }
}

run "rejects_an_id_of_41_characters" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = [{ resource_id = "db-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", region = "eu-west-1", db_users = ["alice"] }]
  }
}

run "rejects_a_region_of_another_partition" {
  command         = plan
  expect_failures = [aws_iam_role_policy.teleport_database_access]

  variables {
    databases = [{ resource_id = "db-ABC", region = "cn-north-1", db_users = ["alice"] }]
  }
}
