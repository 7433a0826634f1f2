namespace Loader.LocalAws.Http;

/// <summary>The credential scope of a SigV4 header. Signatures themselves are not verified.</summary>
internal static class SigningScope
{
    /// <summary>protocols 1.1, 3.1: the request must be signed for this service, in the client's region.</summary>
    public static void Require(ServiceCall call, string service, string region)
    {
        var authorization = call.Header("Authorization") ??
            throw new ServiceException(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
        var start = authorization.IndexOf("Credential=", StringComparison.Ordinal);
        var end = start < 0 ? -1 : authorization.IndexOf(',', start);
        var scope = start < 0 ? [] : authorization[(start + "Credential=".Length)..(end < 0 ? authorization.Length : end)].Split('/');
        if (!authorization.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal) || scope.Length != 5)
        {
            throw new ServiceException(400, "IncompleteSignatureException", "Authorization header requires 'Credential' parameter.");
        }

        if (!string.Equals(scope[3], service, StringComparison.Ordinal))
        {
            throw Wrong($"Credential should be scoped to correct service: '{service}'.");
        }

        if (!string.Equals(scope[2], region, StringComparison.Ordinal))
        {
            throw Wrong($"Credential should be scoped to a valid region, not '{scope[2]}'.");
        }
    }

    private static ServiceException Wrong(string message) => new(403, "InvalidSignatureException", message);
}
