using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>One call of a cassette: the request, and the answer or the failure. One line of the file.</summary>
/// <param name="Line">The line of the file, from 1; 0 before it is written.</param>
/// <param name="Begun">The place of the call in the order the calls began, from 1. Lines are in the order they ended.</param>
/// <param name="Request">The call as <see cref="CallDescription"/> has it.</param>
/// <param name="Response">The answer, or null.</param>
/// <param name="Failure">The failure, or null.</param>
internal sealed record CassetteEntry(int Line, int Begun, JsonObject Request, ChatResponse? Response, ModelCallException? Failure)
{
    public string Key { get; } = CallDescription.Key(Request);

    public string ToJson(CassetteHistory history)
    {
        var json = new JsonObject { ["begun"] = Begun, ["request"] = history.Shorten(Begun, Request) };
        if (Response is not null)
        {
            json["response"] = JsonNode.Parse(SecretText.Scrub(CallJson.WriteResponse(Response).GetRawText()));
        }
        else if (Failure is not null)
        {
            json["failure"] = new JsonObject
            {
                ["kind"] = Failure.Failure.ToString(),
                ["message"] = SecretText.Scrub(Failure.Message),
                ["model"] = Failure.Model,
                ["endpoint"] = Failure.Endpoint,
                ["status"] = Failure.StatusCode,
            };
        }

        return json.ToJsonString(CallJson.Compact);
    }

    public static CassetteEntry Parse(string text, int line, IReadOnlyDictionary<int, JsonObject> known)
    {
        try
        {
            JsonNode json = JsonNode.Parse(text)!;
            JsonObject request = json["request"]!.DeepClone().AsObject();
            CassetteHistory.Lengthen(request, known);
            using JsonDocument? response = json["response"] is { } answer ? JsonDocument.Parse(answer.ToJsonString()) : null;
            return new CassetteEntry(
                line,
                (int?)json["begun"] ?? line,
                request,
                response is null ? null : CallJson.ReadResponse(response.RootElement),
                json["failure"] is { } failure ? ReadFailure(failure) : null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NullReferenceException or ArgumentException
            or KeyNotFoundException or InvalidCastException)
        {
            throw new FormatException($"line {line} is not a recorded call", exception);
        }
    }

    private static ModelCallException ReadFailure(JsonNode failure) => new((string?)failure["message"] ?? "")
    {
        Failure = Enum.TryParse((string?)failure["kind"], out ModelCallFailure kind) ? kind : ModelCallFailure.Other,
        Model = (string?)failure["model"],
        Endpoint = (string?)failure["endpoint"],
        StatusCode = (int?)failure["status"],
    };
}
