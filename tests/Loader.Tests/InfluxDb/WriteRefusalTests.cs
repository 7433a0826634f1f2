using System.Text;
using System.Text.Json;
using Loader.Infrastructure.InfluxDb.Sending;

namespace Loader.Tests.InfluxDb;

public sealed class WriteRefusalTests
{
    [Test]
    public void Numbered_lines_are_read_by_their_number_only()
    {
        List<RefusedLine>? lines = WriteRefusal.ParseNumbered(
            """{"error":"partial write of line protocol occurred","data":[{"error_message":"b","line_number":3,"original_line":"x"},{"error_message":"a","line_number":1,"original_line":"x"}]}"""u8.ToArray(),
            count: 3);

        Assert.That(lines, Is.EqualTo(new[] { new RefusedLine(0, "a"), new RefusedLine(2, "b") }));
    }

    [TestCase("""{"error":"x"}""")]
    [TestCase("""{"error":"x","data":[]}""")]
    [TestCase("""{"error":"x","data":{"error_message":"a","line_number":1}}""")]
    [TestCase("""{"error":"x","data":[{"error_message":"a","line_number":0}]}""")]
    [TestCase("""{"error":"x","data":[{"error_message":"a","line_number":4}]}""")]
    [TestCase("""{"error":"x","data":[{"error_message":"a"}]}""")]
    [TestCase("""{"error":"x","data":[{"error_message":7,"line_number":1}]}""")]
    [TestCase("""{"error":"x","data":[{"error_message":"a","line_number":1}""")]
    [TestCase("incoming write was empty")]
    [TestCase("")]
    public void A_response_that_names_no_line_clearly_names_none(string body)
    {
        Assert.That(WriteRefusal.ParseNumbered(Encoding.UTF8.GetBytes(body), count: 3), Is.Null);
    }

    [Test]
    public void A_line_named_twice_counts_once()
    {
        List<RefusedLine>? lines = WriteRefusal.ParseNumbered(
            """{"data":[{"error_message":"a","line_number":2},{"error_message":"b","line_number":2}]}"""u8.ToArray(), count: 3);

        Assert.That(lines, Is.EqualTo(new[] { new RefusedLine(1, "a") }));
    }

    [Test]
    public void Quoted_lines_are_found_even_if_they_contain_the_mark_of_their_end()
    {
        string[] lines = ["m,t=a v=1 1", "m,t=x':\\ y v=1 1", "m,t=unable\\ to\\ parse\\ 'q v=1 1"];

        List<RefusedLine> refused = WriteRefusal.FindQuoted(
            Message("unable to parse 'm,t=unable\\ to\\ parse\\ 'q v=1 1': first\nunable to parse 'm,t=x':\\ y v=1 1': second"), lines);

        Assert.That(refused, Is.EqualTo(new[] { new RefusedLine(1, "second"), new RefusedLine(2, "first") }));
    }

    [TestCase("unable to parse 'another line': why")]
    [TestCase("unable to parse 'm v=1 1")]
    [TestCase("no such thing")]
    public void A_quotation_of_no_line_of_the_request_finds_none(string message)
    {
        Assert.That(WriteRefusal.FindQuoted(Message(message), ["m v=1 1"]), Is.Empty);
    }

    [TestCase("failure writing points to database: partial write: field type conflict: x dropped=3", 3, false)]
    [TestCase(
        "failure writing points to database: partial write: dropped 2 points outside retention policy of duration 24h0m0s - oldest a, newest b dropped=2 for database: 0a for retention policy: autogen",
        2, true)]
    public void The_number_of_dropped_lines_is_read(string message, int dropped, bool isRetention)
    {
        (int Dropped, string Reason, bool IsRetention)? partial = WriteRefusal.ParseDropped(Message(message));

        Assert.That((partial!.Value.Dropped, partial.Value.IsRetention), Is.EqualTo((dropped, isRetention)));
    }

    [TestCase("partial write: something dropped=")]
    [TestCase("partial write: something")]
    [TestCase("dropped=3")]
    [TestCase("partial write: something dropped=99999999999999")]
    public void Any_other_message_says_nothing_of_dropped_lines(string message)
    {
        Assert.That(WriteRefusal.ParseDropped(Message(message)), Is.Null);
    }

    private static byte[] Message(string message) => JsonSerializer.SerializeToUtf8Bytes(new { code = "invalid", message });
}
