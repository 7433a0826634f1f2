output "influxdb_url" {
  description = "URL of InfluxDB, reachable in the VPC."
  value       = module.influxdb.url
}

output "influxdb_auth_secret_arn" {
  description = "Secret with the first user and its password, to create the token of the loader with."
  value       = module.influxdb.auth_secret_arn
}

output "put_token" {
  description = "Command that puts the token from the variable TOKEN of the shell into the secret."
  value       = "printf '{\"token\":\"%s\"}' \"$TOKEN\" | aws secretsmanager put-secret-value --secret-id ${aws_secretsmanager_secret.token.arn} --secret-string file:///dev/stdin"
}

output "upload_to" {
  description = "Location whose files are loaded, for example …/dataset=generation/2024.parquet."
  value       = "s3://${var.bucket}/processed/"
}

output "redrive_commands" {
  description = "Commands that load the objects of failed events again."
  value       = module.loader.redrive_commands
}
