using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Reads a whole chat completion. The first choice is the answer.</summary>
internal static class ChatResponseReader
{
    public static ChatResponse Read(JsonElement root, ModelEndpoint endpoint)
    {
        JsonElement choice = root.Items("choices").FirstOrDefault();
        bool isAnswer = choice.ValueKind == JsonValueKind.Object;
        if ((ReportedError.In(root, answers: isAnswer) ?? ReportedError.In(choice, answers: true)) is { } error)
        {
            throw endpoint.FromErrorObject(error);
        }

        ChatFinishReason? reason = FinishReasons.Read(choice.Member("finish_reason"), endpoint);

        // Old servers give plain text, others a delta; a filtered answer may have no message at all.
        JsonElement? given = choice.Member("message") ?? choice.Member("delta");
        JsonElement message = given ?? choice;
        if (message.ValueKind != JsonValueKind.Object || (given is null && choice.Text("text") is null && reason is null))
        {
            throw endpoint.BadAnswer("the answer is not a chat completion", root.GetRawText());
        }

        var contents = new List<AIContent>();
        ChatContentReader.Read(message, contents);
        if (message.Text("refusal") is { Length: > 0 } refusal)
        {
            contents.Add(ChatContentReader.Refusal(refusal));
        }

        foreach (JsonElement call in message.Items("tool_calls"))
        {
            if (call.Member("function") is { } function)
            {
                contents.Add(ToolArguments.Call(Arguments(function), call.Text("id") ?? "", function.Text("name") ?? ""));
            }
        }

        if (message.Member("function_call") is { } legacy)
        {
            contents.Add(ToolArguments.Call(Arguments(legacy), "", legacy.Text("name") ?? ""));
        }

        string? id = root.Text("id");
        var response = new ChatResponse(new ChatMessage(ChatRole.Assistant, contents) { MessageId = id, RawRepresentation = message })
        {
            ResponseId = id,
            ModelId = root.Text("model"),
            CreatedAt = CreatedAt(root),
            FinishReason = reason,
            Usage = ChatUsageReader.Read(root),
            RawRepresentation = root,
        };
        if (ChatUsageReader.Cost(root) is { } cost)
        {
            response.AdditionalProperties = new() { [ChatUsageReader.CostKey] = cost };
        }

        return response;
    }

    public static DateTimeOffset? CreatedAt(JsonElement root) =>
        root.Integer("created") is > 0 and < 253_402_300_800 and { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>The arguments are a string; some servers send the object itself.</summary>
    public static string Arguments(JsonElement function) => function.Member("arguments") switch
    {
        { ValueKind: JsonValueKind.String } text => LooseJson.Text(text),
        { } other => other.GetRawText(),
        null => "",
    };
}
