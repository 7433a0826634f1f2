locals {
  rule_wanted = contains(["eventbridge", "state_machine", "sqs"], var.trigger)

  # Filters respect case. The loader reads the suffix in any case, so these are its usual spellings. Hidden folders are no part of the
  # filters: a pattern cannot require one thing of a key and exclude another. The function skips them.
  suffixes = [".parquet", ".PARQUET", ".Parquet"]

  event_pattern = {
    source        = ["aws.s3"]
    "detail-type" = ["Object Created"]
    detail = {
      bucket = { name = [var.source_bucket] }
      object = { key = [for pair in setproduct(local.source_prefixes, local.suffixes) : { wildcard = "${pair[0]}*${pair[1]}" }] }
    }
  }

  rule_target_arn = {
    eventbridge   = local.function_arns.s3_event
    state_machine = local.state_machine_arns.load
    sqs           = local.queue_arns.events
  }
}

resource "aws_cloudwatch_event_rule" "objects" {
  count = local.rule_wanted ? 1 : 0

  name          = "${var.name}-objects"
  description   = "A Parquet object was created in ${var.source_bucket} below ${var.source_prefix == "" ? "the root" : join(", ", slice(local.source_prefixes, 0, min(3, length(local.source_prefixes))))}${length(local.source_prefixes) > 3 ? " and others" : ""}"
  event_pattern = jsonencode(local.event_pattern)
  tags          = var.tags
}

resource "aws_cloudwatch_event_target" "objects" {
  count = local.rule_wanted ? 1 : 0

  rule = aws_cloudwatch_event_rule.objects[0].name
  arn  = local.rule_target_arn[var.trigger]

  # The machine receives the whole detail of the event. An input template with the key would be unsafe, because EventBridge does not escape the values that it inserts.
  input_path = var.trigger == "state_machine" ? "$.detail" : null
  role_arn   = var.trigger == "state_machine" ? aws_iam_role.events[0].arn : null

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  dead_letter_config {
    arn = aws_sqs_queue.failures.arn
  }

  depends_on = [
    aws_lambda_function.this,
    aws_sfn_state_machine.load,
    aws_sqs_queue.events,
    aws_sqs_queue_policy.failures,
    aws_iam_role_policy.events,
  ]
}

resource "aws_lambda_permission" "events" {
  count = var.trigger == "eventbridge" ? 1 : 0

  statement_id   = "AllowEventBridgeRule"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.this["s3_event"].function_name
  principal      = "events.amazonaws.com"
  source_arn     = aws_cloudwatch_event_rule.objects[0].arn
  source_account = local.account
}
