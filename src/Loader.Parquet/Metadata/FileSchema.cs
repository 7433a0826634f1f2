namespace Loader.Parquet.Metadata;

/// <summary>A top-level column of a file's schema.</summary>
/// <param name="Element">The column's node in the schema.</param>
/// <param name="LeafIndex">The index of the column's chunk among the chunks of a row group; -1 for a group of columns.</param>
public sealed record SchemaColumn(SchemaElement Element, int LeafIndex)
{
    /// <summary>Gets the name.</summary>
    public string Name => Element.Name;
}

/// <summary>The top-level columns of a file's schema. Nested columns are only counted.</summary>
/// <param name="Columns">The columns in file order.</param>
/// <param name="LeafCount">The number of column chunks that each row group has.</param>
public sealed record FileSchema(IReadOnlyList<SchemaColumn> Columns, int LeafCount)
{
    /// <summary>Builds the schema from the tree that a footer lists depth first.</summary>
    /// <param name="elements">The nodes; the first is the root.</param>
    /// <returns>The schema.</returns>
    /// <exception cref="MalformedFileException">The nodes are not a tree.</exception>
    internal static FileSchema FromElements(IReadOnlyList<SchemaElement> elements)
    {
        if (elements.Count == 0 || elements[0].Type is not null)
        {
            throw new MalformedFileException("The schema has no root.");
        }

        var columns = new List<SchemaColumn>();
        int leaves = 0;
        int next = 1;
        for (int column = 0; column < elements[0].ChildCount; column++)
        {
            if (next >= elements.Count)
            {
                throw TooFewColumns();
            }

            SchemaElement top = elements[next];
            columns.Add(new SchemaColumn(top, top.Type is null ? -1 : leaves));
            for (long pending = 1; pending > 0; pending--)
            {
                if (next >= elements.Count)
                {
                    throw TooFewColumns();
                }

                SchemaElement element = elements[next++];
                if (element.Type is not null)
                {
                    leaves++;
                }
                else if (element.ChildCount < 0)
                {
                    throw new MalformedFileException("The schema has a negative number of columns.");
                }
                else
                {
                    pending += element.ChildCount;
                }
            }
        }

        return next == elements.Count
            ? new FileSchema(columns, leaves)
            : throw new MalformedFileException("The schema has more columns than it claims.");

        static MalformedFileException TooFewColumns() => new("The schema has fewer columns than it claims.");
    }
}
