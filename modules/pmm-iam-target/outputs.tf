output "role_arn" {
  description = "ARN of the monitoring role, for the PMM role's assume policy and for data sources."
  value       = aws_iam_role.pmm_rds_monitoring.arn
}

output "role_name" {
  description = "Name of the monitoring role."
  value       = aws_iam_role.pmm_rds_monitoring.name
}
