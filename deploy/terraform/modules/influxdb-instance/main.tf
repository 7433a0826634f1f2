# An instance of Timestream for InfluxDB with engine 2, and a security group for it without rules. Clusters, which engine 3 needs, are a
# resource of the provider since 6.11. A module that uses it cannot be used with 5.100, so they are created by other means.
resource "aws_security_group" "influxdb" {
  name_prefix = "${var.name}-influxdb-"
  description = "InfluxDB"
  vpc_id      = var.vpc_id
  tags        = var.tags
}

resource "aws_timestreaminfluxdb_db_instance" "this" {
  name                   = var.name
  db_instance_type       = var.instance_type
  db_storage_type        = var.storage_type
  allocated_storage      = var.allocated_storage_gib
  deployment_type        = var.multi_az ? "WITH_MULTIAZ_STANDBY" : "SINGLE_AZ"
  port                   = var.port
  organization           = var.organization
  bucket                 = var.bucket
  username               = var.username
  password               = var.password
  publicly_accessible    = false
  vpc_subnet_ids         = var.subnet_ids
  vpc_security_group_ids = [aws_security_group.influxdb.id]

  db_parameter_group_identifier = var.parameter_group_id

  dynamic "log_delivery_configuration" {
    for_each = var.log_bucket == null ? [] : [var.log_bucket]

    content {
      s3_configuration {
        bucket_name = log_delivery_configuration.value
        enabled     = true
      }
    }
  }

  tags = var.tags

}
