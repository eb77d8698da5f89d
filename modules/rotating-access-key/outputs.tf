output "user_tags" {
  description = "Tags that the caller puts on its user: the generation, read back by the next plan. Depends on key_generation only, so that the user may come before the keys."
  value       = { "pmm-iam:key-generation" = tostring(var.key_generation) }
}

output "secret_arn" {
  description = "ARN of the secret that holds the newest key."
  value       = aws_secretsmanager_secret.key.arn
}

output "secret_name" {
  description = "Name of the secret that holds the newest key."
  value       = aws_secretsmanager_secret.key.name
}
