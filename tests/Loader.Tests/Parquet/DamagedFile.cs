namespace Loader.Tests.Parquet;

/// <summary>A good file and the ways in which it is damaged.</summary>
/// <param name="Name">Its name in reports.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="FooterOffset">The offset of its footer.</param>
/// <param name="PageHeaders">The offsets of all bytes of page headers.</param>
internal sealed record DamagedFile(string Name, byte[] Bytes, List<Row> Rows, int FooterOffset, List<int> PageHeaders)
{
    /// <summary>One bit of what page checksums cover: they do not cover page headers.</summary>
    public const string BitInPageBody = "one bit in the body of a page";

    private const string CutOff = "cut off";
    private const string Zeroed = "up to 63 bytes zeroed";
    private const string BitInData = "one bit in the data";
    private const string BitInPageHeader = "one bit in a page header";
    private const string BitInFooter = "one bit in the footer";
    private const string ThreeBits = "three bits anywhere";

    /// <summary>The kinds of damage.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [CutOff, Zeroed, BitInData, BitInPageHeader, BitInFooter, ThreeBits];

    public bool HasChecksums => Name.Contains("checksums", StringComparison.Ordinal);

    /// <summary>Returns a damaged copy.</summary>
    public byte[] Damage(string kind, Random random)
    {
        byte[] copy = [.. Bytes];
        switch (kind)
        {
            case CutOff:
                return copy[..random.Next(copy.Length)];
            case Zeroed:
                int from = random.Next(copy.Length);
                copy.AsSpan(from, Math.Min(copy.Length - from, random.Next(1, 64))).Clear();
                return copy;
            case BitInData:
                return Flip(copy, random.Next(4, FooterOffset), random);
            case BitInPageBody:
                int at = random.Next(4, FooterOffset);
                while (PageHeaders.Contains(at))
                {
                    at = random.Next(4, FooterOffset);
                }

                return Flip(copy, at, random);
            case BitInPageHeader:
                return Flip(copy, PageHeaders[random.Next(PageHeaders.Count)], random);
            case BitInFooter:
                return Flip(copy, random.Next(FooterOffset, copy.Length), random);
            default:
                Flip(copy, random.Next(copy.Length), random);
                Flip(copy, random.Next(copy.Length), random);
                return Flip(copy, random.Next(copy.Length), random);
        }
    }

    private static byte[] Flip(byte[] bytes, int at, Random random)
    {
        bytes[at] ^= (byte)(1 << random.Next(8));
        return bytes;
    }
}
