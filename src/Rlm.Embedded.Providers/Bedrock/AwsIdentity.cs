using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace Rlm.Embedded.Providers;

/// <summary>Where the AWS keys come from: the request's environment, else what AWSSDK.Core finds (profile, container, web identity, instance role).</summary>
internal sealed class AwsIdentity(ModelRequest request)
{
    public const string Wanted = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE";

    /// <summary>Variables that point AWSSDK.Core to keys. An instance role has none: it is asked for by AWS_EC2_METADATA_DISABLED=false.</summary>
    private static readonly string[] Pointers =
    [
        "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];

    private readonly AwsKeys? _keys = FromEnvironment(request);

    public static bool Exists(ModelRequest request) =>
        FromEnvironment(request) is not null
        || Pointers.Any(p => request.Variable(p) is not null)
        || string.Equals(request.Variable("AWS_EC2_METADATA_DISABLED"), "false", StringComparison.OrdinalIgnoreCase);

    /// <summary>The keys to sign with now: temporary ones are renewed.</summary>
    public async ValueTask<AwsKeys> KeysAsync(CancellationToken cancellationToken)
    {
        if (_keys is not null)
        {
            return _keys;
        }

        try
        {
            using var resolver = new DefaultAWSCredentialsIdentityResolver();
            AWSCredentials credentials = await resolver.ResolveIdentityAsync(clientConfig: null, cancellationToken).ConfigureAwait(false);
            ImmutableCredentials keys = await credentials.GetCredentialsAsync().ConfigureAwait(false);
            return new AwsKeys(keys.AccessKey, keys.SecretKey, keys.UseToken ? keys.Token : null);
        }
        catch (AmazonClientException exception)
        {
            throw new RlmConfigurationException($"No AWS credentials for {request.FullName}. Set {Wanted}. ({exception.Message})", exception);
        }
    }

    private static AwsKeys? FromEnvironment(ModelRequest request) =>
        request.Variable("AWS_ACCESS_KEY_ID") is { } id && request.Variable("AWS_SECRET_ACCESS_KEY") is { } secret
            ? new AwsKeys(id, secret, request.Variable("AWS_SESSION_TOKEN"))
            : null;
}
