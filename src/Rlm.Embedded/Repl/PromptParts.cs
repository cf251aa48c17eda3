using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Repl;

/// <summary>A prompt that is not one text: parts of text and images, or messages with roles.</summary>
/// <param name="Text">All of it as text; images by type, size and hash.</param>
/// <param name="Messages">What to send, or null when <paramref name="Text"/> says it all.</param>
/// <param name="Fault">Why it cannot be sent, or null.</param>
internal sealed record PromptParts(string Text, IReadOnlyList<ChatMessage>? Messages, string? Fault)
{
    private const string Accepted = "Give str, or the bytes of a PNG, JPEG, GIF or WebP image.";

    // More than any provider takes in one message.
    private const int MaxImageBytes = 64 << 20;

    /// <summary>Whether a copy of a Python value is such a prompt; any other value is asked as its <c>str</c>.</summary>
    public static bool IsPrompt(object? value) => value switch
    {
        byte[] => true,
        Dictionary<string, object?> message => IsMessage(message),
        List<object?> { Count: > 0 } items => items.TrueForAll(IsMessage) || items.TrueForAll(IsPart) || items.Exists(item => item is byte[]),
        _ => false,
    };

    /// <summary>Reads such a prompt.</summary>
    public static PromptParts Read(object value) => value switch
    {
        Dictionary<string, object?> message => FromMessages([message]),
        List<object?> items when items.TrueForAll(IsMessage) => FromMessages(items),
        List<object?> items when items.TrueForAll(item => item is string) => new PromptParts(string.Join('\n', items), null, null),
        List<object?> items => FromParts(items),
        _ => FromParts([value]),
    };

    private static PromptParts FromParts(List<object?> parts)
    {
        StringBuilder text = new();
        return Contents(parts, text, out List<AIContent> contents) is { } fault
            ? new PromptParts("", null, fault)
            : new PromptParts(text.ToString(), [new ChatMessage(ChatRole.User, contents)], null);
    }

    private static PromptParts FromMessages(List<object?> messages)
    {
        StringBuilder text = new();
        List<ChatMessage> sent = [];
        for (int i = 0; i < messages.Count; i++)
        {
            Dictionary<string, object?> message = (Dictionary<string, object?>)messages[i]!;
            if (Role(message["role"]) is not { } role)
            {
                return Faulty($"message {i} has the role {Show(message["role"])}; roles are system, user and assistant.");
            }

            text.Append(i == 0 ? "" : "\n").Append(role.Value).Append(": ");
            if (Contents(message["content"] as List<object?> ?? [message["content"]], text, out List<AIContent> contents) is { } fault)
            {
                return Faulty($"message {i}: {fault}");
            }

            sent.Add(new ChatMessage(role, contents));
        }

        return new PromptParts(text.ToString(), sent, null);
    }

    private static PromptParts Faulty(string fault) => new("", null, fault);

    /// <summary>Why the parts cannot be sent, or null.</summary>
    private static string? Contents(List<object?> parts, StringBuilder text, out List<AIContent> contents)
    {
        contents = [];
        long images = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            text.Append(i == 0 ? "" : "\n");
            object? part = parts[i] is Dictionary<string, object?> typed ? Inner(typed) : parts[i];
            switch (part)
            {
                case string words:
                    contents.Add(new TextContent(words));
                    text.Append(words);
                    break;
                case byte[] data when (images += data.Length) > MaxImageBytes:
                    return $"part {i} makes it more than {MaxImageBytes:N0} bytes of images. Ask about fewer at a time.";
                case byte[] data when ImageType.Of(data) is { } type:
                    contents.Add(new DataContent(data, type));
                    text.Append($"[{type}, {data.Length:N0} bytes, sha256 {Convert.ToHexStringLower(SHA256.HashData(data))[..16]}]");
                    break;
                case byte[] data:
                    return $"part {i} is {data.Length:N0} bytes that are no PNG, JPEG, GIF or WebP image.";
                default:
                    return $"part {i} is {Show(parts[i])}. {Accepted}";
            }
        }

        return null;
    }

    // The parts that providers' own APIs have. An address is not followed: the text may be read from the context, and fetching it tells its server so.
    private static object? Inner(Dictionary<string, object?> part)
    {
        if (part.TryGetValue("text", out object? text))
        {
            return text;
        }

        object? image = part.GetValueOrDefault("image_url") ?? part.GetValueOrDefault("data");
        image = image is Dictionary<string, object?> inner ? inner.GetValueOrDefault("url") : image;
        if (image is string address && address.StartsWith("data:", StringComparison.Ordinal) && address.IndexOf(";base64,", StringComparison.Ordinal) is var at and > 0)
        {
            byte[] data = new byte[address.Length];
            return Convert.TryFromBase64String(address[(at + ";base64,".Length)..], data, out int length) ? data[..length] : null;
        }

        return image as byte[];
    }

    private static bool IsMessage(object? value) => value is Dictionary<string, object?> message && message.ContainsKey("role") && message.ContainsKey("content");

    private static bool IsPart(object? value) => value is string || (value is Dictionary<string, object?> part && part.ContainsKey("type"));

    private static ChatRole? Role(object? role) => role switch
    {
        "system" or "developer" => ChatRole.System,
        "user" => ChatRole.User,
        "assistant" => ChatRole.Assistant,
        _ => null,
    };

    private static string Show(object? value) => value switch
    {
        null => "None",
        string text => $"'{(text.Length > 40 ? text[..40] + "..." : text)}'",
        Dictionary<string, object?> dict => $"a dict with the keys {string.Join(", ", dict.Keys.Take(5))}",
        List<object?> list => $"a list of {list.Count}",
        bool => "a bool",
        _ => "a number",
    };
}
