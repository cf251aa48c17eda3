using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>One call of a cassette: the request, and the answer or the failure. One line of the file.</summary>
internal sealed record CassetteEntry(int Line, JsonObject Request, ChatResponse? Response, ModelCallException? Failure)
{
    public string Key { get; } = CallDescription.Key(Request);

    public string ToJson()
    {
        var json = new JsonObject { ["request"] = Request.DeepClone() };
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

    public static CassetteEntry Parse(string text, int line)
    {
        try
        {
            JsonNode json = JsonNode.Parse(text)!;
            using JsonDocument? response = json["response"] is { } answer ? JsonDocument.Parse(answer.ToJsonString()) : null;
            return new CassetteEntry(
                line,
                json["request"]!.DeepClone().AsObject(),
                response is null ? null : CallJson.ReadResponse(response.RootElement),
                json["failure"] is { } failure ? ReadFailure(failure) : null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NullReferenceException or ArgumentException)
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
