using Amazon.Runtime;

namespace Loader.Infrastructure.Aws.Configuration;

/// <summary>Reads the region of the EC2 instance that the process runs on.</summary>
internal static class InstanceRegion
{
    /// <summary>Asks the instance metadata service, unless it is disabled or the machine is certainly not an instance.</summary>
    /// <returns>The region's name, or <see langword="null"/>.</returns>
    public static string? Read() => Read(
        Environment.GetEnvironmentVariable, "/sys/class/dmi/id/sys_vendor", () => FallbackRegionFactory.GetRegionEndpoint()?.SystemName);

    /// <summary>Decides whether to ask. Elsewhere than on EC2 the question takes up to a second, because nothing answers.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="vendorFile">The file in which Linux names the vendor of the hardware, if it knows it.</param>
    /// <param name="ask">Asks the instance metadata service.</param>
    /// <returns>The region's name, or <see langword="null"/>.</returns>
    internal static string? Read(Func<string, string?> variable, string vendorFile, Func<string?> ask)
    {
        bool isDisabled = string.Equals(variable("AWS_EC2_METADATA_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);
        return isDisabled || IsOtherHardware(vendorFile) ? null : ask();
    }

    /// <summary>
    /// Returns whether the vendor is known and none of EC2's: "Amazon EC2", and "Xen" for older instance types
    /// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html).
    /// </summary>
    private static bool IsOtherHardware(string vendorFile)
    {
        try
        {
            string vendor = File.Exists(vendorFile) ? File.ReadAllText(vendorFile).Trim() : "";
            return vendor.Length > 0 && !vendor.StartsWith("Amazon", StringComparison.Ordinal) && vendor != "Xen";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
