output "user_arn" {
  description = "ARN of the integration user."
  value       = aws_iam_user.pmm_aws_integration.arn
}

output "user_name" {
  description = "Name of the integration user."
  value       = aws_iam_user.pmm_aws_integration.name
}

output "secret_arn" {
  description = "ARN of the secret that holds the user's newest key."
  value       = module.key.secret_arn
}

output "secret_name" {
  description = "Name of the secret that holds the user's newest key."
  value       = module.key.secret_name
}
