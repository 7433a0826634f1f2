locals {
  s3_through_region  = { StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" } }
  sqs_through_region = { StringEquals = { "kms:ViaService" = "sqs.${local.region}.amazonaws.com" } }

  # What a statement of policy_statements.json needs. The command `loader check --policy` makes its policy from the same file.
  policy_needs = {
    timestream       = local.on_timestream
    write            = local.on_timestream
    verify           = false
    token_secret     = var.influxdb != null
    token_secret_key = try(var.influxdb.token_secret_kms_key_arn, null) != null
    source           = true
    rejected_rows    = true
    metrics          = true
    mapping          = var.settings.mapping_location != null
    source_keys      = length(var.source_kms_key_arns) > 0
    output_key       = var.output_kms_key_arn != null
  }

  # What the names in these statements stand for.
  policy_values = {
    tables           = values(local.table_arns)
    token_secret     = [try(var.influxdb.token_secret_arn, null)]
    token_secret_key = [try(var.influxdb.token_secret_kms_key_arn, null)]

    # The fourth part of the secret's ARN is its region.
    token_secret_service = ["secretsmanager.${try(split(":", var.influxdb.token_secret_arn)[3], local.region)}.amazonaws.com"]
    source_objects       = [for prefix in local.source_prefixes : "${local.source_bucket_arn}/${prefix}*"]
    source_bucket        = [local.source_bucket_arn]
    rejected_objects     = ["${local.output_bucket_arn}/${var.rejected_rows_prefix}*"]
    metrics_namespace    = [var.settings.metrics_namespace]
    mapping_object       = ["arn:${local.partition}:s3:::${trimprefix(coalesce(var.settings.mapping_location, "s3://"), "s3://")}"]
    source_keys          = var.source_kms_key_arns
    output_key           = [var.output_kms_key_arn]
    s3_service           = ["s3.${local.region}.amazonaws.com"]
  }

  # Permissions that both functions need: write to the destination, read below the source prefix, keep rejected rows, publish metrics.
  load_statements = [
    for statement in jsondecode(file("${path.module}/policy_statements.json")) : {
      for member, value in {
        Sid      = statement.Sid
        Effect   = "Allow"
        Action   = statement.Action
        Resource = flatten([for name in statement.Resource : lookup(local.policy_values, name, [name])])
        Condition = !can(statement.Condition) ? null : {
          for operator, keys in statement.Condition : operator => { for key, name in keys : key => lookup(local.policy_values, name, [name])[0] }
        }
      } : member => value if value != null
    } if local.policy_needs[statement.Needs]
  ]

  # X-Ray does not support resource-level permissions for these actions.
  trace_statements = [
    for statement in [{
      Sid      = "SendTraces"
      Effect   = "Allow"
      Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
      Resource = ["*"]
    }] : statement if var.tracing
  ]

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
      }], local.own_statements[key], local.trace_statements, local.network_statements[key])
    }
  }
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name        = each.value.name
  description = "Permissions of ${each.value.handler}"
  tags        = var.tags

  permissions_boundary = var.permissions_boundary_arn

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
