resource "aws_timestreamwrite_database" "this" {
  count = local.on_timestream && var.create_database ? 1 : 0

  database_name = var.database_name
  kms_key_id    = var.kms_key_arn
  tags          = var.tags
}

resource "aws_timestreamwrite_table" "this" {
  for_each = { for dataset, table in var.table_names : dataset => table if local.on_timestream && var.create_tables }

  database_name = var.create_database ? aws_timestreamwrite_database.this[0].database_name : var.database_name
  table_name    = each.value

  retention_properties {
    memory_store_retention_period_in_hours  = var.memory_store_retention_hours
    magnetic_store_retention_period_in_days = var.magnetic_store_retention_days
  }

  # It cannot be added or changed later. OPTIONAL also stores records of other writers that lack the dimension.
  dynamic "schema" {
    for_each = var.partition_keys[each.key] == null ? [] : [var.partition_keys[each.key]]

    content {
      composite_partition_key {
        type                  = "DIMENSION"
        name                  = schema.value
        enforcement_in_record = "OPTIONAL"
      }
    }
  }

  # Rows older than the memory store go to the magnetic store. It checks versions later and reports rejected rows only to this location.
  magnetic_store_write_properties {
    enable_magnetic_store_writes = true

    magnetic_store_rejected_data_location {
      s3_configuration {
        bucket_name       = local.output_bucket
        object_key_prefix = "${var.rejected_rows_prefix}timestream/${each.key}"
        encryption_option = var.output_kms_key_arn == null ? "SSE_S3" : "SSE_KMS"
        kms_key_id        = var.output_kms_key_arn
      }
    }
  }

  tags = var.tags
}
