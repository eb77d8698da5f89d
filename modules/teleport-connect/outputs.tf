output "role_arn" {
  description = "ARN of the role, for assume_role_arn in Teleport's database settings."
  value       = aws_iam_role.teleport_database_access.arn
}

output "role_name" {
  description = "Name of the role."
  value       = aws_iam_role.teleport_database_access.name
}
