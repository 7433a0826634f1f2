namespace Loader.Infrastructure.Aws;

/// <summary>Where a service is reached.</summary>
/// <param name="Address">The address.</param>
/// <param name="Region">The region in signatures.</param>
/// <param name="IsSet">Whether the user set it, rather than that it follows from the region.</param>
internal sealed record AwsEndpoint(Uri Address, AwsRegion Region, bool IsSet);
