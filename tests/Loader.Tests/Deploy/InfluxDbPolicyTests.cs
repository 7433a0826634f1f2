namespace Loader.Tests.Deploy;

/// <summary>The functions' policies with the sink influxdb, a key for the secret, and a VPC: <c>deploy/terraform/tests/policies_influxdb.json</c>.</summary>
public sealed class InfluxDbPolicyTests
{
    private const string Secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:influxdb-token-a1B2c3";
    private const string Key = "arn:aws:kms:eu-west-1:123456789012:key/token";
    private const string Interface = "arn:aws:ec2:eu-west-1:123456789012:network-interface/eni-0a";

    [TestCase("secretsmanager:GetSecretValue", Secret, true)]
    [TestCase("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:influxdb-token-b1B2c3", false)]
    [TestCase("secretsmanager:PutSecretValue", Secret, false)]
    [TestCase("secretsmanager:DescribeSecret", Secret, false)]
    [TestCase("timestream:WriteRecords", "arn:aws:timestream:eu-west-1:123456789012:database/energy/table/generation", false)]
    [TestCase("timestream:DescribeEndpoints", "*", false)]
    [TestCase("s3:GetObject", "arn:aws:s3:::lake/processed/a.parquet", true)]
    public void The_token_may_be_read_and_nothing_is_allowed_on_Timestream(string action, string resource, bool isAllowed)
    {
        Assert.That(Policy("step_functions").Allows(new IamCall(action, resource)), Is.EqualTo(isAllowed));
    }

    [TestCase(Key, "secretsmanager.eu-west-1.amazonaws.com", true)]
    [TestCase(Key, "s3.eu-west-1.amazonaws.com", false)]
    [TestCase("arn:aws:kms:eu-west-1:123456789012:key/other", "secretsmanager.eu-west-1.amazonaws.com", false)]
    public void The_key_of_the_secret_is_used_only_through_Secrets_Manager(string key, string service, bool isAllowed)
    {
        var call = new IamCall("kms:Decrypt", key, new Dictionary<string, string> { ["kms:ViaService"] = service });

        Assert.That(Policy("step_functions").Allows(call), Is.EqualTo(isAllowed));
    }

    /// <summary>https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions lists the actions.</summary>
    [TestCase("ec2:CreateNetworkInterface", "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0c")]
    [TestCase("ec2:CreateNetworkInterface", "arn:aws:ec2:eu-west-1:999999999999:subnet/subnet-0a")]
    [TestCase("ec2:DeleteNetworkInterface", Interface)]
    [TestCase("ec2:AssignPrivateIpAddresses", Interface)]
    [TestCase("ec2:UnassignPrivateIpAddresses", Interface)]
    [TestCase("ec2:DescribeNetworkInterfaces", "*")]
    [TestCase("ec2:DescribeSubnets", "*")]
    public void Lambda_may_connect_a_function_to_the_VPC_and_the_code_of_the_function_may_not(string action, string resource)
    {
        foreach (string role in new[] { "s3_event", "step_functions" })
        {
            string function = $"arn:aws:lambda:eu-west-1:123456789012:function:energy-loader-{role.Replace('_', '-')}";
            var ofTheCode = new IamCall(action, resource, new Dictionary<string, string> { ["lambda:SourceFunctionArn"] = function });

            Assert.That(Policy(role).Allows(new IamCall(action, resource)), Is.True, role);
            Assert.That(Policy(role).Allows(ofTheCode), Is.False, role);
        }
    }

    [TestCase("ec2:CreateNetworkInterface", "arn:aws:ec2:us-east-1:123456789012:subnet/subnet-0a")]
    [TestCase("ec2:DetachNetworkInterface", Interface)]
    [TestCase("ec2:TerminateInstances", "arn:aws:ec2:eu-west-1:123456789012:instance/i-0a")]
    public void Nothing_else_is_allowed_on_the_network(string action, string resource)
    {
        Assert.That(Policy("s3_event").Allows(new IamCall(action, resource)), Is.False);
    }

    private static IamPolicy Policy(string role) => IamPolicy.Reviewed("functions", role, "policies_influxdb.json");
}
