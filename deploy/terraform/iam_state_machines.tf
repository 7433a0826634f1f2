locals {
  invoke_statement = {
    Sid      = "Load"
    Effect   = "Allow"
    Action   = ["lambda:InvokeFunction"]
    Resource = [local.function_arns.step_functions]
  }

  backfill_executions_arn = "arn:${local.partition}:states:${local.region}:${local.account}:execution:${local.state_machines.backfill.name}"

  # What a state machine needs to log and to be traced. CloudWatch Logs and X-Ray do not support resource-level permissions for these actions:
  # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
  observe_statements = [
    for statement in [
      {
        Wanted   = local.machines_logged
        Sid      = "DeliverLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"]
        Resource = ["*"]
      },
      {
        Wanted   = var.tracing
        Sid      = "SendTraces"
        Effect   = "Allow"
        Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"]
        Resource = ["*"]
      },
    ] : { for member, value in statement : member => value if member != "Wanted" } if statement.Wanted
  ]

  state_machine_policies = {
    load = {
      Version   = "2012-10-17"
      Statement = concat([local.invoke_statement], local.observe_statements)
    }

    backfill = {
      Version = "2012-10-17"
      Statement = concat(
        [
          local.invoke_statement,
          {
            Sid       = "ListObjects"
            Effect    = "Allow"
            Action    = ["s3:ListBucket"]
            Resource  = [local.source_bucket_arn]
            Condition = { StringLike = { "s3:prefix" = [for prefix in local.source_prefixes : "${prefix}*"] } }
          },
          {
            # A distributed map starts one child execution of its own machine per batch.
            Sid      = "StartChildren"
            Effect   = "Allow"
            Action   = ["states:StartExecution"]
            Resource = [local.state_machine_arns.backfill]
          },
          {
            # Children are executions of the same machine; their names contain the label of the map.
            Sid      = "FollowChildren"
            Effect   = "Allow"
            Action   = ["states:DescribeExecution", "states:StopExecution"]
            Resource = [for form in [":*", "/*:*"] : "${local.backfill_executions_arn}${form}"]
          },
          {
            Sid      = "RedriveChildren"
            Effect   = "Allow"
            Action   = ["states:RedriveExecution"]
            Resource = ["${local.backfill_executions_arn}/*:*"]
          },
          {
            Sid      = "WriteResults"
            Effect   = "Allow"
            Action   = ["s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"]
            Resource = ["${local.output_bucket_arn}/${var.backfill_results_prefix}*"]
          },
        ],
        var.output_kms_key_arn == null ? [] : [{
          Sid       = "EncryptResults"
          Effect    = "Allow"
          Action    = ["kms:GenerateDataKey", "kms:Decrypt"]
          Resource  = [var.output_kms_key_arn]
          Condition = local.s3_through_region
        }],
        local.observe_statements,
      )
    }
  }

  events_policy = {
    Version = "2012-10-17"
    Statement = [{
      Sid      = "StartLoad"
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = [local.state_machine_arns.load]
    }]
  }
}

resource "aws_iam_role" "state_machine" {
  for_each = local.state_machines

  name        = each.value.name
  description = "Permissions of the state machine ${each.value.name}"
  tags        = var.tags

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "states.amazonaws.com" }
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:states:${local.region}:${local.account}:stateMachine:*" }
        StringEquals = { "aws:SourceAccount" = local.account }
      }
    }]
  })
}

resource "aws_iam_role_policy" "state_machine" {
  for_each = local.state_machines

  name   = "run"
  role   = aws_iam_role.state_machine[each.key].name
  policy = jsonencode(local.state_machine_policies[each.key])
}

# Role of the rule, which starts the state machine that loads one object.
resource "aws_iam_role" "events" {
  count = var.trigger == "state_machine" ? 1 : 0

  name        = "${var.name}-events"
  description = "Lets the rule ${var.name}-objects start ${local.state_machines.load.name}"
  tags        = var.tags

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "events.amazonaws.com" }
      Condition = {
        ArnEquals    = { "aws:SourceArn" = local.rule_arn }
        StringEquals = { "aws:SourceAccount" = local.account }
      }
    }]
  })
}

resource "aws_iam_role_policy" "events" {
  count = var.trigger == "state_machine" ? 1 : 0

  name   = "start"
  role   = aws_iam_role.events[0].name
  policy = jsonencode(local.events_policy)
}
