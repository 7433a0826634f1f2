locals {
  # The folder of certificates only has those of the file /etc/pki/tls/cert.pem again. .NET reads both before the first TLS connection, which is
  # most of the time of a cold start. Whoever adds certificates with SSL_CERT_FILE needs the folder for the public ones.
  certificates = contains(keys(var.environment), "SSL_CERT_FILE") ? {} : { SSL_CERT_DIR = "/dev/null" }

  timestream_environment = {
    TIMESTREAM_DATABASE_NAME = var.database_name
    MAX_BATCH_SIZE           = var.settings.max_batch_size
  }

  environment = merge(
    local.certificates,
    var.environment,
    {
      for name, value in {
        SINK                    = var.sink
        GENERATION_TABLE_NAME   = var.table_names.generation
        CONSUMPTION_TABLE_NAME  = var.table_names.consumption
        TRANSMISSION_TABLE_NAME = var.table_names.transmission
        REJECTED_ROWS_LOCATION  = local.rejected_rows
        SOURCE_PREFIX           = var.source_prefix
        METRICS_NAMESPACE       = var.settings.metrics_namespace
        MAX_RETRIES             = var.settings.max_retries
        MAX_CONCURRENCY         = var.settings.max_concurrency
        FILES_IN_FLIGHT         = var.settings.files_in_flight
        ROW_GROUPS_IN_FLIGHT    = var.settings.row_groups_in_flight
        MAX_INVALID_PERCENT     = var.settings.max_invalid_percent
        SOURCE_TIME_ZONE        = var.settings.source_time_zone
        INT96_TIME              = var.settings.int96_time
        MAPPING_LOCATION        = var.settings.mapping_location
      } : name => tostring(value) if value != null
    },
    { for name, value in local.timestream_environment : name => tostring(value) if local.on_timestream && value != null },
    local.influxdb_environment,
  )
}

resource "aws_lambda_function" "this" {
  for_each = local.functions

  function_name = each.value.name
  description   = "Loads energy measurements from Parquet into ${local.destination} (${each.value.handler})"
  role          = aws_iam_role.function[each.key].arn

  runtime          = "provided.al2023"
  handler          = each.value.handler
  architectures    = [var.architecture]
  filename         = var.package_path
  source_code_hash = var.package_path != null ? filebase64sha256(var.package_path) : try(var.package_s3.sha256_base64, null)

  s3_bucket         = try(var.package_s3.bucket, null)
  s3_key            = try(var.package_s3.key, null)
  s3_object_version = try(var.package_s3.version, null)

  memory_size                    = var.memory_megabytes
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = coalesce(var.reserved_concurrency[each.key], -1)

  environment {
    variables = merge(local.environment, { ANNOTATIONS_HANDLER = each.value.handler })
  }

  dynamic "vpc_config" {
    for_each = local.in_vpc ? [true] : []

    content {
      subnet_ids         = var.vpc_subnet_ids
      security_group_ids = var.vpc_security_group_ids
    }
  }

  dynamic "tracing_config" {
    for_each = var.tracing ? [true] : []

    content {
      mode = "Active"
    }
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = var.log_level
    system_log_level      = "INFO" # higher levels drop the report of each call: its duration and the memory that it used
    log_group             = aws_cloudwatch_log_group.function[each.key].name
  }

  tags = var.tags

  depends_on = [aws_iam_role_policy.function]
}
