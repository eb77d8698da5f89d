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
