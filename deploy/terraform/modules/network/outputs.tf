output "security_group_id" {
  description = "Security group of the functions, for vpc_security_group_ids of the loader."
  value       = aws_security_group.functions.id
}
