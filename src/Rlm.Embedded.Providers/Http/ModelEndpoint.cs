using System.ClientModel;
using System.Globalization;
using System.Text.Json;
using Anthropic.Exceptions;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Providers;

/// <summary>The model and server that a client talks to: words every failure as a <see cref="ModelCallException"/>.</summary>
/// <param name="model">The model as the catalogue names it.</param>
/// <param name="uri">The server.</param>
/// <param name="timeout">The timeout that applies, for the message.</param>
/// <param name="secrets">Keys, kept only to take them out of what the server says.</param>
/// <param name="keyVariable">The environment variable the key belongs in, for the message.</param>
/// <param name="served">The model as the server is asked for it, where that differs.</param>
/// <param name="isKeyless">Whether requests carry no key, for the message.</param>
internal sealed class ModelEndpoint(
    string model,
    Uri uri,
    TimeSpan? timeout = null,
    IReadOnlyList<string>? secrets = null,
    string? keyVariable = null,
    string? served = null,
    bool isKeyless = false)
{
    private const int LongestExcerpt = 300;

    public string Model { get; } = model;

    public Uri Uri { get; } = uri;

    public string Host { get; } = $"{uri.Host}:{uri.Port}";

    public ModelCallException FromStatus(int status, string body, TimeSpan? retryAfter = null)
    {
        ModelCallFailure failure = status switch
        {
            401 or 403 => ModelCallFailure.Unauthorized,
            404 => ModelCallFailure.NotFound,
            402 => ModelCallFailure.QuotaExhausted,
            429 when body.Contains("insufficient_quota", StringComparison.Ordinal) => ModelCallFailure.QuotaExhausted,
            408 or >= 500 => ModelCallFailure.ServerError,
            429 => ModelCallFailure.RateLimited,
            >= 400 => ModelCallFailure.InvalidRequest,
            _ => ModelCallFailure.BadAnswer,
        };
        return Make(failure, $"HTTP {status.ToString(CultureInfo.InvariantCulture)}: {ServerWords(body)}", status, retryAfter);
    }

    /// <summary>An error object that came with HTTP 200 or inside a stream.</summary>
    public ModelCallException FromErrorObject(JsonElement error)
    {
        if ((error.Integer("code") ?? error.Integer("status") ?? error.Integer("status_code") ?? error.Integer("statusCode")) is >= 400 and < 600 and { } code)
        {
            return FromStatus((int)code, error.GetRawText());
        }

        ModelCallFailure failure = (error.Text("code") ?? error.Text("type")) switch
        {
            "rate_limit_exceeded" or "rate_limit_error" or "too_many_requests" or "throttling" => ModelCallFailure.RateLimited,
            "insufficient_quota" or "billing_error" => ModelCallFailure.QuotaExhausted,
            "invalid_api_key" or "authentication_error" or "permission_error" or "AuthenticationError" => ModelCallFailure.Unauthorized,
            "context_length_exceeded" or "invalid_prompt" or "invalid_request_error" or "BadRequestError" => ModelCallFailure.InvalidRequest,
            "model_not_found" or "not_found_error" or "NotFoundError" => ModelCallFailure.NotFound,
            _ => ModelCallFailure.ServerError,
        };
        return Make(failure, $"the server reported: {ServerWords(error.GetRawText())}");
    }

    /// <summary>An error that came with HTTP 200 and is only words.</summary>
    public ModelCallException FromWords(string words) => Make(ModelCallFailure.ServerError, $"the server reported: {ServerWords(words)}");

    /// <summary>An answer that is not JSON: a page of a web server, or of something in between.</summary>
    public ModelCallException NotJson(int status, string? type, string body) => BadAnswer(
        $"HTTP {status.ToString(CultureInfo.InvariantCulture)} with {(string.IsNullOrWhiteSpace(type) ? "no content type" : type.Split(';')[0].Trim())}: the answer is not JSON", body);

    public ModelCallException BadAnswer(string what, string? body = null) => Make(
        ModelCallFailure.BadAnswer,
        body is null ? what : $"{what}; it begins: {(string.IsNullOrWhiteSpace(body) ? "(empty)" : Excerpt(body))}");

    public ModelCallException InvalidRequest(string what) => Make(ModelCallFailure.InvalidRequest, what);

    public ModelCallException FromException(Exception exception)
    {
        // SDKs wrap transport failures, and gather those of their retries.
        while (exception is AggregateException or ClientResultException or AnthropicIOException or AnthropicSseException
            && exception.InnerException is not null)
        {
            exception = exception is AggregateException { InnerExceptions: [.., { } last] } ? last : exception.InnerException;
        }

        return exception switch
        {
            ModelCallException call => call,
            OperationCanceledException or TimeoutException => Make(
                ModelCallFailure.Timeout,
                timeout is { } wait ? $"no answer within {wait.TotalSeconds:0.###} s" : "no answer in time",
                inner: exception),
            AnthropicInvalidDataException => Make(ModelCallFailure.BadAnswer, Excerpt(exception.Message)),
            InvalidDataException => Make(ModelCallFailure.BadAnswer, exception.Message),
            JsonException json => Make(ModelCallFailure.BadAnswer, json.Message, inner: exception),
            HttpRequestException { HttpRequestError: not (HttpRequestError.Unknown or HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse) } http =>
                Make(ModelCallFailure.Unreachable, $"no connection ({Reason(http)})", inner: exception),
            HttpRequestException or IOException => Make(
                ModelCallFailure.BrokenAnswer, "the connection broke off before the answer was complete", inner: exception),
            ClientResultException { Status: > 0 } refused => FromStatus(refused.Status, refused.GetRawResponse()?.Content.ToString() ?? ""),
            _ => Make(ModelCallFailure.Other, $"{exception.GetType().Name}: {Excerpt(exception.Message)}"),
        };
    }

    public ModelCallException Broken(string what) => Make(ModelCallFailure.BrokenAnswer, what);

    private static string Reason(HttpRequestException exception) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "unknown host",
        HttpRequestError.SecureConnectionError => "TLS failed",
        HttpRequestError.ConnectionError => exception.InnerException?.Message ?? "refused",
        _ => exception.InnerException?.Message ?? exception.Message,
    };

    private ModelCallException Make(
        ModelCallFailure failure, string what, int? status = null, TimeSpan? retryAfter = null, Exception? inner = null)
    {
        string end = what.EndsWith('.') ? "" : ".";
        return new ModelCallException($"{Model} at {Host}: {what}{end} {Remedy(failure)}".TrimEnd(), inner)
        {
            Failure = failure,
            Model = Model,
            Endpoint = Host,
            StatusCode = status,
            RetryAfter = retryAfter,
        };
    }

    private string Remedy(ModelCallFailure failure) => failure switch
    {
        ModelCallFailure.Unreachable => $"Is the server running, and is the base URL {Address} right?",
        ModelCallFailure.Timeout => "Raise the timeout, or check that the server is alive.",
        ModelCallFailure.BrokenAnswer => "Try again; if it stays, look at the server's log.",
        ModelCallFailure.BadAnswer => $"Does the base URL {Address} lead to an API of this kind (it often ends in /v1)?",
        ModelCallFailure.InvalidRequest => "Check the model's name and the options it takes.",
        ModelCallFailure.Unauthorized => $"{(isKeyless ? "No key was sent: " : "Check the key")}{(isKeyless, keyVariable) switch
        {
            (true, null) => "give one for this address",
            (true, _) => $"set {keyVariable}",
            (false, null) => "",
            _ => $" in {keyVariable}",
        }}.",
        ModelCallFailure.NotFound =>
            $"The server was asked for the model \"{served ?? Model}\": check that name and the base URL {Address} (it often ends in /v1); {Address}/models often lists what there is.{WithoutPrefix}",
        ModelCallFailure.RateLimited => "Wait, lower the concurrency, or raise the account's limits.",
        ModelCallFailure.QuotaExhausted => "Add credit to the account, or use another model.",
        ModelCallFailure.ServerError => "Try again later.",
        _ => "",
    };

    /// <summary>A name that begins with a provider's goes to another server as it is, which may know it without.</summary>
    private string WithoutPrefix =>
        served is not null && served == Model && served.IndexOf('/', StringComparison.Ordinal) is > 0 and { } slash
        && BuiltInProviders.All.Any(provider => served.StartsWith(provider.Name + "/", StringComparison.OrdinalIgnoreCase))
            ? $" With a base URL the name is sent as it is: without the prefix it would be \"{served[(slash + 1)..]}\"."
            : "";

    private string Address => Uri.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>The message inside an error body, or the beginning of the body.</summary>
    private string ServerWords(string body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0)
            {
                root = root[0];
            }

            JsonElement error = root.Member("error") ?? root;
            return Excerpt(error.ValueKind == JsonValueKind.String ? LooseJson.Text(error)
                : error.Text("message") ?? root.Text("message") ?? root.Text("Message") ?? root.Text("msg") ?? root.Text("detail")
                ?? Validation(root) ?? body);
        }
        catch (JsonException)
        {
            return string.IsNullOrWhiteSpace(body) ? "(no message)" : Excerpt(body);
        }
    }

    /// <summary>What FastAPI says of a request it does not accept.</summary>
    private static string? Validation(JsonElement root) =>
        root.Items("detail").Select(item => item.Text("msg")).FirstOrDefault(words => words is not null);

    private string Excerpt(string text)
    {
        text = LooseJson.WellFormed(text);
        text = string.Join(' ', SecretScrubber.Scrub(text, secrets ?? []).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= LongestExcerpt ? text : text[..LongestExcerpt] + "...";
    }
}
