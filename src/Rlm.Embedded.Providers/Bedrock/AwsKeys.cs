namespace Rlm.Embedded.Providers;

/// <summary>Keys of an AWS identity. A class, not a record: nothing prints them by accident.</summary>
internal sealed class AwsKeys(string accessKeyId, string secretAccessKey, string? sessionToken)
{
    public string AccessKeyId => accessKeyId;

    public string SecretAccessKey => secretAccessKey;

    public string? SessionToken => sessionToken;
}
