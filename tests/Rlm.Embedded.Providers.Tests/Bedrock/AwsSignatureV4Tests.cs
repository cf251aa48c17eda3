using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>AWS's own test suite for Signature Version 4: every case, in the header form.</summary>
[TestFixture]
public sealed class AwsSignatureV4Tests
{
    [Test]
    public void Authorization_EveryCaseOfTheSuite_IsTheSuites()
    {
        string[] cases = Directory.GetDirectories(Path.Combine(SharedData.Folder("aws-sigv4-suite"), "v4"));
        var failures = new List<string>();
        foreach (string folder in cases.Order(StringComparer.Ordinal))
        {
            try
            {
                Check(folder);
            }
            catch (ShouldAssertException exception)
            {
                failures.Add($"{Path.GetFileName(folder)}: {exception.Message}");
            }
        }

        TestContext.Out.WriteLine($"signature version 4: {cases.Length - failures.Count} of {cases.Length} cases right");
        failures.ShouldBeEmpty();
        cases.Length.ShouldBe(38);
    }

    private static void Check(string folder)
    {
        JsonNode context = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "context.json")))!;
        var keys = new AwsKeys(
            (string)context["credentials"]!["access_key_id"]!,
            (string)context["credentials"]!["secret_access_key"]!,
            (string?)context["credentials"]!["token"]);
        AwsRequest request = Read(File.ReadAllText(Path.Combine(folder, "request.txt")), context, keys);

        string region = (string)context["region"]!;
        string service = (string)context["service"]!;
        string date = request.Headers.First(h => h.Key == "X-Amz-Date").Value;
        (string canonical, _) = AwsSignatureV4.Canonical(request);
        canonical.ShouldBe(Expected(folder, "header-canonical-request.txt"));
        AwsSignatureV4.StringToSign(canonical, date, $"{date[..8]}/{region}/{service}/aws4_request")
            .ShouldBe(Expected(folder, "header-string-to-sign.txt"));
        string authorization = AwsSignatureV4.Authorization(request, keys, region, service);
        authorization.ShouldEndWith(Expected(folder, "header-signature.txt"));
        Expected(folder, "header-signed-request.txt").ShouldContain($"Authorization:{authorization}");
    }

    private static AwsRequest Read(string text, JsonNode context, AwsKeys keys)
    {
        string[] headAndBody = text.ReplaceLineEndings("\n").Split("\n\n", 2);
        string[] lines = headAndBody[0].TrimEnd('\n').Split('\n');
        string method = lines[0][..lines[0].IndexOf(' ', StringComparison.Ordinal)];
        string target = lines[0][(method.Length + 1)..lines[0].LastIndexOf(' ')];
        string[] pathAndQuery = target.Split('?', 2);
        byte[] body = Encoding.UTF8.GetBytes(headAndBody.Length > 1 ? headAndBody[1] : "");

        var headers = new List<KeyValuePair<string, string>>();
        foreach (string line in lines[1..])
        {
            if (char.IsWhiteSpace(line[0]))
            {
                headers[^1] = new(headers[^1].Key, $"{headers[^1].Value} {line.Trim()}");
                continue;
            }

            int colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(new(line[..colon], line[(colon + 1)..]));
        }

        DateTimeOffset time = DateTimeOffset.Parse((string)context["timestamp"]!, CultureInfo.InvariantCulture);
        headers.Add(new("X-Amz-Date", time.ToString(AwsSignatureV4.DateFormat, CultureInfo.InvariantCulture)));
        if (keys.SessionToken is { } token && (bool?)context["omit_session_token"] != true)
        {
            headers.Add(new("X-Amz-Security-Token", token));
        }

        if ((bool)context["sign_body"]!)
        {
            headers.Add(new("X-Amz-Content-Sha256", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body))));
        }

        return new AwsRequest(method, pathAndQuery[0], pathAndQuery.Length > 1 ? pathAndQuery[1] : "", headers, body)
        {
            NormalizePath = (bool)context["normalize"]!,
        };
    }

    private static string Expected(string folder, string file) => File.ReadAllText(Path.Combine(folder, file)).ReplaceLineEndings("\n").TrimEnd('\n');
}
