using System.Buffers;
using System.Text.Json;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Cli.Doctor;

/// <summary>`rlm doctor --json`.</summary>
internal static class DoctorJson
{
    public static void Write(Terminal terminal, Diagnosis diagnosis)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, JsonText.Options))
        {
            json.WriteStartObject();
            json.WriteBoolean("ok"u8, diagnosis.Problem is null);
            json.WriteString("problem"u8, diagnosis.Problem);
            json.WritePropertyName("python"u8);
            WritePython(json, diagnosis);
            json.WriteStartArray("others"u8);
            foreach (PythonInstallation other in diagnosis.Engine.Others)
            {
                json.WriteStartObject();
                json.WriteString("version"u8, other.Version?.ToString());
                json.WriteString("library"u8, other.LibraryPath);
                json.WriteString("home"u8, other.Home);
                json.WriteString("source"u8, other.Source);
                json.WriteString("problem"u8, other.Problem);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("packages"u8);
            WriteNames(json, "folders", diagnosis.Engine.PackageFolders);
            WriteNames(json, "not_run", diagnosis.Engine.PathFilesNotRun);
            json.WriteString("not_used"u8, diagnosis.UnusedEnvironment);
            WriteNames(json, "found", diagnosis.Packages);
            json.WriteEndObject();
            WriteNames(json, "layers", diagnosis.Engine.ActiveLayers);
            WriteNames(json, "keys", diagnosis.Keys);
            WriteNames(json, "models", diagnosis.Models.Where(provider => provider.Missing is null).Select(provider => provider.Name));
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        terminal.OutStream.Write(buffer.WrittenSpan);
    }

    private static void WritePython(Utf8JsonWriter json, Diagnosis diagnosis)
    {
        if (diagnosis.Problem is not null || diagnosis.Engine.Python is not { } python)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("version"u8, diagnosis.Version);
        json.WriteString("library"u8, python.LibraryPath);
        json.WriteString("home"u8, diagnosis.Home);
        json.WriteString("encoding"u8, diagnosis.Encoding);
        json.WriteString("source"u8, python.Source);
        json.WriteString("why"u8, diagnosis.Engine.Reason);
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, string key, IEnumerable<string> names)
    {
        json.WriteStartArray(key);
        foreach (string name in names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }
}
