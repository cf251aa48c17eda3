using Rlm.Embedded.Models;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>What must be read from an answer.</summary>
public sealed record Expect
{
    public static Expect Good { get; } = new() { Text = GoodAnswer.Text, Finish = "stop", Used = (10, 5) };

    public string Text { get; init; } = "";

    public string Reasoning { get; init; } = "";

    public string? Refusal { get; init; }

    /// <summary>Names and arguments of the tool calls: <c>weather{"city":"Rome"}</c>.</summary>
    public string Calls { get; init; } = "";

    public string? Finish { get; init; } = "stop";

    public (long? In, long? Out)? Used { get; init; }

    /// <summary>How the call fails, or null for a good answer.</summary>
    public ModelCallFailure? Failure { get; init; }

    /// <summary>What the message of a failure says.</summary>
    public string Words { get; init; } = "";

    public static Expect Fails(ModelCallFailure failure, string words = "") => new() { Failure = failure, Words = words };

    public static Expect Says(string text) => new() { Text = text };
}
