using System.IO.Hashing;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Parquet.Metadata;

namespace Loader.Tests.Parquet;

/// <summary>Files with one error each. Every one is rejected with a message that names file, row group and column, in little time and memory.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CraftedFilesTests
{
    private const string Name = "crafted.parquet";

    /// <summary>The limit for what rejecting a file may allocate; the files claim gigabytes.</summary>
    private const long MostBytesAllocated = 64 << 20;

    [Test]
    public async Task A_valid_crafted_file_is_read()
    {
        List<Row> rows = await Reading.RowsAsync(Name, new CraftedFile().Bytes());

        Assert.That(rows.Select(r => r.Value), Is.EqualTo(new[] { 1.0, 2, 3, 4 }));
        Assert.That(rows.Select(r => r.Key.Region), Is.EqualTo(new[] { "a", "a", "b", "b" }));
    }

    [TestCaseSource(typeof(CraftedFiles), nameof(CraftedFiles.Footers))]
    public async Task A_malformed_footer_is_rejected(byte[] bytes, string message)
    {
        (SourceCorruptException failure, long allocated) = await RefusalAsync(bytes);

        Assert.That(failure.Message, Does.StartWith($"{Name} cannot be read as Parquet. {message} "));
        Assert.That(failure.IsTransient, Is.False);
        Assert.That(allocated, Is.LessThan(MostBytesAllocated));
    }

    [TestCaseSource(typeof(CraftedFiles), nameof(CraftedFiles.Chunks))]
    public async Task A_malformed_column_chunk_is_rejected_by_name(byte[] bytes, string message)
    {
        (SourceCorruptException failure, long allocated) = await RefusalAsync(bytes);

        Assert.That(failure.Message, Does.StartWith($"{Name}: row group 0, column 'value' cannot be read. {message}"));
        Assert.That(allocated, Is.LessThan(MostBytesAllocated));
    }

    [TestCaseSource(typeof(CraftedFiles), nameof(CraftedFiles.Texts))]
    public async Task A_malformed_text_column_is_rejected_by_name(byte[] bytes, string message)
    {
        (SourceCorruptException failure, long allocated) = await RefusalAsync(bytes);

        Assert.That(failure.Message, Does.StartWith($"{Name}: row group 0, column '").And.Contain($"cannot be read. {message}"));
        Assert.That(allocated, Is.LessThan(MostBytesAllocated));
    }

    [TestCaseSource(typeof(CraftedFiles), nameof(CraftedFiles.Limits))]
    public async Task What_exceeds_a_limit_is_called_unsupported_and_not_damaged(byte[] bytes, string message)
    {
        (SourceCorruptException failure, _) = await RefusalAsync(bytes);

        Assert.That(failure.Message, Does.Contain(message).And.EndWith("Write the file in a supported form (see docs/reading.md)."));
        Assert.That(failure.Message, Does.Not.Contain("damaged").And.Not.Contain("corrupt").And.Not.Contain("Download"));
    }

    [Test]
    public async Task A_correct_checksum_is_accepted()
    {
        byte[] body = CraftedFile.Doubles(1, 2, 3, 4);

        List<Row> rows = await Reading.RowsAsync(Name, new CraftedFile { ValuePages = () => [new CraftedPage(body) { Crc = unchecked((int)Crc32.HashToUInt32(body)) }] }.Bytes());

        Assert.That(rows, Has.Count.EqualTo(4));
    }

    [Test]
    public void The_checksum_is_that_of_gzip()
    {
        byte[] digits = "123456789"u8.ToArray();

        Assert.That(Crc32.HashToUInt32(digits), Is.EqualTo(0xCBF4_3926u));
    }

    [Test]
    public async Task An_index_page_is_skipped()
    {
        var index = new CraftedPage([1, 2, 3]) { Type = PageType.Index };

        List<Row> rows = await Reading.RowsAsync(Name, new CraftedFile { ValuePages = () => [new CraftedPage(CraftedFile.Doubles(1, 2, 3, 4)), index] }.Bytes());

        Assert.That(rows, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Text_that_is_not_UTF_8_invalidates_its_row_and_not_the_file()
    {
        byte[] texts = [.. CraftedFile.Strings("a"), 2, 0, 0, 0, 0xC3, 0x28, .. CraftedFile.Strings("b"), 1, 0, 0, 0, 0xFF];

        List<Row> rows = await Reading.RowsAsync(Name, new CraftedFile { RegionPages = () => [new CraftedPage(texts)] }.Bytes());

        Assert.That(rows.Select(r => r.SeriesFault), Is.EqualTo(new[] { RejectionReason.None, RejectionReason.InvalidText, RejectionReason.None, RejectionReason.InvalidText }));
    }

    private static async Task<(SourceCorruptException Failure, long Allocated)> RefusalAsync(byte[] bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            await Reading.RowsAsync(Name, bytes);
        }
        catch (SourceCorruptException failure)
        {
            return (failure, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        throw new AssertionException("The file was read.");
    }
}
