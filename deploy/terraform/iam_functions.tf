locals {
  s3_through_region  = { StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" } }
  sqs_through_region = { StringEquals = { "kms:ViaService" = "sqs.${local.region}.amazonaws.com" } }

  timestream_statements = [
    {
      Sid      = "WriteRecords"
      Effect   = "Allow"
      Action   = ["timestream:WriteRecords", "timestream:DescribeTable"]
      Resource = values(local.table_arns)
    },
    {
      # Endpoint discovery does not support resource-level permissions.
      Sid      = "DiscoverEndpoints"
      Effect   = "Allow"
      Action   = ["timestream:DescribeEndpoints"]
      Resource = ["*"]
    },
  ]

  # Permissions that both functions need: write to the destination, read below the source prefix, keep rejected rows, publish metrics.
  load_statements = concat(
    [for statement in local.timestream_statements : statement if local.on_timestream],
    local.influxdb_statements,
    [
      {
        Sid      = "ReadSource"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:GetObjectVersion"]
        Resource = ["${local.source_bucket_arn}/${var.source_prefix}*"]
      },
      {
        # Without this permission S3 returns 403 for a missing key, which looks the same as access denied. A request for an object has no
        # s3:prefix, so a condition on the prefix would withhold the permission. The functions list nothing.
        Sid      = "TellMissingFromForbidden"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [local.source_bucket_arn]
      },
      {
        Sid      = "KeepRejectedRows"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = ["${local.output_bucket_arn}/${var.rejected_rows_prefix}*"]
      },
      {
        # PutMetricData does not support resource-level permissions; the namespace is the only restriction.
        Sid       = "PublishMetrics"
        Effect    = "Allow"
        Action    = ["cloudwatch:PutMetricData"]
        Resource  = ["*"]
        Condition = { StringEquals = { "cloudwatch:namespace" = var.settings.metrics_namespace } }
      },
    ],
    var.settings.mapping_location == null ? [] : [{
      Sid      = "ReadMapping"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["arn:${local.partition}:s3:::${trimprefix(var.settings.mapping_location, "s3://")}"]
    }],
    length(var.source_kms_key_arns) == 0 ? [] : [{
      Sid       = "DecryptSource"
      Effect    = "Allow"
      Action    = ["kms:Decrypt"]
      Resource  = var.source_kms_key_arns
      Condition = local.s3_through_region
    }],
    var.output_kms_key_arn == null ? [] : [{
      Sid       = "EncryptRejectedRows"
      Effect    = "Allow"
      Action    = ["kms:GenerateDataKey", "kms:Decrypt"]
      Resource  = [var.output_kms_key_arn]
      Condition = local.s3_through_region
    }],
  )

  own_statements = {
    s3_event = concat(
      [{
        Sid      = "KeepFailures"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [local.queue_arns.failures]
      }],
      var.trigger != "sqs" ? [] : [{
        Sid      = "TakeEvents"
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        Resource = [local.queue_arns.events]
      }],
      var.kms_key_arn == null ? [] : [{
        Sid       = "UseQueueKey"
        Effect    = "Allow"
        Action    = ["kms:GenerateDataKey", "kms:Decrypt"]
        Resource  = [var.kms_key_arn]
        Condition = local.sqs_through_region
      }],
    )
    step_functions = []
  }

  function_policies = {
    for key, function in local.functions : key => {
      Version = "2012-10-17"
      Statement = concat(local.load_statements, [{
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${local.log_group_arns[key]}:*"]
      }], local.own_statements[key], local.network_statements[key])
    }
  }
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name        = each.value.name
  description = "Permissions of ${each.value.handler}"
  tags        = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name   = "load"
  role   = aws_iam_role.function[each.key].name
  policy = jsonencode(local.function_policies[each.key])
}
