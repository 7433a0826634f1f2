output "name" {
  description = "Name of the instance, for influxdb.instance_name of the loader."
  value       = aws_timestreaminfluxdb_db_instance.this.name
}

output "url" {
  description = "URL of InfluxDB, for influxdb.url of the loader."
  value       = "https://${aws_timestreaminfluxdb_db_instance.this.endpoint}:${aws_timestreaminfluxdb_db_instance.this.port}"
}

output "port" {
  description = "Port of InfluxDB."
  value       = var.port
}

output "security_group_id" {
  description = "Security group of the instance. It has no rules: the module network adds one for the functions."
  value       = aws_security_group.influxdb.id
}

output "auth_secret_arn" {
  description = "Secret with user and password of the first user that AWS creates. It has no token."
  value       = aws_timestreaminfluxdb_db_instance.this.influx_auth_parameters_secret_arn
}
