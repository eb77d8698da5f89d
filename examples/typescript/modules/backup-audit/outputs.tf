output "role_arn" {
  description = "ARN of the role, for the auditors."
  value       = aws_iam_role.backup_audit.arn
}
