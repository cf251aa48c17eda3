using System.Text.Json;

namespace Rlm.Embedded.Providers;

/// <summary>What the events of OpenAI's two APIs have in common.</summary>
internal static class OpenAIEvent
{
    /// <summary>The data of an event as JSON; an event that is an error is thrown.</summary>
    public static JsonElement Parse(ServerEvent item, ModelEndpoint endpoint)
    {
        bool isJson = LooseJson.TryParse(item.Data, out JsonElement root);
        return item.Name is "error" ? throw (isJson ? endpoint.FromErrorObject(ReportedError.In(root, answers: false) ?? root) : endpoint.FromWords(item.Data))
            : isJson ? root
            : throw endpoint.BadAnswer("an event of the stream is not JSON", item.Data);
    }
}
