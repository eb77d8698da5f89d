output "user_tags" {
  description = "Tags that the caller puts on its user: the generation, read back by the next plan. Depends on key_generation only, so that the user may come before the keys."
  value       = { "pmm-iam:key-generation" = tostring(var.key_generation) }
}

output "secret_arn" {
  description = "ARN of the secret that holds the newest key."
  value       = aws_secretsmanager_secret.key.arn

  # Judged here and not where the generation is: whether a key is still to be
  # made is known only downstream of the keys. The plan fails all the same.
  precondition {
    condition     = !local.raises_unfinished
    error_message = "key_generation is raised to ${var.key_generation} for the user ${var.user_name} in account ${data.aws_caller_identity.current.account_id}, but the key of generation ${var.key_generation - 1} is not there: its apply was cut off, or it was deleted by hand. Both keys would be replaced, and the key in use would stop working. Set key_generation to ${var.key_generation - 1} and apply; then raise it."
  }

  precondition {
    condition     = !local.cuts_unfinished
    error_message = "previous_key is \"${var.previous_key}\" for the user ${var.user_name} in account ${data.aws_caller_identity.current.account_id}, but the key of generation ${var.key_generation} is not there: its apply was cut off, or it was deleted by hand. No key that anyone has would work any more. Set previous_key to \"active\" and apply; change it once the consumers have moved."
  }

  precondition {
    condition     = !local.has_no_room
    error_message = "The user ${var.user_name} in account ${data.aws_caller_identity.current.account_id} has access keys that Terraform does not manage, ${join(" and ", local.existing_key_ids)}; expected at most ${2 - length(local.slots)} of them, since AWS allows two and the key${length(local.slots) == 1 ? "" : "s"} of generation ${join(" and ", sort([for generation in local.slots : tostring(generation)]))} ${length(local.slots) == 1 ? "is" : "are"} to be made.${length(local.slots) == 1 ? "" : " To keep one of them, start again: set key_generation to 1, and run aws iam untag-user --user-name ${var.user_name} --tag-keys ${local.generation_tag}."} Which one nobody uses, aws iam get-access-key-last-used --access-key-id <id> says. Delete that one and plan again:\n\n${join("\n", [for id in local.existing_key_ids : "  aws iam delete-access-key --user-name ${var.user_name} --access-key-id ${id}"])}"
  }

  precondition {
    condition     = length(local.moved_regions) == 0
    error_message = "The secret ${var.secret_name} is in ${coalesce(local.secret_region, "another region")}, but it would be written in ${join(" and ", local.moved_regions)}: the region of the provider aws.secrets has changed. Set the region back. Or move the secret, and tell its readers the new region: plan with -replace and the secret's address, which this command prints:\n\n  terraform state list | grep 'aws_secretsmanager_secret\\.key$'"
  }
}

output "secret_name" {
  description = "Name of the secret that holds the newest key."
  value       = aws_secretsmanager_secret.key.name
}
