using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Puts tool calls together from the pieces of a stream.</summary>
internal sealed class ToolCallAssembler
{
    private readonly OrderedDictionary<long, (string Id, string Name, StringBuilder Arguments)> _calls = [];
    private long _last = -1;

    public void Add(JsonElement piece)
    {
        string? id = piece.Text("id") is { Length: > 0 } given ? given : null;

        // A server that sends no index sends whole calls, or an id on the first piece of each.
        long index = piece.Integer("index") ?? (id is not null && !Holds(id) ? _last + 1 : long.Max(_last, 0));
        _last = index;
        JsonElement function = piece.Member("function") ?? default;
        string name = function.Text("name") ?? "";
        if (!_calls.TryGetValue(index, out var call))
        {
            call = (id ?? "", name, new StringBuilder());
        }

        call.Arguments.Append(ChatResponseReader.Arguments(function));
        _calls[index] = (call.Id.Length > 0 ? call.Id : id ?? "", call.Name.Length > 0 ? call.Name : name, call.Arguments);
    }

    /// <summary>A piece of the one call that the API knew before it had tools.</summary>
    public void AddLegacy(JsonElement function)
    {
        if (!_calls.TryGetValue(0, out var call))
        {
            call = ("", "", new StringBuilder());
        }

        call.Arguments.Append(ChatResponseReader.Arguments(function));
        _calls[0] = (call.Id, call.Name.Length > 0 ? call.Name : function.Text("name") ?? "", call.Arguments);
    }

    public IEnumerable<FunctionCallContent> Calls() =>
        _calls.Values.Select(c => ToolArguments.Call(c.Arguments.ToString(), c.Id, c.Name));

    private bool Holds(string id) => _calls.Values.Any(c => c.Id == id);
}
