namespace Loader.Infrastructure.Aws;

/// <summary>A region and the variant of its endpoints that was asked for.</summary>
/// <param name="Name">The name, such as <c>eu-west-1</c>.</param>
/// <param name="UseFips">Whether endpoints validated under FIPS 140 are used.</param>
/// <param name="UseDualStack">Whether endpoints that also have IPv6 addresses are used.</param>
internal sealed record AwsRegion(string Name, bool UseFips = false, bool UseDualStack = false)
{
    /// <summary>Gets a value indicating whether the region belongs to AWS GovCloud (US).</summary>
    public bool IsGovernment => Name.StartsWith("us-gov-", StringComparison.Ordinal);

    /// <summary>Gets a value indicating whether the region is one of those in China.</summary>
    public bool IsChina => Name.StartsWith("cn-", StringComparison.Ordinal);

    /// <summary>Gets the domain of the region's usual endpoints.</summary>
    public string DnsSuffix => IsChina ? "amazonaws.com.cn" : "amazonaws.com";

    /// <summary>Gets the domain of the region's dual-stack endpoints.</summary>
    public string DualStackDnsSuffix => IsChina ? "api.amazonwebservices.com.cn" : "api.aws";
}
