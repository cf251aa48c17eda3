namespace Rlm.Embedded.Cli.Frame;

/// <summary>
/// The tool's words in place of the library's: messages of the library name members that a program sets, here a person sets flags. A test goes through all
/// texts of the library and finds the member that is missing here.
/// </summary>
internal static class ToolWords
{
    /// <summary>What a message may say, and what is said instead; a longer text stands before one that is a part of it.</summary>
    private static readonly (string Library, string Tool)[] s_words =
    [
        ("pass ModelOptions.ApiKey", "have it read from a file with --env-file FILE"),
        ("(from ApiKey)", "(from --key-from)"),
        ("(from BaseUrl)", "(from --base-url)"),
        ("with a base URL (or OPENAI_BASE_URL)", "with --base-url URL (or OPENAI_BASE_URL)"),
        ("or set MaxDepth to 1", "or leave --max-depth out"),
        ("Set MaxDepth to 1 or more", "Leave --max-depth out"),
        ("or leave MaxCost out", "or leave --max-cost out"),
        ("SandboxProfile.Trusted", "--profile trusted"),
        ("RlmOptions.RootChatOptions.MaxOutputTokens", "--max-output-tokens"),
        ("RlmOptions.MaxRootTokens", "--max-root-tokens"),
        ("RlmOptions.MaxSubTokens", "--max-sub-tokens"),
        ("RlmOptions.MaxSubCalls", "--max-sub-calls"),
        ("RlmOptions.MaxTurns", "--max-steps"),
        ("RlmOptions.MaxDepth", "--max-depth"),
        ("RlmOptions.MaxCost", "--max-cost"),
        ("RlmOptions.MaxTime", "--max-time"),
        ("RlmOptions.ContextWindow", "--window"),
        ("RlmOptions.SubContextWindow", "--sub-window"),
        ("RlmOptions.TrajectoryFolder", "--log"),
        ("RlmOptions.ModelChatOptions", "the options of a model"),
        ("RlmOptions.Models", "--model-as"),
        ("name a text file, or use RlmContext.FromDirectory", "name a text file"),
        ("Raise ReplLimits.CellTimeout.", "Save fewer or smaller ones."),
        ("ReplLimits.CellTimeout", "--cell-timeout"),
        ("ReplLimits.Memory", "--memory"),
        ("ReplLimits.OutputCharacters", "--max-output"),
        ("ModelOptions.Timeout", "--model-timeout"),
        ("or name its folder in PackagePaths", "or name its folder with --packages"),
        ("PackagePaths has '", "--packages names '"),
        ("AllowedModules has '", "--allow-module names '"),
        ("but the profile is Required", "but --profile is required"),
        ("Leave AllowedModules empty, or use the profile Restricted", "Leave --allow-module out, or use --profile restricted"),
    ];

    /// <summary>A message, in the words of the tool.</summary>
    public static string Of(string message)
    {
        foreach ((string library, string tool) in s_words)
        {
            message = message.Replace(library, tool, StringComparison.Ordinal);
        }

        return message;
    }
}
