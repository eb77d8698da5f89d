output "role_arn" {
  description = "ARN of the role, to give to the third party."
  value       = aws_iam_role.monitor.arn
}

output "role_name" {
  description = "Name of the role."
  value       = aws_iam_role.monitor.name
}
