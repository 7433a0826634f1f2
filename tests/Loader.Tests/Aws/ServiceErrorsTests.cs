using System.Net;
using System.Text;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Requests;

namespace Loader.Tests.Aws;

public sealed class ServiceErrorsTests
{
    private static readonly DateTimeOffset Now = new(2024, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [TestCase("""{"__type":"com.amazonaws.timestream.v20181101#ThrottlingException","message":"Slow down."}""", "ThrottlingException", "Slow down.")]
    [TestCase("""{"__type":"ValidationException:http://internal.amazon.com/coral","Message":"No."}""", "ValidationException", "No.")]
    [TestCase("""{"code":"AccessDenied","message":"No."}""", "AccessDenied", "No.")]
    [TestCase("""{"nested":{"message":"inner"},"list":[{"code":"X"}],"__type":"a#B","message":"outer"}""", "B", "outer")]
    public void Code_and_message_are_read_from_the_body(string body, string code, string message)
    {
        ServiceError error = Read(400, body);

        Assert.That((error.Code, error.Message), Is.EqualTo((code, message)));
    }

    [Test]
    public void The_type_in_the_body_overrides_the_header_and_the_header_overrides_the_code_in_the_body()
    {
        ServiceError typed = Read(400, """{"__type":"a#FromBody"}""", ("x-amzn-ErrorType", "FromHeader"));
        ServiceError untyped = Read(400, """{"code":"FromCode"}""", ("x-amzn-ErrorType", "FromHeader:http://x"));

        Assert.That((typed.Code, untyped.Code), Is.EqualTo(("FromBody", "FromHeader")));
    }

    [TestCase("ThrottlingException", "You have too many active MAGNETIC store partitions.", true)]
    [TestCase("ThrottlingException", "Rate exceeded.", false)]
    [TestCase("ValidationException", "The magnetic store has no partition.", false)]
    public void Only_a_throttle_of_the_magnetic_store_lasts_for_hours(string code, string message, bool lasts)
    {
        Assert.That(Read(400, $$"""{"__type":"{{code}}","message":"{{message}}"}""").LastsForHours, Is.EqualTo(lasts));
    }

    [Test]
    public void In_query_mode_the_documented_code_is_used()
    {
        ServiceError error = Read(400, """{"__type":"a#InvalidParameterValueException"}""", ("x-amzn-query-error", "Throttling;Sender"));

        Assert.That((error.Code, error.Kind), Is.EqualTo(("Throttling", ServiceErrorKind.Throttled)));
    }

    // The API reference documents 400 for errors with another status in the service model, so the code decides if there is one.
    [TestCase(400, "RequestTimeTooSkewed", ServiceErrorKind.Unavailable)]
    [TestCase(403, "RequestExpired", ServiceErrorKind.Unavailable)]
    [TestCase(400, "ThrottlingException", ServiceErrorKind.Throttled)]
    [TestCase(400, "ResourceNotFoundException", ServiceErrorKind.NotFound)]
    [TestCase(400, "RejectedRecordsException", ServiceErrorKind.RejectedRecords)]
    [TestCase(400, "InvalidEndpointException", ServiceErrorKind.InvalidEndpoint)]
    [TestCase(400, "ExpiredTokenException", ServiceErrorKind.AccessDenied)]
    [TestCase(400, "InternalServerException", ServiceErrorKind.Unavailable)]
    [TestCase(400, "SomethingNewException", ServiceErrorKind.Refused)]
    [TestCase(503, "SomethingNewException", ServiceErrorKind.Unavailable)]
    public void The_code_decides_what_an_error_means(int status, string code, object kind)
    {
        ServiceError error = Read(status, $$"""{"__type":"x#{{code}}"}""");

        Assert.That(error.Kind, Is.EqualTo(kind));
    }

    [TestCase(503, ServiceErrorKind.Unavailable)]
    [TestCase(502, ServiceErrorKind.Unavailable)]
    [TestCase(429, ServiceErrorKind.Throttled)]
    [TestCase(403, ServiceErrorKind.AccessDenied)]
    [TestCase(421, ServiceErrorKind.InvalidEndpoint)]
    [TestCase(400, ServiceErrorKind.Refused)]
    [TestCase(302, ServiceErrorKind.Refused)]
    [TestCase(202, ServiceErrorKind.Unavailable)]
    [TestCase(204, ServiceErrorKind.Unavailable)]
    [TestCase(419, ServiceErrorKind.RejectedRecords)]
    public void Without_a_code_the_status_decides(int status, object kind)
    {
        ServiceError error = Read(status, "<html><body>Sorry</body></html>");

        Assert.That((error.Kind, error.Code), Is.EqualTo(((ServiceErrorKind)kind, $"HTTP {status}")));
    }

    [Test]
    public void A_redirect_names_its_address()
    {
        Assert.That(Read(307, "", ("Location", "http://elsewhere/\u0007")).Message, Does.StartWith("status 307 redirects to http://elsewhere/"));
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("""{"__type":"a#B","message":"x""")]
    [TestCase("[1,2]")]
    [TestCase("""{"__type":5,"message":{}}""")]
    [TestCase("""{"message":"\ud800"}""")]
    public void Malformed_bodies_are_still_errors(string body)
    {
        ServiceError error = Read(500, body);

        Assert.That(error.Kind, Is.EqualTo(ServiceErrorKind.Unavailable));
    }

    [Test]
    public void Control_characters_in_messages_are_replaced()
    {
        ServiceError error = Read(400, """{"__type":"a#B","message":"one\r\nERROR forged\u001b[31m\u0085"}""");

        Assert.That(error.Message, Is.EqualTo("one  ERROR forged [31m "));
    }

    [Test]
    public void A_quoted_canonical_request_is_cut_off_because_it_contains_the_session_token()
    {
        ServiceError error = Read(403, """
            {"__type":"a#InvalidSignatureException","message":"The request signature we calculated does not match.\n\nThe Canonical String for this request should have been\n'POST\nx-amz-security-token:TOKEN'"}
            """);

        Assert.That(error.Message, Is.EqualTo("The request signature we calculated does not match."));
    }

    [TestCase("Retry-After", "7", 7_000)]
    [TestCase("Retry-After", "Mon, 01 Jan 2024 12:00:09 GMT", 9_000)]
    [TestCase("x-amz-retry-after", "1500", 1_500)]
    public void The_requested_delay_before_a_retry_is_read(string header, string value, int milliseconds)
    {
        ServiceError error = Read(429, "{}", (header, value));

        Assert.That(error.RetryAfter, Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [TestCase("soon")]
    [TestCase("-3")]
    [TestCase("Mon, 01 Jan 2024 11:00:00 GMT")]
    public void An_invalid_delay_is_ignored(string value)
    {
        Assert.That(Read(429, "{}", ("Retry-After", value)).RetryAfter, Is.Null);
    }

    private static ServiceError Read(int status, string body, params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        foreach ((string name, string value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return ServiceErrors.Read(response, Encoding.UTF8.GetBytes(body), Now);
    }
}
