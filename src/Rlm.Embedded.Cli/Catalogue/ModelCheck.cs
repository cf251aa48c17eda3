using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Cli.View;
using Rlm.Embedded.Providers;

namespace Rlm.Embedded.Cli.Catalogue;

/// <summary>`rlm models --check MODEL`: one tiny call, not repeated when it fails.</summary>
internal static class ModelCheck
{
    private const string Prompt = "Reply with the word ok.";

    public static async Task<int> RunAsync(string model, ModelOptions options, bool json, Terminal terminal, CancellationToken cancellationToken)
    {
        using IChatClient client = ModelChoice.Named(model, options, "--check").Client;
        long start = Stopwatch.GetTimestamp();
        ChatResponse? response = null;
        string? error = null;
        try
        {
            response = await new Waiting(terminal).ForAsync(client.GetResponseAsync(Prompt, cancellationToken: cancellationToken), "waiting for the model");
        }
        catch (RlmException exception) when (exception is not RlmConfigurationException)
        {
            error = exception.Message + ToolRemedy.Of(exception);
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        if (json)
        {
            Write(terminal, model, elapsed, response, error);
        }
        else if (response is not null)
        {
            string tokens = response.Usage is { } usage ? $", {usage.InputTokenCount ?? 0:N0} tokens in, {usage.OutputTokenCount ?? 0:N0} out" : "";
            terminal.Out.WriteLine($"{model}: ok in {Durations.Show(elapsed)}{tokens}");
        }

        if (error is not null)
        {
            terminal.Say($"{model} does not answer: {error}");
            return ExitCode.Unexpected;
        }

        return ExitCode.Done;
    }

    private static void Write(Terminal terminal, string model, TimeSpan elapsed, ChatResponse? response, string? error)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, JsonText.Options))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, model);
            json.WriteBoolean("ok"u8, error is null);
            json.WriteNumber("elapsed_ms"u8, Math.Round(elapsed.TotalMilliseconds, 3));
            json.WriteString("error"u8, error);
            if (response?.Usage is { } usage)
            {
                json.WriteNumber("input_tokens"u8, usage.InputTokenCount ?? 0);
                json.WriteNumber("output_tokens"u8, usage.OutputTokenCount ?? 0);
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        terminal.OutStream.Write(buffer.WrittenSpan);
    }
}
