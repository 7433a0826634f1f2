namespace Loader.Infrastructure.S3;

/// <summary>Limits of time and size for responses of S3. Tests make them short.</summary>
internal sealed record S3Limits
{
    /// <summary>Gets the limits of a process.</summary>
    public static S3Limits Default { get; } = new();

    /// <summary>
    /// Gets how long one attempt may wait for the headers of a response, including the connection. The client makes at most three attempts.
    /// </summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the period in which <see cref="MinBytes"/> of a body, or the rest of it, must arrive.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets the number of bytes that must arrive in each <see cref="Window"/>: about 0.5 KiB a second, so that only a connection that
    /// hardly moves is given up.
    /// </summary>
    public int MinBytes { get; init; } = 16 << 10;

    /// <summary>Gets the minimum speed of an upload in bytes a second. It extends <see cref="HeaderTimeout"/>.</summary>
    public int MinUploadBytesPerSecond { get; init; } = 16 << 10;

    /// <summary>Gets the maximum number of interruptions while one range is downloaded.</summary>
    public int MaxInterruptions { get; init; } = 5;

    /// <summary>Gets the number of bytes of an error response that are read. Errors of S3 have less than 2 KiB.</summary>
    public int MaxErrorBytes { get; init; } = 64 << 10;

    /// <summary>
    /// Gets the maximum size of a response that is neither an error nor an object. A page of a listing has 1,000 keys of up to 1,024 bytes,
    /// which XML can make several times longer.
    /// </summary>
    public int MaxResponseBytes { get; init; } = 16 << 20;

    /// <summary>
    /// Gets the maximum number of consecutive pages of a listing without objects. S3 may return such pages where many objects were deleted.
    /// </summary>
    public int MaxEmptyPages { get; init; } = 1_000;
}
