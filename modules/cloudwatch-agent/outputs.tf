output "role_arns" {
  description = "ARNs of the roles by kind (server, admin, hybrid); only the kinds asked for."
  value       = { for kind, role in aws_iam_role.agent : kind => role.arn }
}

output "instance_profile_names" {
  description = "Names of the instance profiles by kind (server, admin); only the kinds asked for."
  value       = { for kind, profile in aws_iam_instance_profile.agent : kind => profile.name }
}

output "instance_profile_arns" {
  description = "ARNs of the instance profiles by kind (server, admin); only the kinds asked for."
  value       = { for kind, profile in aws_iam_instance_profile.agent : kind => profile.arn }
}

output "user_arns" {
  description = "ARNs of the users for on-premises servers by kind (server, admin); only the kinds asked for."
  value       = { for kind, user in aws_iam_user.agent : kind => user.arn }
}

output "secret_arns" {
  description = "ARNs of the secrets that hold the users' newest keys by kind (server, admin); only the kinds asked for."
  value       = { for kind, key in module.key : kind => key.secret_arn }
}

output "secret_names" {
  description = "Names of the secrets that hold the users' newest keys by kind (server, admin); only the kinds asked for."
  value       = { for kind, key in module.key : kind => key.secret_name }
}
