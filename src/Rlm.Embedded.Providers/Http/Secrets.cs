namespace Rlm.Embedded.Providers;

/// <summary>Collects what must never be shown: the key, and headers that carry one.</summary>
internal static class Secrets
{
    private static readonly string[] SecretHeader = ["auth", "key", "token", "cookie"];

    public static List<string> Of(string? key, IEnumerable<KeyValuePair<string, string>> headers)
    {
        List<string> secrets = key is null ? [] : [key];
        foreach ((string name, string value) in headers)
        {
            if (SecretHeader.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)))
            {
                secrets.Add(value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value["Bearer ".Length..] : value);
            }
        }

        return secrets;
    }
}
