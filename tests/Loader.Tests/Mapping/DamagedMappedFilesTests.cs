using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Parquet;
using Loader.Tests.Parquet;

namespace Loader.Tests.Mapping;

/// <summary>A damaged file is explained or read, whichever of its bytes is wrong, when a mapping is drafted or shown.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DamagedMappedFilesTests : IDisposable
{
    private const string Mapping =
        """{ "name": "m", "dataset": "consumption", "timestamp": { "column": "t", "zone": "UTC" }, "value": { "column": "load_mw" }, "region": { "column": "r" }, "unit": { "constant": "MW" }, "measurementType": { "constant": "power" }, "consumerType": { "constant": "total" } }""";

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task No_wrong_byte_breaks_a_draft([Values(0x00, 0x7f, 0xff)] int value)
    {
        Assert.That(await DamageAsync((byte)value, (source, file) => source.SuggestMappingAsync(file, DatasetType.Consumption, CancellationToken.None)), Is.Empty);
    }

    [Test]
    public async Task No_wrong_byte_breaks_an_inspection([Values(0x00, 0x7f, 0xff)] int value)
    {
        Assert.That(await DamageAsync((byte)value, (source, file) => source.InspectAsync(file, dataset: null, CancellationToken.None)), Is.Empty);
    }

    /// <summary>Replaces every byte in turn.</summary>
    /// <returns>The exceptions that no user should see.</returns>
    private async Task<List<string>> DamageAsync(byte value, Func<ParquetSource, SourceFile, Task> use)
    {
        byte[] content = await File.ReadAllBytesAsync(_folder.Write(
            "load.parquet",
            "SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS t, CASE i % 2 WHEN 0 THEN 'SE' ELSE 'N' END AS r, CAST(i AS VARCHAR) AS load_mw FROM range(40) AS x(i)"));
        var source = new ParquetSource(new SourceOptions { Mappings = Mapped.Parse(Mapping) }, Reading.NoS3);
        var unexpected = new List<string>();
        string path = _folder.File("damaged.parquet");
        for (int i = 0; i < content.Length; i++)
        {
            byte right = content[i];
            content[i] = value;
            await File.WriteAllBytesAsync(path, content);
            content[i] = right;
            try
            {
                await use(source, SourceFile.OnDisk(path));
            }
            catch (LoadException)
            {
                // It says what is wrong.
            }
            catch (Exception exception)
            {
                unexpected.Add($"byte {i}: {exception}");
            }
        }

        return unexpected;
    }
}
