namespace Rlm.Embedded.Providers;

/// <summary>The table behind <see cref="ModelCatalog.Default"/>: one line a provider.</summary>
internal static class BuiltInProviders
{
    public static IReadOnlyList<IModelProvider> All { get; } =
    [
        new OpenAIProvider(),
        new AzureProvider(),
        new AnthropicProvider(),
        new CompatibleService("gemini", "gemini-2.5-flash", "https://generativelanguage.googleapis.com/v1beta/openai")
        {
            KeyVariables = ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
            UrlVariables = ["GEMINI_BASE_URL"],
        },
        new BedrockProvider(),
        new CompatibleService("openrouter", "anthropic/claude-sonnet-4.5", "https://openrouter.ai/api/v1")
        {
            KeyVariables = ["OPENROUTER_API_KEY"],
            UrlVariables = ["OPENROUTER_BASE_URL"],

            // Asks for the price of each call.
            Body = new Dictionary<string, object?>(StringComparer.Ordinal) { ["usage"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["include"] = true } },
        },
        new PortkeyProvider(),
        new CompatibleService("litellm", "gpt-4o-mini", "http://localhost:4000")
        {
            KeyVariables = ["LITELLM_API_KEY", "LITELLM_PROXY_API_KEY"],
            UrlVariables = ["LITELLM_BASE_URL", "LITELLM_PROXY_API_BASE"],
            KeyOptional = true,
        },
        new CompatibleService("vercel", "openai/gpt-5-mini", "https://ai-gateway.vercel.sh/v1")
        {
            KeyVariables = ["AI_GATEWAY_API_KEY", "VERCEL_OIDC_TOKEN"],
            UrlVariables = ["AI_GATEWAY_BASE_URL"],
        },
        new CompatibleService("vllm", "meta-llama/Llama-3.1-8B-Instruct", "http://localhost:8000/v1")
        {
            KeyVariables = ["VLLM_API_KEY"],
            UrlVariables = ["VLLM_BASE_URL"],
            KeyOptional = true,
        },
        new OllamaProvider(),
        new OfflineProvider(),
    ];
}
