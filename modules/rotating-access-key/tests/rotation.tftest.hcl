# The life of one user's keys, applied step by step: each run stands on the
# state of the run before it, with the keys that AWS has by then. A condition on
# an id that a plan leaves unknown is an error, so that "the id is known" says
# "this key stays".
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
  override_resource {
    target = aws_iam_access_key.slot["odd"]
    values = { id = "AKIAGENERATION000001", create_date = "2126-01-01T00:00:00Z" }
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
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }

  assert {
    condition     = aws_iam_access_key.slot["odd"].id != "" && aws_secretsmanager_secret_version.key.secret_string_wo_version > 0
    error_message = "Nothing moves."
  }

  assert {
    condition     = local.changing == []
    error_message = "The plan makes no key."
  }

  assert {
    condition     = local.unmanaged_key_ids == []
    error_message = "No key is named: all are Terraform's."
  }
}

run "names_a_key_made_by_hand" {
  command         = plan
  expect_failures = [check.unmanaged_keys]

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "1" } }
  }
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
      { access_key_id = "AKIABYHAND0000000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }

  assert {
    condition     = local.unmanaged_key_ids == ["AKIABYHAND0000000001"]
    error_message = "Only the key made by hand is named."
  }
}

run "names_a_key_that_leaves_no_room_for_the_next" {
  command         = plan
  expect_failures = [check.unmanaged_keys]

  variables {
    key_generation = 2
  }

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "1" } }
  }
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
      { access_key_id = "AKIABYHAND0000000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }

  assert {
    condition     = local.unmanaged_key_ids == ["AKIABYHAND0000000001"]
    error_message = "The key in use is not named."
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
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }

  assert {
    condition     = aws_iam_access_key.slot["odd"].id != "" && aws_iam_access_key.slot["odd"].status == "Active"
    error_message = "The key of generation 1 stays, and works."
  }

  assert {
    condition     = local.changing == ["even"]
    error_message = "The plan makes the key of generation 2."
  }

  assert {
    condition     = local.unmanaged_key_ids == []
    error_message = "No key is named: all are Terraform's."
  }
}

# The user's tag says 2, and the key of generation 2 is not there: the apply was
# cut off in between.
run "names_a_key_whose_answer_was_lost" {
  command         = plan
  expect_failures = [check.unmanaged_keys]

  variables {
    key_generation = 2
  }

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "2" } }
  }
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
      { access_key_id = "AKIALOSTANSWER000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }

  assert {
    condition     = local.unmanaged_key_ids == ["AKIALOSTANSWER000001"]
    error_message = "Only the key that no one knows is named."
  }
}

run "refuses_to_raise_what_is_unfinished" {
  command         = plan
  expect_failures = [output.secret_arn]

  variables {
    key_generation = 3
  }

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "2" } }
  }
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }
}

run "refuses_to_switch_off_the_key_in_use_before_the_next_is_there" {
  command         = plan
  expect_failures = [output.secret_arn]

  variables {
    key_generation = 2
    previous_key   = "inactive"
  }

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "2" } }
  }
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }
}

run "refuses_to_delete_the_key_in_use_before_the_next_is_there" {
  command         = plan
  expect_failures = [output.secret_arn]

  variables {
    key_generation = 2
    previous_key   = "deleted"
  }

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "2" } }
  }
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }
}

run "generation_2" {

  variables {
    key_generation = 2
  }

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "2" } }
  }
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }
  override_resource {
    target = aws_iam_access_key.slot["even"]
    values = { id = "AKIAGENERATION000002", create_date = "2126-01-01T00:00:00Z" }
  }

  assert {
    condition     = { for slot, record in terraform_data.generation : slot => record.output } == { odd = 1, even = 2 }
    error_message = "The second generation lives in the even slot, beside the first."
  }

  assert {
    condition     = aws_iam_access_key.slot["odd"].id == "AKIAGENERATION000001"
    error_message = "The key of generation 1 is still the same."
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
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
      { access_key_id = "AKIAGENERATION000002", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }

  assert {
    condition     = { for slot, key in aws_iam_access_key.slot : slot => key.status } == { odd = "Inactive", even = "Active" }
    error_message = "Only the previous key is switched off."
  }

  assert {
    condition     = aws_iam_access_key.slot["odd"].id != "" && aws_iam_access_key.slot["even"].id != ""
    error_message = "Both keys stay."
  }

  assert {
    condition     = local.unmanaged_key_ids == []
    error_message = "No key is named: all are Terraform's."
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
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
      { access_key_id = "AKIAGENERATION000002", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }

  assert {
    condition     = keys(aws_iam_access_key.slot) == ["even"] && aws_iam_access_key.slot["even"].id != "" && aws_iam_access_key.slot["even"].status == "Active"
    error_message = "Only the previous key goes."
  }

  assert {
    condition     = local.changing == ["odd"]
    error_message = "The plan deletes the key of generation 1."
  }

  assert {
    condition     = local.unmanaged_key_ids == []
    error_message = "No key is named: all are Terraform's."
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
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
      { access_key_id = "AKIAGENERATION000002", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }

  assert {
    condition     = { for slot, record in terraform_data.generation : slot => record.input } == { odd = 3, even = 2 }
    error_message = "The third generation takes the slot of the first."
  }

  assert {
    condition     = aws_iam_access_key.slot["even"].id != "" && aws_iam_access_key.slot["even"].status == "Active"
    error_message = "The key of generation 2 stays, and works."
  }

  assert {
    condition     = local.changing == ["odd"]
    error_message = "The plan makes the key of generation 3."
  }

  assert {
    condition     = local.unmanaged_key_ids == []
    error_message = "No key is named: all are Terraform's."
  }
}

run "names_a_key_whose_answer_was_lost_in_the_place_of_an_older_one" {
  command         = plan
  expect_failures = [check.unmanaged_keys]

  variables {
    key_generation = 3
  }

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "3" } }
  }
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000002", create_date = "2126-01-01T00:00:00Z", status = "Active" },
      { access_key_id = "AKIALOSTANSWER000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }

  assert {
    condition     = local.unmanaged_key_ids == ["AKIALOSTANSWER000001"]
    error_message = "Only the key that no one knows is named."
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
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
      { access_key_id = "AKIAGENERATION000002", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }
  override_resource {
    target = aws_iam_access_key.slot["odd"]
    values = { id = "AKIAGENERATION000003", create_date = "2126-01-01T00:00:00Z" }
  }

  assert {
    condition     = { for slot, record in terraform_data.generation : slot => record.output } == { odd = 3, even = 2 }
    error_message = "Both slots say what they hold."
  }

  assert {
    condition     = aws_iam_access_key.slot["odd"].id == "AKIAGENERATION000003" && aws_iam_access_key.slot["even"].id == "AKIAGENERATION000002"
    error_message = "The slot of the first generation has a new key, the other its own."
  }

  assert {
    condition     = aws_secretsmanager_secret_version.key.secret_string_wo_version == parseint(substr(sha256(aws_iam_access_key.slot["odd"].id), 0, 7), 16)
    error_message = "The secret holds the newest key."
  }
}

run "generation_3_again" {
  command = plan

  variables {
    key_generation = 3
  }

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "3" } }
  }
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000002", create_date = "2126-01-01T00:00:00Z", status = "Active" },
      { access_key_id = "AKIAGENERATION000003", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }

  assert {
    condition     = local.changing == []
    error_message = "The plan makes no key."
  }

  assert {
    condition     = local.unmanaged_key_ids == []
    error_message = "No key is named: all are Terraform's."
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
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIAGENERATION000002", create_date = "2126-01-01T00:00:00Z", status = "Active" },
      { access_key_id = "AKIAGENERATION000003", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }
}
