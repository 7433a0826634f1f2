using System.Text;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.Lambda;

internal static class LambdaError
{
    /// <summary>Errors of the Invoke API: JSON, with the error name in a header.</summary>
    public static Reply Reply(ServiceCall call, int status, string code, string message) => Json(
            status, $$"""{"Type":"{{(status < 500 ? "User" : "Service")}}","Message":"{{System.Text.Json.JsonEncodedText.Encode(message)}}"}""")
        .With("x-amzn-ErrorType", code)
        .With("x-amzn-RequestId", call.RequestId);

    /// <summary>protocols 4: other responses of the Runtime API contain errorMessage and errorType.</summary>
    public static Reply Runtime(int status, string type, string message) => Json(status, LambdaFunction.Error(type, message));

    public static Reply Json(int status, string json) => new() { Status = status, ContentType = "application/json", Body = Encoding.UTF8.GetBytes(json) };
}
