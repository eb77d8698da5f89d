# The life of one user's keys, applied step by step: each run stands on the
# state of the run before it. A condition on an id that a plan leaves unknown
# is an error, so that "the id is known" says "this key stays".
mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "222222222222" }
  }
  mock_data "aws_iam_users" {
    defaults = { names = ["PMMAWSIntegrationUser"] }
  }
  mock_data "aws_iam_access_keys" {
    defaults = { access_keys = [] }
  }
  mock_resource "aws_iam_access_key" {
    defaults = { create_date = "2126-01-01T00:00:00Z" }
  }
}

mock_provider "aws" {
  alias = "secrets"
}

variables {
  user_name   = "PMMAWSIntegrationUser"
  secret_name = "pmm/aurora/orders-prod"
}

run "generation_1" {
  override_data {
    target = data.aws_iam_users.existing
    values = { names = [] }
  }

  assert {
    condition     = { for slot, record in terraform_data.generation : slot => record.output } == { odd = 1 }
    error_message = "The first generation lives in the odd slot, alone."
  }

  assert {
    condition     = aws_iam_access_key.slot["odd"].user == "PMMAWSIntegrationUser" && aws_iam_access_key.slot["odd"].status == "Active"
    error_message = "The key is the user's, and works."
  }

  assert {
    condition     = aws_secretsmanager_secret_version.key.secret_string_wo_version == parseint(substr(sha256(aws_iam_access_key.slot["odd"].id), 0, 7), 16)
    error_message = "The secret is written anew whenever the newest key is another."
  }
}

run "generation_1_again" {
  command = plan

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "1" } }
  }

  assert {
    condition     = aws_iam_access_key.slot["odd"].id != "" && aws_secretsmanager_secret_version.key.secret_string_wo_version > 0
    error_message = "Nothing moves."
  }
}

run "generation_2_planned" {
  command = plan

  variables {
    key_generation = 2
  }

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "1" } }
  }

  assert {
    condition     = aws_iam_access_key.slot["odd"].id != "" && aws_iam_access_key.slot["odd"].status == "Active"
    error_message = "The key of generation 1 stays, and works."
  }
}

run "generation_2" {
  variables {
    key_generation = 2
  }

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "1" } }
  }

  assert {
    condition     = { for slot, record in terraform_data.generation : slot => record.output } == { odd = 1, even = 2 }
    error_message = "The second generation lives in the even slot, beside the first."
  }

  assert {
    condition     = aws_secretsmanager_secret_version.key.secret_string_wo_version == parseint(substr(sha256(aws_iam_access_key.slot["even"].id), 0, 7), 16)
    error_message = "The secret holds the newest key."
  }
}

run "previous_key_inactive" {
  command = plan

  variables {
    key_generation = 2
    previous_key   = "inactive"
  }

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "2" } }
  }

  assert {
    condition     = { for slot, key in aws_iam_access_key.slot : slot => key.status } == { odd = "Inactive", even = "Active" }
    error_message = "Only the previous key is switched off."
  }

  assert {
    condition     = aws_iam_access_key.slot["odd"].id != "" && aws_iam_access_key.slot["even"].id != ""
    error_message = "Both keys stay."
  }
}

run "previous_key_deleted" {
  command = plan

  variables {
    key_generation = 2
    previous_key   = "deleted"
  }

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "2" } }
  }

  assert {
    condition     = keys(aws_iam_access_key.slot) == ["even"] && aws_iam_access_key.slot["even"].id != "" && aws_iam_access_key.slot["even"].status == "Active"
    error_message = "Only the previous key goes."
  }
}

run "generation_3_planned" {
  command = plan

  variables {
    key_generation = 3
  }

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "2" } }
  }

  assert {
    condition     = { for slot, record in terraform_data.generation : slot => record.input } == { odd = 3, even = 2 }
    error_message = "The third generation takes the slot of the first."
  }

  assert {
    condition     = aws_iam_access_key.slot["even"].id != "" && aws_iam_access_key.slot["even"].status == "Active"
    error_message = "The key of generation 2 stays, and works."
  }
}

run "generation_3" {
  variables {
    key_generation = 3
  }

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "2" } }
  }

  assert {
    condition     = { for slot, record in terraform_data.generation : slot => record.output } == { odd = 3, even = 2 }
    error_message = "Both slots say what they hold."
  }

  assert {
    condition     = aws_secretsmanager_secret_version.key.secret_string_wo_version == parseint(substr(sha256(aws_iam_access_key.slot["odd"].id), 0, 7), 16)
    error_message = "The secret holds the newest key."
  }
}

run "refuses_to_go_back" {
  command         = plan
  expect_failures = [terraform_data.generation["even"]]

  variables {
    key_generation = 2
  }

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "3" } }
  }
}
