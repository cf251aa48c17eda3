namespace Rlm.Embedded.Diagnostics;

/// <summary>What to subscribe to: <c>AddSource(RlmTelemetry.SourceName)</c> and <c>AddMeter(RlmTelemetry.SourceName)</c> in OpenTelemetry.</summary>
/// <remarks>
/// Spans and attributes are those of OpenTelemetry's conventions for generative AI where these have one, else begin with <c>rlm.</c>.
/// docs/telemetry.md lists them. No prompt, code, output or answer is in them.
/// </remarks>
public static class RlmTelemetry
{
    /// <summary>The name of the activity source and of the meter, of runs and of model calls.</summary>
    public const string SourceName = "Rlm.Embedded";
}
