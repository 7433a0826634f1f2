namespace Loader.LocalAws.Http;

internal enum AwsService
{
    S3,
    Timestream,
    CloudWatch,
    Lambda,
    Secrets,
    Sts,
    Local,
    Influx,
}
