output "role_arn" {
  description = "ARN of the role that the backup account assumes."
  value       = aws_iam_role.backup_reader.arn
}
