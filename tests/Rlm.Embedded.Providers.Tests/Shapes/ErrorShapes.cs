using Rlm.Embedded.Models;
using static Rlm.Embedded.Models.ModelCallFailure;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>How servers tell a failure behind HTTP 200, in one piece, as the first event, and after half of the answer.</summary>
internal static class ErrorShapes
{
    private static readonly Protocol[] s_text = [Protocol.Chat, Protocol.Responses, Protocol.Anthropic];

    private static readonly (string Body, ModelCallFailure Failure, string Words)[] s_errors =
    [
        ("""{"error":{"message":"boom","type":"server_error"}}""", ServerError, "boom"),
        ("""{"object":"error","message":"boom","type":"InternalServerError","code":500}""", ServerError, "HTTP 500: boom"),
        ("""{"object":"error","message":"too long","type":"BadRequestError","code":400}""", InvalidRequest, "HTTP 400: too long"),
        ("""{"error":{"message":"boom","code":"429"}}""", RateLimited, "boom"),
        ("""{"error":{"message":"boom","code":429,"metadata":{"raw":"x"}}}""", RateLimited, "HTTP 429: boom"),
        ("""{"error":{"message":"boom","code":502},"choices":[]}""", ServerError, "boom"),
        ("""{"error":"boom"}""", ServerError, "the server reported: boom"),
        ("""{"error":["boom"]}""", ServerError, "boom"),
        ("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", ServerError, "Overloaded"),
        ("""{"type":"error","message":"boom"}""", ServerError, "boom"),
        ("""{"error":{"type":"authentication_error","message":"no"}}""", Unauthorized, "no"),
        ("""{"error":{"code":"insufficient_quota","message":"no money"}}""", QuotaExhausted, "no money"),
        ("""{"error":{"code":"model_not_found","message":"no such"}}""", NotFound, "no such"),
    ];

    private static readonly (string Body, ModelCallFailure Failure, string Words)[] s_wholeOnly =
    [
        ("""{"detail":"boom"}""", ServerError, "boom"),
        ("""{"message":"boom"}""", ServerError, "boom"),
        ("""{"code":"1302","msg":"boom"}""", ServerError, "boom"),
        ("""{"statusCode":401,"message":"Unauthorized"}""", Unauthorized, "HTTP 401: Unauthorized"),
        ("<html><body>Sign in</body></html>", BadAnswer, "with application/json: the answer is not JSON; it begins: <html><body>Sign in"),
        ("Internal Server Error", BadAnswer, "it begins: Internal Server Error"),
        ("", BadAnswer, "(empty)"),
        ("null", BadAnswer, ""),
        ("[]", BadAnswer, ""),
        ("{\"id\":\"c1\",\"cho", BadAnswer, "not JSON"),
    ];

    private static readonly (string Name, string Events, ModelCallFailure Failure, string Words)[] s_midStream =
    [
        ("event: error with an object", "event: error\ndata: {\"error\":{\"message\":\"boom\"}}\n\n", ServerError, "boom"),
        ("event: error with words", "event: error\ndata: boom, all of it\n\n", ServerError, "the server reported: boom, all of it"),
        ("event: error with a message", "event: error\ndata: {\"message\":\"boom\"}\n\n", ServerError, "boom"),
        ("event: error, no empty line behind it", "event: error\ndata: boom", ServerError, "boom"),
        ("an error without data:", "{\"error\":{\"message\":\"boom\"}}\n\n", ServerError, "boom"),
        ("nothing more", "", BrokenAnswer, "ended before"),
        ("an event cut in the middle", "data: {\"id\":\"c1\",\"choi", BrokenAnswer, "ended before"),
        ("an event cut in the middle of its string", "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"te", BrokenAnswer, "ended before"),
        ("a comment, then nothing more", ": keep-alive\n\n", BrokenAnswer, "ended before"),
        ("a ping, then nothing more", "event: ping\ndata: {}\n\n", BrokenAnswer, "ended before"),
        ("an event that is not JSON", "data: nonsense\n\n", BadAnswer, "not JSON; it begins: nonsense"),
    ];

    public static IEnumerable<Shape> All() =>
    [
        .. from api in s_text from error in s_errors select new Shape($"error {error.Body}", WholeOf(api, error.Body), Expect.Fails(error.Failure, error.Words)),
        .. from api in s_text from error in s_errors select new Shape($"error in one piece {error.Body}", WholeOf(api, error.Body) with { Streaming = true }, Expect.Fails(error.Failure, error.Words)),
        .. from api in s_text from error in s_errors select new Shape($"first event {error.Body}", After(api, 0, $"data: {error.Body}\n\n"), Expect.Fails(error.Failure, error.Words)),
        .. from api in s_text from error in s_errors select new Shape($"mid-stream {error.Body}", After(api, 3, $"data: {error.Body}\n\n"), Expect.Fails(error.Failure, error.Words)),
        .. from api in s_text from error in s_wholeOnly select new Shape($"instead of an answer: {error.Body}", WholeOf(api, error.Body), Expect.Fails(error.Failure, error.Words)),
        .. from api in s_text from error in s_wholeOnly select new Shape($"instead of a stream: {error.Body}", WholeOf(api, error.Body) with { Streaming = true }, Expect.Fails(error.Failure, error.Words)),
        .. from api in s_text from rest in s_midStream select new Shape($"mid-stream {rest.Name}", After(api, 3, rest.Events), Expect.Fails(rest.Failure, rest.Words)),
        .. from api in s_text from rest in s_midStream where rest.Failure != BadAnswer
           select new Shape($"a stream unasked for, in it {rest.Name}", After(api, 3, rest.Events) with { Streaming = false }, Expect.Fails(rest.Failure, rest.Words)),
    ];

    private static Answer WholeOf(Protocol api, string body) => GoodAnswer.Whole(api).With(_ => body);

    /// <summary>A good stream up to an event, then something else.</summary>
    private static Answer After(Protocol api, int events, string rest) => GoodAnswer.Streamed(api).With(text =>
        string.Concat(text.Split("\n\n").Take(events).Select(e => e + "\n\n")) + rest);
}
