namespace Loader.Infrastructure.Aws.Configuration;

/// <summary>A region and the variant of its endpoints.</summary>
/// <param name="Name">The name, such as <c>eu-west-1</c>.</param>
/// <param name="UseFips">Whether to use endpoints with FIPS 140 validated cryptography.</param>
/// <param name="UseDualStack">Whether to use endpoints that have IPv6 addresses too.</param>
internal sealed record AwsRegion(string Name, bool UseFips = false, bool UseDualStack = false)
{
    /// <summary>Gets a value indicating whether the region belongs to AWS GovCloud (US).</summary>
    public bool IsGovernment => Name.StartsWith("us-gov-", StringComparison.Ordinal);

    /// <summary>Gets a value indicating whether the region belongs to the partition of China.</summary>
    public bool IsChina => Name.StartsWith("cn-", StringComparison.Ordinal);

    /// <summary>Gets the domain of the region's standard endpoints.</summary>
    public string DnsSuffix => IsChina ? "amazonaws.com.cn" : "amazonaws.com";

    /// <summary>Gets the domain of the region's dual-stack endpoints.</summary>
    public string DualStackDnsSuffix => IsChina ? "api.amazonwebservices.com.cn" : "api.aws";
}
