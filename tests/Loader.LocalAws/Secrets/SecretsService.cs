using System.Text.Json;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.Secrets;

/// <summary>GetSecretValue in awsJson1_1 (InfluxDB reference, section 6; service model secretsmanager-2017-10-17).</summary>
internal sealed class SecretsService(SecretsState state, LocalAwsOptions options)
{
    private const string ContentType = "application/x-amz-json-1.1";

    public Reply Handle(ServiceCall call)
    {
        SigningScope.Require(call, "secretsmanager", options.Region);
        if (call.Operation is not "secretsmanager:GetSecretValue")
        {
            throw new ServiceException(400, "UnknownOperationException", $"The operation {call.Operation} is not known.");
        }

        // The model's protocol is awsJson1_1. Whether the service takes 1.0 too is not known, so that the fake does not.
        if (call.Header("Content-Type") is not ContentType)
        {
            throw new ServiceException(415, "SerializationException", $"The content type must be {ContentType}.");
        }

        using JsonDocument document = JsonMembers.Parse(call.Body);
        var arn = JsonMembers.Text(document.RootElement, "SecretId"u8) ?? throw new ServiceException(400, "InvalidParameterException", "SecretId is missing.");
        call.Resource = arn;
        var secret = state.Find(arn) ?? throw new ServiceException(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
        return JsonReply.Ok(call, json =>
        {
            json.WriteString("ARN", arn);
            json.WriteString("Name", arn[(arn.LastIndexOf(':') + 1)..]);
            json.WriteString("SecretString", secret);
            json.WriteString("VersionId", "11111111-2222-3333-4444-555555555555");
        });
    }
}
