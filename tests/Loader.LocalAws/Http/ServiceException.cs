namespace Loader.LocalAws.Http;

/// <summary>An error response of a service: status, code and message.</summary>
internal sealed class ServiceException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}
