namespace Loader.Infrastructure.Aws;

/// <summary>What an error of a service means for whoever sent the request.</summary>
internal enum ServiceErrorKind
{
    /// <summary>The service has had too many requests for now. Nothing was done.</summary>
    Throttled,

    /// <summary>An error of the service or of the way to it, or an answer that makes no sense. What was done is not known.</summary>
    Unavailable,

    /// <summary>The endpoint serves this account no more: another must be discovered.</summary>
    InvalidEndpoint,

    /// <summary>Some records were refused; all others were stored.</summary>
    RejectedRecords,

    /// <summary>The request as a whole is not valid. Nothing was done.</summary>
    Validation,

    /// <summary>What the request names does not exist.</summary>
    NotFound,

    /// <summary>The credentials are not good, or do not allow this.</summary>
    AccessDenied,

    /// <summary>Anything else that the service does not do.</summary>
    Refused,
}
