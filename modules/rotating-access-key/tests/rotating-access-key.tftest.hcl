mock_provider "aws" {
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
  user_name   = "PMMAWSIntegrationUser"
  secret_name = "pmm/aurora/orders-prod"
}

run "without_a_user_any_generation_passes" {
  command = plan

  variables {
    key_generation = 7
  }

  assert {
    condition     = { for slot, record in terraform_data.generation : slot => record.input } == { odd = 7, even = 6 }
    error_message = "Odd generations live in one slot, even ones in the other."
  }

  assert {
    condition     = output.user_tags == { "pmm-iam:key-generation" = "7" }
    error_message = "The user's tag says the generation."
  }

  assert {
    condition     = aws_secretsmanager_secret.key.name == "pmm/aurora/orders-prod" && aws_secretsmanager_secret.key.recovery_window_in_days == 0
    error_message = "The secret's name is free at once when the secret goes."
  }

  assert {
    condition     = length(aws_secretsmanager_secret_policy.key) == 0
    error_message = "Without readers there is no resource policy."
  }

  assert {
    condition     = data.aws_iam_users.existing.name_regex == "^PMMAWSIntegrationUser$"
    error_message = "The user is looked up by its exact name."
  }
}

run "the_lookup_takes_the_name_as_text" {
  command = plan

  variables {
    user_name = "a.b+c=d,e@f_g-h"
  }

  assert {
    condition     = data.aws_iam_users.existing.name_regex == "^a\\.b\\+c=d,e@f_g-h$"
    error_message = "A name's dots and pluses are text, not a pattern."
  }
}

run "secret_readers" {
  command = plan

  variables {
    secret_readers = ["arn:aws:iam::111111111111:role/pmm-ec2-role", "arn:aws:iam::111111111111:role/backup/reader"]
    kms_key_id     = "alias/pmm"
  }

  override_resource {
    target          = aws_secretsmanager_secret.key
    override_during = plan
    values          = { arn = "arn:aws:secretsmanager:us-east-1:111111111111:secret:pmm/aurora/orders-prod-AbCdEf" }
  }

  assert {
    condition = jsondecode(aws_secretsmanager_secret_policy.key[0].policy) == jsondecode(<<-JSON
      {"Version": "2012-10-17", "Statement": [{
        "Sid": "ReadByTheseRoles", "Effect": "Allow", "Principal": {"AWS": "*"},
        "Action": "secretsmanager:GetSecretValue", "Resource": "*",
        "Condition": {"StringEquals": {
          "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/backup/reader", "arn:aws:iam::111111111111:role/pmm-ec2-role"],
          "aws:PrincipalAccount": "111111111111"}}
      }]}
    JSON
    )
    error_message = "The secret's policy adds these roles of the one account as readers."
  }

  assert {
    condition     = aws_secretsmanager_secret.key.kms_key_id == "alias/pmm"
    error_message = "The secret is encrypted with the key given."
  }
}

run "a_user_at_its_generation_passes" {
  command = plan

  variables {
    key_generation = 3
    previous_key   = "deleted"
  }

  override_data {
    target = data.aws_iam_users.existing
    values = { names = ["PMMAWSIntegrationUser"] }
  }
  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "3", team = "dba" } }
  }
  override_resource {
    target          = aws_iam_access_key.slot["odd"]
    override_during = plan
    values          = { create_date = "2126-01-01T00:00:00Z" }
  }

  assert {
    condition     = keys(aws_iam_access_key.slot) == ["odd"]
    error_message = "A deleted previous key leaves one slot."
  }
}

run "an_adopted_user_gets_generation_1" {
  command = plan

  override_data {
    target = data.aws_iam_users.existing
    values = { names = ["PMMAWSIntegrationUser"] }
  }
  override_data {
    target = data.aws_iam_user.existing
    values = { tags = {} }
  }

  assert {
    condition     = keys(aws_iam_access_key.slot) == ["odd"]
    error_message = "The first key is made beside what the user has."
  }
}

run "refuses_a_later_generation_without_the_tag" {
  command         = plan
  expect_failures = [terraform_data.generation["even"]]

  variables {
    key_generation = 2
  }

  override_data {
    target = data.aws_iam_users.existing
    values = { names = ["PMMAWSIntegrationUser"] }
  }
  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { team = "dba" } }
  }
}

run "refuses_a_later_generation_when_the_tag_is_no_number" {
  command         = plan
  expect_failures = [terraform_data.generation["even"]]

  variables {
    key_generation = 2
  }

  override_data {
    target = data.aws_iam_users.existing
    values = { names = ["PMMAWSIntegrationUser"] }
  }
  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "two" } }
  }
}

run "refuses_to_skip_a_generation" {
  command         = plan
  expect_failures = [terraform_data.generation["odd"]]

  variables {
    key_generation = 3
  }

  override_data {
    target = data.aws_iam_users.existing
    values = { names = ["PMMAWSIntegrationUser"] }
  }
  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "1" } }
  }
}

run "refuses_to_lower_the_generation" {
  command         = plan
  expect_failures = [terraform_data.generation["even"]]

  variables {
    key_generation = 2
  }

  override_data {
    target = data.aws_iam_users.existing
    values = { names = ["PMMAWSIntegrationUser"] }
  }
  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "3" } }
  }
}

run "refuses_a_raise_that_switches_off_the_key_in_use" {
  command         = plan
  expect_failures = [terraform_data.generation["even"]]

  variables {
    key_generation = 2
    previous_key   = "inactive"
  }

  override_data {
    target = data.aws_iam_users.existing
    values = { names = ["PMMAWSIntegrationUser"] }
  }
  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "1" } }
  }
}

run "refuses_a_raise_that_deletes_the_key_in_use" {
  command         = plan
  expect_failures = [terraform_data.generation["even"]]

  variables {
    key_generation = 2
    previous_key   = "deleted"
  }

  override_data {
    target = data.aws_iam_users.existing
    values = { names = ["PMMAWSIntegrationUser"] }
  }
  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "1" } }
  }
}

run "names_the_key_of_an_adopted_user" {
  command         = plan
  expect_failures = [check.unmanaged_keys]

  override_data {
    target = data.aws_iam_users.existing
    values = { names = ["PMMAWSIntegrationUser"] }
  }
  override_data {
    target = data.aws_iam_user.existing
    values = { tags = {} }
  }
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIABYHAND0000000001", create_date = "2020-01-01T00:00:00Z", status = "Active" },
    ] }
  }

  assert {
    condition     = local.unmanaged_key_ids == ["AKIABYHAND0000000001"]
    error_message = "It is the user's own."
  }
}

run "refuses_a_first_key_beside_two_that_leave_no_room" {
  command         = plan
  expect_failures = [output.secret_arn]

  override_data {
    target = data.aws_iam_users.existing
    values = { names = ["PMMAWSIntegrationUser"] }
  }
  override_data {
    target = data.aws_iam_user.existing
    values = { tags = {} }
  }
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIABYHAND0000000002", create_date = "2020-01-01T00:00:00Z", status = "Inactive" },
      { access_key_id = "AKIABYHAND0000000001", create_date = "2020-01-01T00:00:00Z", status = "Active" },
    ] }
  }

  assert {
    condition     = local.unmanaged_key_ids == ["AKIABYHAND0000000001", "AKIABYHAND0000000002"]
    error_message = "Both are the user's own."
  }
}

# An account that was closed, and so forgotten, and comes back.
run "refuses_later_keys_beside_two_that_leave_no_room" {
  command         = plan
  expect_failures = [output.secret_arn]

  variables {
    key_generation = 2
  }

  override_data {
    target = data.aws_iam_users.existing
    values = { names = ["PMMAWSIntegrationUser"] }
  }
  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "2" } }
  }
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000001", create_date = "2020-01-01T00:00:00Z", status = "Active" },
      { access_key_id = "AKIAGENERATION000002", create_date = "2020-01-01T00:00:00Z", status = "Active" },
    ] }
  }
}

run "refuses_two_keys_beside_one" {
  command         = plan
  expect_failures = [output.secret_arn]

  variables {
    key_generation = 2
    previous_key   = "inactive"
  }

  override_data {
    target = data.aws_iam_users.existing
    values = { names = ["PMMAWSIntegrationUser"] }
  }
  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "2" } }
  }
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000002", create_date = "2020-01-01T00:00:00Z", status = "Inactive" },
    ] }
  }
}

run "makes_one_key_beside_one" {
  command         = plan
  expect_failures = [check.unmanaged_keys]

  variables {
    key_generation = 2
    previous_key   = "deleted"
  }

  override_data {
    target = data.aws_iam_users.existing
    values = { names = ["PMMAWSIntegrationUser"] }
  }
  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "2" } }
  }
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000002", create_date = "2020-01-01T00:00:00Z", status = "Inactive" },
    ] }
  }

  assert {
    condition     = keys(aws_iam_access_key.slot) == ["even"]
    error_message = "The newest is made beside the one that is there."
  }
}

run "rejects_a_user_name_with_a_path" {
  command         = plan
  expect_failures = [var.user_name]

  variables {
    user_name = "service/PMMAWSIntegrationUser"
  }
}

run "rejects_generation_0" {
  command         = plan
  expect_failures = [var.key_generation]

  variables {
    key_generation = 0
  }
}

run "rejects_half_a_generation" {
  command         = plan
  expect_failures = [var.key_generation]

  variables {
    key_generation = 1.5
  }
}

run "rejects_another_state_of_the_previous_key" {
  command         = plan
  expect_failures = [var.previous_key]

  variables {
    previous_key = "Inactive"
  }
}

run "rejects_a_secret_name_with_a_space" {
  command         = plan
  expect_failures = [var.secret_name]

  variables {
    secret_name = "pmm/aurora/orders prod"
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

run "rejects_readers_of_two_accounts" {
  command         = plan
  expect_failures = [var.secret_readers]

  variables {
    secret_readers = ["arn:aws:iam::111111111111:role/pmm-ec2-role", "arn:aws:iam::033333333333:role/pmm-ec2-role"]
  }
}

run "takes_as_many_readers_as_their_policy_holds" {
  command = plan

  variables {
    secret_readers = [for number in range(421) : format("arn:aws:iam::111111111111:role/reader-%07d", number)]
  }

  assert {
    condition     = length(aws_secretsmanager_secret_policy.key[0].policy) <= 20480
    error_message = "The policy is no larger than AWS allows."
  }
}

run "rejects_more_readers_than_their_policy_holds" {
  command         = plan
  expect_failures = [var.secret_readers]

  variables {
    secret_readers = [for number in range(422) : format("arn:aws:iam::111111111111:role/reader-%07d", number)]
  }
}
