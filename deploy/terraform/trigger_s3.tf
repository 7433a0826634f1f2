resource "aws_lambda_permission" "bucket" {
  count = var.trigger == "s3" ? 1 : 0

  statement_id   = "AllowSourceBucket"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.this["s3_event"].function_name
  principal      = "s3.amazonaws.com"
  source_arn     = local.source_bucket_arn
  source_account = local.account
}

# A bucket has one notification configuration. This resource replaces all of it, and a destroy leaves it empty.
resource "aws_s3_bucket_notification" "source" {
  count = var.trigger == "s3" ? 1 : 0

  bucket = var.source_bucket

  dynamic "lambda_function" {
    for_each = setproduct(local.source_prefixes, local.suffixes)

    content {
      lambda_function_arn = aws_lambda_function.this["s3_event"].arn
      events              = ["s3:ObjectCreated:*"]
      filter_suffix       = lambda_function.value[1]

      # S3 requires special characters in filters to be percent-encoded ("=" in Hive keys), except slashes.
      filter_prefix = replace(urlencode(lambda_function.value[0]), "%2F", "/")
    }
  }

  depends_on = [aws_lambda_permission.bucket]
}
