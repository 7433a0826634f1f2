using System.Globalization;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.Timestream;

/// <summary>The position of a record in a request, for messages. It is formatted only when a constraint is violated.</summary>
internal readonly record struct RecordPath(int Index)
{
    public static readonly RecordPath Common = new(-1);

    public ServiceException Broken(string member, string constraint) => TimestreamError.Constraint(
        Index < 0 ? $"commonAttributes.{member}" : string.Create(CultureInfo.InvariantCulture, $"records.{Index + 1}.member.{member}"), constraint);
}
