using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.LocalAws.InfluxDb;
using Loader.Tests.Faults;

namespace Loader.Tests.InfluxDb.Faults;

/// <summary>A <see cref="FaultRig"/> that loads into InfluxDB, and files that suit a layout.</summary>
internal static class InfluxRig
{
    /// <summary>Starts a loader and a server of its own.</summary>
    public static async Task<FaultRig> StartAsync(InfluxTarget target, int seed = 0, Action<LoaderOptions>? configure = null) =>
        await FaultRig.StartAsync(configure, destination: await InfluxDestination.StartAsync(target, seed));

    public static InfluxDestination DestinationOf(FaultRig rig) => (InfluxDestination)rig.Destination;

    public static LocalInfluxServer ServerOf(FaultRig rig) => DestinationOf(rig).Server;

    /// <summary>Returns files as they are, or for the layout without versions files that agree on the value of every identity.</summary>
    public static GeneratedFile[] FilesFor(InfluxTarget target, GeneratedFile[] files) =>
        target.Layout == InfluxDbLayout.Plain ? [.. files.Select(Agreeing)] : files;

    private static GeneratedFile Agreeing(GeneratedFile file) => file with
    {
        RowGroups = [.. file.RowGroups.Select(rows => rows.Select(row => row.IsValid ? row with { Value = ValueOf(row.Identity) } : row).ToList())],
    };

    /// <summary>Derives a value from an identity.</summary>
    private static double ValueOf(RecordIdentity identity) =>
        Crc32.HashToUInt32(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{identity.Time.Ticks} {identity.Region} {identity.Source} {identity.QualityFlag}")))
        % 1_000_000 / 1_000.0;
}
