# An adopted user's first apply, cut off when its key was made and before the
# key's record was: it looks like one that Terraform does not manage, and there
# is room all the same.
mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "222222222222" }
  }
  mock_data "aws_iam_users" {
    defaults = { names = ["PMMAWSIntegrationUser"] }
  }
  mock_resource "aws_iam_access_key" {
    defaults = { id = "AKIAGENERATION000001", create_date = "2126-01-01T00:00:00Z" }
  }
}

mock_provider "aws" {
  alias = "secrets"
}

variables {
  user_name   = "PMMAWSIntegrationUser"
  secret_name = "pmm/aurora/orders-prod"
}

run "the_key_is_made_and_nothing_after_it" {
  plan_options {
    target = [aws_iam_access_key.slot]
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
}

run "goes_on_with_a_key_that_has_no_record" {
  command         = plan
  expect_failures = [check.unmanaged_keys]

  override_data {
    target = data.aws_iam_user.existing
    values = { tags = { "pmm-iam:key-generation" = "1" } }
  }
  override_data {
    target = data.aws_iam_access_keys.existing
    values = { access_keys = [
      { access_key_id = "AKIABYHAND0000000001", create_date = "2020-01-01T00:00:00Z", status = "Active" },
      { access_key_id = "AKIAGENERATION000001", create_date = "2126-01-01T00:00:00Z", status = "Active" },
    ] }
  }

  assert {
    condition     = aws_iam_access_key.slot["odd"].id == "AKIAGENERATION000001"
    error_message = "The key is the state's, and stays."
  }

  assert {
    condition     = local.changing == ["odd"] && length(local.unmanaged_key_ids) == 2
    error_message = "Without its record the key counts as one that is still to be made."
  }
}
