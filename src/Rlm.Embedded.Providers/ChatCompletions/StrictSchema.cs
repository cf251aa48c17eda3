namespace Rlm.Embedded.Providers;

/// <summary>The <c>strict</c> entry of AdditionalProperties: the model must keep to the schema exactly.</summary>
internal static class StrictSchema
{
    public const string Key = "strict";

    public static bool? Of(IEnumerable<KeyValuePair<string, object?>>? properties) =>
        properties?.FirstOrDefault(p => p.Key == Key).Value as bool?;
}
