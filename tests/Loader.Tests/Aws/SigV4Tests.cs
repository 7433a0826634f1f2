using System.Text;
using Loader.Infrastructure.Aws.Signing;

namespace Loader.Tests.Aws;

/// <summary>Signatures from the test suite and documentation that AWS published for Signature Version 4.</summary>
public sealed class SigV4Tests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private const string Time = "20150830T123600Z";

    [TestCase("20120215", "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d")]
    [TestCase("20150830", "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")]
    public void The_signing_key_equals_the_documented_one(string date, string expected)
    {
        var key = new SigningKey("AKIDEXAMPLE", Secret, date, "us-east-1", "iam");

        Assert.That(Convert.ToHexStringLower(key.Bytes), Is.EqualTo(expected));
    }

    [Test]
    public void Get_vanilla() => AssertSignature(
        Sign("GET", "", Host, Date), "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");

    [Test]
    public void Post_vanilla() => AssertSignature(
        Sign("POST", "", Host, Date), "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");

    [Test]
    public void Get_vanilla_query_order_key_case() => AssertSignature(
        Sign("GET", "Param1=value1&Param2=value2", Host, Date), "host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");

    [Test]
    public void Post_header_key_sort() => AssertSignature(
        Sign("POST", "", Host, new("my-header1", "value1"), Date), "host;my-header1;x-amz-date",
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c");

    [Test]
    public void Get_header_value_trim() => AssertSignature(
        Sign("GET", "", Host, new("my-header1", " value1"), new("my-header2", " \"a   b   c\""), Date), "host;my-header1;my-header2;x-amz-date",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");

    [Test]
    public void Post_with_a_body() => AssertSignature(
        SignBody("Param1=value1", new("content-type", "application/x-www-form-urlencoded"), Host, Date), "content-type;host;x-amz-date",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");

    [Test]
    public void Post_with_a_session_token() => AssertSignature(
        Sign("POST", "", Host, Date, new("x-amz-security-token", Token)), "host;x-amz-date;x-amz-security-token",
        "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead");

    [Test]
    public void Headers_longer_than_the_first_buffer_are_signed_correctly()
    {
        string longToken = new('t', 5_000);

        string authorization = Sign("POST", "", Host, Date, new("x-amz-security-token", longToken));

        Assert.That(authorization, Does.Match("Signature=[0-9a-f]{64}$"));
    }

    private const string Token =
        "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

    private static SignedHeader Host => new("host", "example.amazonaws.com");

    private static SignedHeader Date => new("x-amz-date", Time);

    private static string Sign(string method, string query, params SignedHeader[] headers) =>
        SigV4.Authorize(Key(), Time, method, "/", query, headers, []);

    private static string SignBody(string body, params SignedHeader[] headers) =>
        SigV4.Authorize(Key(), Time, "POST", "/", "", headers, Encoding.UTF8.GetBytes(body));

    private static SigningKey Key() => new("AKIDEXAMPLE", Secret, "20150830", "us-east-1", "service");

    private static void AssertSignature(string authorization, string signedHeaders, string signature) =>
        Assert.That(authorization, Is.EqualTo(
            $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={signedHeaders}, Signature={signature}"));
}
