# A key that is old by the time of the second plan.
mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "222222222222" }
  }
  mock_data "aws_iam_users" {
    defaults = { names = [] }
  }
  mock_resource "aws_iam_access_key" {
    defaults = { id = "AKIAGENERATION000001", create_date = "2020-01-01T00:00:00Z" }
  }
}

mock_provider "aws" {
  alias = "secrets"
}

variables {
  user_name   = "PMMAWSIntegrationUser"
  secret_name = "pmm/aurora/orders-prod"
}

run "says_nothing_of_a_key_that_the_plan_makes" {}

run "warns_of_a_key_over_90_days_old" {
  command         = plan
  expect_failures = [check.newest_key_age]

  override_data {
    target = data.aws_iam_users.existing
    values = { names = ["PMMAWSIntegrationUser"] }
  }
  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "1" } }
  }
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000001", create_date = "2020-01-01T00:00:00Z", status = "Active" },
    ] }
  }
}
