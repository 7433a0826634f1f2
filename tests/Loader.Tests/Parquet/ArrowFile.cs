using ParquetSharp;
using ParquetSharp.Schema;

namespace Loader.Tests.Parquet;

/// <summary>Writes files with Apache Arrow C++, as pandas and awswrangler do, in layouts of a test's choice.</summary>
internal sealed record ArrowFile(IReadOnlyList<ArrowColumn> Columns, int Rows)
{
    public Compression Compression { get; init; } = Compression.Snappy;

    public ParquetDataPageVersion PageVersion { get; init; } = ParquetDataPageVersion.V1;

    public bool UsesDictionary { get; init; } = true;

    public int PageBytes { get; init; } = 1 << 20;

    public int DictionaryBytes { get; init; } = 1 << 20;

    public int RowsPerGroup { get; init; } = int.MaxValue;

    public bool HasChecksums { get; init; }

    public bool HasPageIndex { get; init; }

    public bool HasEmptyGroup { get; init; }

    public bool HasStatistics { get; init; } = true;

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public string Write(string path)
    {
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(Compression).DataPageVersion(PageVersion).DataPagesize(PageBytes).DictionaryPagesizeLimit(DictionaryBytes).WriteBatchSize(64);
        if (!UsesDictionary)
        {
            builder.DisableDictionary();
        }

        if (HasChecksums)
        {
            builder.EnablePageChecksum();
        }

        if (!HasStatistics)
        {
            builder.DisableStatistics();
        }

        if (HasPageIndex)
        {
            builder.EnableWritePageIndex();
        }

        if (!HasStatistics)
        {
            builder.DisableStatistics();
        }

        foreach (ArrowColumn column in Columns)
        {
            if (column.Encoding is { } encoding)
            {
                builder.DisableDictionary(column.Name).Encoding(column.Name, encoding);
            }
        }

        using WriterProperties properties = builder.Build();
        using var schema = new GroupNode("schema", Repetition.Required, [.. Columns.Select(c => c.Node())]);
        using var file = new ParquetFileWriter(path, schema, properties, Metadata);
        for (int first = 0; first < Rows; first += RowsPerGroup)
        {
            WriteGroup(file, first, Math.Min(RowsPerGroup, Rows - first));
            if (HasEmptyGroup)
            {
                WriteGroup(file, first, 0);
            }

            if (RowsPerGroup >= Rows)
            {
                break;
            }
        }

        file.Close();
        return path;
    }

    private void WriteGroup(ParquetFileWriter file, int first, int count)
    {
        using RowGroupWriter group = file.AppendRowGroup();
        foreach (ArrowColumn column in Columns)
        {
            using ColumnWriter writer = group.NextColumn();
            column.Write(writer, first, count);
        }

        group.Close();
    }
}
