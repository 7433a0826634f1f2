using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Judging;

/// <summary>The columns at the top of a file's schema; what is inside of groups is only counted.</summary>
/// <param name="Columns">The columns in file order.</param>
/// <param name="LeafCount">The number of column chunks that each row group has.</param>
internal sealed record FileSchema(IReadOnlyList<SourceColumn> Columns, int LeafCount)
{
    /// <summary>Reads the tree that a footer lists depth first.</summary>
    /// <param name="elements">The nodes; the root is the first.</param>
    /// <returns>The schema.</returns>
    /// <exception cref="MalformedFileException">The nodes make no tree.</exception>
    public static FileSchema Of(IReadOnlyList<SchemaElement> elements)
    {
        if (elements.Count == 0 || elements[0].Type is not null)
        {
            throw new MalformedFileException("its schema has no root");
        }

        var columns = new List<SourceColumn>();
        int leaves = 0;
        int next = 1;
        for (int column = 0; column < elements[0].Children; column++)
        {
            if (next >= elements.Count)
            {
                throw new MalformedFileException("its schema has fewer columns than it claims");
            }

            SchemaElement top = elements[next];
            columns.Add(new SourceColumn(top.Name, top.Type is null ? -1 : leaves, top));
            for (long pending = 1; pending > 0; pending--)
            {
                if (next >= elements.Count)
                {
                    throw new MalformedFileException("its schema has fewer columns than it claims");
                }

                SchemaElement element = elements[next++];
                if (element.Type is not null)
                {
                    leaves++;
                }
                else if (element.Children < 0)
                {
                    throw new MalformedFileException("its schema has a negative number of columns");
                }
                else
                {
                    pending += element.Children;
                }
            }
        }

        return next == elements.Count
            ? new FileSchema(columns, leaves)
            : throw new MalformedFileException("its schema has more columns than it claims");
    }
}
