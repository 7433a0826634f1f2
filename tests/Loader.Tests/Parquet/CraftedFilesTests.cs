using System.Buffers.Binary;
using Loader.Application.Failures;

namespace Loader.Tests.Parquet;

/// <summary>Files made to hang, to crash or to fill the memory of whoever reads them.</summary>
public sealed class CraftedFilesTests
{
    private static IEnumerable<TestCaseData> Footers()
    {
        yield return Case("a_varint_that_does_not_end", [0x15, 0xFF]);
        yield return Case("a_hundred_thousand_lists_in_each_other", Filled(100_000, 0x19));
        yield return Case("a_hundred_thousand_structures_in_each_other", Filled(100_000, 0x1C));
        yield return Case("a_list_of_two_thousand_million", [0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]);
        yield return Case("a_text_of_two_thousand_million_bytes", [0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]);
        yield return Case("a_schema_of_two_thousand_million_columns", [0x15, 0x02, 0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00]);
        yield return Case("nothing_but_ones", Filled(4_096, 0xFF));
        yield return Case("nothing_but_zeros", Filled(4_096, 0x00));
        yield return Case("nothing", []);
    }

    [TestCaseSource(nameof(Footers))]
    public async Task A_footer_with(byte[] footer)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Length);

        await IsRefusedAsync([.. "PAR1"u8, .. footer, .. length, .. "PAR1"u8]);
    }

    [TestCase(int.MaxValue)]
    [TestCase(-1)]
    [TestCase(1_000)]
    public async Task A_footer_longer_than_the_file_is_refused(int claimed)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, claimed);

        await IsRefusedAsync([.. "PAR1"u8, 1, 2, 3, .. length, .. "PAR1"u8]);
    }

    [Test]
    public async Task An_encrypted_file_is_refused_by_its_name()
    {
        string message = await IsRefusedAsync([.. "PARE"u8, .. new byte[100], 100, 0, 0, 0, .. "PARE"u8]);

        Assert.That(message, Does.Contain("encrypted"));
    }

    [TestCase("")]
    [TestCase("PAR1")]
    [TestCase("PAR1PAR1")]
    [TestCase("timestamp,region,value\n2024-01-01,SE,1\n")]
    public async Task What_is_no_parquet_file_is_refused(string content)
    {
        await IsRefusedAsync(System.Text.Encoding.ASCII.GetBytes(content));
    }

    private static TestCaseData Case(string name, byte[] footer) => new TestCaseData(footer).SetName($"A_footer_with_{name}_is_refused");

    private static byte[] Filled(int count, byte value)
    {
        byte[] bytes = new byte[count];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    private static async Task<string> IsRefusedAsync(byte[] content)
    {
        using var folder = new Folder();
        string path = folder.File("dataset=consumption/crafted.parquet");
        await File.WriteAllBytesAsync(path, content);

        var failure = Assert.ThrowsAsync<SourceCorruptException>(() => Reading.RowsAsync(path).WaitAsync(TimeSpan.FromSeconds(60)));

        Assert.That(failure!.Message, Does.Contain("crafted.parquet"));
        return failure.Message;
    }
}
