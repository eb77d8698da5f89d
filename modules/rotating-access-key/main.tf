data "aws_caller_identity" "current" {}

# By name and then by key, since reading a user that is not there is an error,
# and before the first apply it is not.
data "aws_iam_users" "existing" {
  name_regex = "^${replace(replace(var.user_name, ".", "\\."), "+", "\\+")}$"
}

data "aws_iam_user" "existing" {
  for_each = data.aws_iam_users.existing.names

  user_name = each.key
}

data "aws_iam_access_keys" "existing" {
  for_each = data.aws_iam_users.existing.names

  user = each.key
}

locals {
  generation_tag = "pmm-iam:key-generation"

  newest_slot   = var.key_generation % 2 == 1 ? "odd" : "even"
  previous_slot = var.key_generation % 2 == 1 ? "even" : "odd"

  # A generation keeps its slot for life, so raising the number by one touches
  # only the slot of the generation before the previous one.
  generations = { for slot, generation in {
    (local.newest_slot)   = var.key_generation
    (local.previous_slot) = var.key_generation - 1
  } : slot => generation if generation >= 1 }
  slots = { for slot, generation in local.generations : slot => generation if slot == local.newest_slot || var.previous_key != "deleted" }

  user_exists        = length(data.aws_iam_users.existing.names) > 0
  tag_found          = one([for user in data.aws_iam_user.existing : lookup(coalesce(user.tags, {}), local.generation_tag, null)])
  applied_generation = can(regex("^[1-9][0-9]{0,8}$", local.tag_found)) ? tonumber(local.tag_found) : null
  movement           = local.applied_generation == null ? 0 : var.key_generation - local.applied_generation

  existing_keys    = flatten([for found in data.aws_iam_access_keys.existing : found.access_keys])
  existing_key_ids = sort([for key in local.existing_keys : key.access_key_id])
  active_key_ids   = [for key in local.existing_keys : key.access_key_id if key.status == "Active"]

  # The slots whose key this very plan makes, replaces or deletes (see
  # terraform_data.made). The ids of all others are known, and what such a slot
  # held stands beside the other one.
  changing          = [for slot, made in terraform_data.made : slot if made.input.before == local.existing_key_ids]
  newest_changes    = contains(local.changing, local.newest_slot)
  previous_changes  = contains(local.changing, local.previous_slot)
  departing_key_ids = [for slot, made in terraform_data.made : made.input.beside if length(local.changing) > 0 && !contains(local.changing, slot)]
  managed_key_ids   = [for slot, key in aws_iam_access_key.slot : key.id if !contains(local.changing, slot)]
  unmanaged_key_ids = [for id in local.existing_key_ids : id if !contains(local.managed_key_ids, id) && !contains(local.departing_key_ids, id)]

  # A raise on top of one that is unfinished would replace both keys, and an
  # unfinished one leaves the key before it as the only one that anyone has.
  raises_unfinished = local.movement == 1 && local.previous_changes
  cuts_unfinished = local.movement == 0 && local.newest_changes && (
    var.previous_key == "inactive" ? anytrue([for id in local.managed_key_ids : contains(local.active_key_ids, id)]) :
    var.previous_key == "deleted" && local.previous_changes && length(local.active_key_ids) > 0
  )

  # Where the user has the very keys that there were before each slot, none of
  # them is a slot's own whose record alone was lost, so every slot's is to be
  # made beside them. A previous key that leaves may make the room.
  has_no_room = (
    local.movement == 0 && length(local.existing_key_ids) + length(local.slots) > 2 &&
    (var.key_generation == 1 || var.previous_key != "deleted") &&
    alltrue([for record in terraform_data.generation : record.triggers_replace == local.existing_key_ids])
  )

  # A secret stays in the region where it was made, and what is then written to it
  # goes to the provider's. Looked up, since a provider before 6.0 has no such
  # attribute.
  secret_region = try(split(":", aws_secretsmanager_secret.key.arn)[3], null)
  moved_regions = distinct([for region in compact([
    lookup(aws_secretsmanager_secret_version.key, "region", null),
    one([for policy in aws_secretsmanager_secret_policy.key : lookup(policy, "region", null)]),
  ]) : region if local.secret_region != null && region != local.secret_region])

  unmanaged_keys_hint = length(local.changing) == 0 ? "" : " An apply that was cut off may have left one whose secret never arrived: no one can use that one, unless the secret ${var.secret_name} names it. If this very plan replaces or destroys an aws_iam_access_key.slot, it may be that key, and nothing is to be done."
}

resource "terraform_data" "generation" {
  for_each = local.slots

  input = each.value

  # No trigger, since it is never changed: the keys that there were when the slot
  # was, and its own was not.
  triggers_replace = local.existing_key_ids

  # What the number says is judged against what AWS says, before anything is
  # touched: a wrong number here would cut off whoever uses the key. Judged for
  # the newest slot only, so that a message prints once.
  lifecycle {
    ignore_changes = [triggers_replace]

    precondition {
      condition     = each.key != local.newest_slot || !local.user_exists || local.applied_generation != null || var.key_generation == 1
      error_message = "key_generation is ${var.key_generation}, but the user ${var.user_name} in account ${data.aws_caller_identity.current.account_id} ${local.tag_found == null ? "has no tag ${local.generation_tag}" : "has \"${coalesce(local.tag_found, "nothing")}\" in its tag ${local.generation_tag}, which is no generation"}; expected generation 1, the first that is managed here. If the user was made by hand, set key_generation to 1. If its tag was lost, put it back:\n\n  aws iam tag-user --user-name ${var.user_name} --tags Key=${local.generation_tag},Value=<the generation in the secret ${var.secret_name}>"
    }

    precondition {
      condition     = each.key != local.newest_slot || contains([0, 1], local.movement)
      error_message = "key_generation is ${var.key_generation}, but the user ${var.user_name} in account ${data.aws_caller_identity.current.account_id} is at generation ${coalesce(local.applied_generation, 0)} (its tag ${local.generation_tag}); expected ${coalesce(local.applied_generation, 0)}, or ${coalesce(local.applied_generation, 0) + 1} to rotate. Set key_generation to ${coalesce(local.applied_generation, 0) + (local.movement > 1 ? 1 : 0)}. To take a rotation back, do not lower the number: point the consumers at the previous key while it is active."
    }

    precondition {
      condition     = each.key != local.newest_slot || local.movement != 1 || var.previous_key == "active"
      error_message = "key_generation is raised from ${coalesce(local.applied_generation, 0)} to ${var.key_generation} for the user ${var.user_name} in account ${data.aws_caller_identity.current.account_id} while previous_key is \"${var.previous_key}\"; expected \"active\", since the consumers still use the key of generation ${coalesce(local.applied_generation, 0)}. Set previous_key to \"active\", and to \"inactive\" once they have moved."
    }
  }
}

resource "aws_iam_access_key" "slot" {
  for_each = local.slots

  user   = var.user_name
  status = each.key != local.newest_slot && var.previous_key == "inactive" ? "Inactive" : "Active"

  lifecycle {
    replace_triggered_by = [terraform_data.generation[each.key]]
  }
}

# What there was when a slot's key was planned: the keys of the user, and the key
# in the other slot. It is replaced with every key of the slot, and only then. So
# `before` is what the user has now exactly where this very plan makes the key;
# otherwise the user has one that is not in it, the slot's own. That tells which
# ids a plan leaves unknown, for which Terraform has no function. A slot whose key
# was deleted has a record too, so that the plan that deletes the key is told.
resource "terraform_data" "made" {
  for_each = local.generations

  input = {
    before = local.existing_key_ids
    beside = one([for slot, key in aws_iam_access_key.slot : key.id if slot != each.key])
  }
  triggers_replace = one([for slot, key in aws_iam_access_key.slot : key.id if slot == each.key])

  lifecycle {
    ignore_changes = [input]
  }
}

resource "aws_secretsmanager_secret" "key" {
  provider = aws.secrets

  name        = var.secret_name
  description = "Access key of the IAM user ${var.user_name} in account ${data.aws_caller_identity.current.account_id}"
  kms_key_id  = var.kms_key_id

  # The key dies with the secret, so there is nothing to recover; a name in
  # recovery would only keep the account from coming back.
  recovery_window_in_days = 0
}

# The id of the newest key, unknown where this very plan makes that key. By way of
# terraform_data.made, so that the secret never names a key before the state does.
resource "terraform_data" "newest" {
  input = terraform_data.made[local.newest_slot].triggers_replace
}

resource "aws_secretsmanager_secret_version" "key" {
  provider = aws.secrets

  secret_id = aws_secretsmanager_secret.key.id
  secret_string_wo = jsonencode({
    access_key_id     = aws_iam_access_key.slot[local.newest_slot].id
    secret_access_key = aws_iam_access_key.slot[local.newest_slot].secret
    account_id        = data.aws_caller_identity.current.account_id
    generation        = var.key_generation
  })

  # From the key and not from the generation, so that a key replaced at the
  # same generation is written too.
  secret_string_wo_version = parseint(substr(sha256(terraform_data.newest.input), 0, 7), 16)

  lifecycle {
    # Not left to the provider: 6.45 to 6.49 do not replace a version whose
    # secret_string_wo_version is unknown, and their apply fails after the key is made.
    replace_triggered_by = [terraform_data.newest]
  }
}

resource "aws_secretsmanager_secret_policy" "key" {
  provider = aws.secrets
  count    = length(var.secret_readers) > 0 ? 1 : 0

  secret_arn = aws_secretsmanager_secret.key.arn

  # A role ARN as principal would break when the role is replaced, and the
  # account as principal would also need a policy on the role. So the statement
  # is for anyone, narrowed by condition to these exact roles. It is an Allow:
  # a role whose own policy allows reading secrets can still read this one.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ReadByTheseRoles"
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
      Condition = {
        StringEquals = {
          "aws:PrincipalArn"     = sort(distinct(var.secret_readers))
          "aws:PrincipalAccount" = split(":", var.secret_readers[0])[4]
        }
      }
    }]
  })
}

check "newest_key_age" {
  assert {
    condition     = local.newest_changes ? true : timecmp(plantimestamp(), timeadd(aws_iam_access_key.slot[local.newest_slot].create_date, "2160h")) <= 0
    error_message = "The newest key of the user ${var.user_name} in account ${data.aws_caller_identity.current.account_id} (generation ${var.key_generation}) was made on ${aws_iam_access_key.slot[local.newest_slot].create_date}, over 90 days ago. To rotate, set key_generation to ${var.key_generation + 1} with previous_key \"active\"."
  }
}

check "unmanaged_keys" {
  assert {
    condition     = local.raises_unfinished || local.cuts_unfinished || local.has_no_room || length(local.unmanaged_key_ids) == 0
    error_message = "The user ${var.user_name} in account ${data.aws_caller_identity.current.account_id} has access keys that Terraform does not manage${length(local.changing) > 0 ? ", or whose creation was cut off" : ""}, and AWS allows two in all, so they block the next key.${local.unmanaged_keys_hint} Once no one uses them:\n\n${join("\n", [for id in local.unmanaged_key_ids : "  aws iam delete-access-key --user-name ${var.user_name} --access-key-id ${id}"])}"
  }
}
