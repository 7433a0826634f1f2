namespace Loader.LocalAws.Http;

/// <summary>A service refuses a call: what it answers in its own words.</summary>
internal sealed class ServiceException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}
