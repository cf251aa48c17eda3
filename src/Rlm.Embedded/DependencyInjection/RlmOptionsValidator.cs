using Microsoft.Extensions.Options;

namespace Rlm.Embedded.DependencyInjection;

/// <summary>Checks options as a <see cref="RecursiveLanguageModel"/> does that is made of them.</summary>
internal sealed class RlmOptionsValidator : IValidateOptions<RlmOptions>
{
    public ValidateOptionsResult Validate(string? name, RlmOptions options)
    {
        try
        {
            options.Copy();
            return ValidateOptionsResult.Success;
        }
        catch (RlmConfigurationException problem)
        {
            return ValidateOptionsResult.Fail(string.IsNullOrEmpty(name) ? problem.Message : $"{problem.Message} (in the options of '{name}')");
        }
    }
}
