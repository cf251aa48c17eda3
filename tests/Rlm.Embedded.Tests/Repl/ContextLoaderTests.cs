using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

public sealed class ContextLoaderTests : ReplTest
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("rlm-context-").FullName;

    [TearDown]
    public void DropFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void FromText_AnyText_IsExactInPythonAndBack() =>
        Prop.ForAll(AnyText.Strings(), text => TextCase(text).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Test]
    public async Task FromTexts_List_IsAPythonList()
    {
        string[] texts = ["a\r\n", "", "\u20ac\U0001F600", "\ud800"];
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Context = RlmContext.FromTexts(texts) });

        repl.Context.Type.ShouldBe("list");
        repl.Context.Characters.ShouldBe(6);
        repl.Context.ChunkLengths.ShouldBe([3, 0, 2, 1]);
        (await RunAsync(repl, "print(type(context).__name__, [[ord(c) for c in t] for t in context])")).Stdout
            .ShouldBe("list [[97, 13, 10], [], [8364, 128512], [55296]]\n");
        (await RunAsync(repl, "SHOW_VARS()")).Stdout.ShouldBe("'context: list of 4'\n");
    }

    [Test]
    public async Task FromTexts_Empty_IsAnEmptyList()
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Context = RlmContext.FromTexts([]) });

        repl.Context.Characters.ShouldBe(0);
        (await RunAsync(repl, "context")).Stdout.ShouldBe("[]\n");
    }

    [Test]
    public async Task FromFile_AnyValidUtf8_IsExact()
    {
        string[] samples = ["plain ascii\r\nline\n\0", "caf\u00e9 \u20ac", "\U0001F600 astral", "one mark \uFEFF inside", new string('x', 5_000_000) + "\u00e9", new string('y', 5_000_000)];
        foreach (string text in samples)
        {
            EmbeddedRepl repl = await OpenFileAsync(Encoding.UTF8.GetBytes(text));

            repl.Context.Note.ShouldBeNull();
            repl.Context.Characters.ShouldBe(AnyText.CodePoints(text).Count);
            ((await repl.RenderVariableAsync("context")) == text).ShouldBeTrue(text[..Math.Min(20, text.Length)]);
        }
    }

    [Test]
    public async Task FromFile_InvalidUtf8_IsReplacedAndSaidSo()
    {
        EmbeddedRepl repl = await OpenFileAsync([(byte)'a', 0xFF, (byte)'b', 0xC3]);

        repl.Context.Note.ShouldNotBeNull().ShouldContain("not valid UTF-8");
        repl.Context.Note.ShouldNotContain("binary");
        (await repl.RenderVariableAsync("context")).ShouldBe("a\uFFFDb\uFFFD");
    }

    [TestCase("utf-16", "utf-16 LE")]
    [TestCase("utf-16BE", "utf-16 BE")]
    [TestCase("utf-32", "utf-32 LE")]
    [TestCase("utf-32BE", "utf-32 BE")]
    public async Task FromFile_OtherUnicodeWithAMark_IsExactWithoutIt(string name, string text)
    {
        text += " caf\u00e9 \U0001F600\r\n";
        Encoding encoding = Encoding.GetEncoding(name);
        EmbeddedRepl repl = await OpenFileAsync([.. encoding.GetPreamble(), .. encoding.GetBytes(text)]);

        repl.Context.Note.ShouldBeNull();
        (await repl.RenderVariableAsync("context")).ShouldBe(text);
    }

    /// <summary>However the bytes of a text reach a session, the mark says the encoding and is no part of the text.</summary>
    [Test]
    public async Task From_BytesWithAMark_AreTheTextWithoutIt(
        [Values("utf-8", "utf-16", "utf-16BE", "utf-32", "utf-32BE")] string name,
        [Values("file", "files", "directory", "bytes")] string way,
        [Values("", "plain\r\n", "caf\u00e9 \uFEFF \U0001F600")] string text)
    {
        Encoding encoding = Encoding.GetEncoding(name);
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
        string path = Path.Combine(_folder, "one.txt");
        await File.WriteAllBytesAsync(path, bytes);
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions
        {
            Context = way switch
            {
                "file" => RlmContext.FromFile(path),
                "files" => RlmContext.FromFiles([path]),
                "directory" => RlmContext.FromDirectory(_folder),
                _ => RlmContext.FromBytes(bytes, "stdin"),
            },
        });

        repl.Context.Note.ShouldBeNull();
        string expression = way is "file" or "bytes" ? "context" : "context['one.txt']";
        await RunAsync(repl, $"found = {expression}");
        (await repl.RenderVariableAsync("found")).ShouldBe(text);
    }

    [Test]
    public async Task FromBytes_OddBytes_AreNamedAsTheCallerDoes()
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Context = RlmContext.FromBytes(new byte[] { (byte)'a', 0xFF }, "stdin") });

        repl.Context.Note.ShouldBe("stdin is not valid UTF-8: invalid bytes became U+FFFD");
        (await Should.ThrowAsync<RlmContextException>(() => OpenAsync(new ReplSessionOptions { Context = RlmContext.FromBytes("%PDF-1.7"u8.ToArray(), "stdin") })))
            .Message.ShouldBe("Stdin is a PDF, not text: make text of it: `pdftotext FILE out.txt`");
    }

    [Test]
    public async Task FromFile_Utf16CutInTheMiddle_IsReplacedAndSaidSo()
    {
        EmbeddedRepl repl = await OpenFileAsync([0xFF, 0xFE, (byte)'a', 0, (byte)'b']);

        repl.Context.Note.ShouldNotBeNull().ShouldContain("not valid UTF-16");
        (await repl.RenderVariableAsync("context")).ShouldBe("a\uFFFD");
    }

    [TestCase("%PDF-1.7\n%x", "is a PDF, not text: make text of it: `pdftotext /")]
    [TestCase("\u001f\u008b\u0008\0\0", "is gzip")]
    [TestCase("PK\u0003\u0004rest", "docx")]
    [TestCase("\u0089PNG\r\n\u001a\n", "a PNG image")]
    [TestCase("\u00ff\u00d8\u00ff\u00e0", "a JPEG image")]
    [TestCase("BZh91AY", "bzip2")]
    [TestCase("RIFF\0\0\0\0WEBPVP8 ", "a WebP image")]
    public async Task FromFile_KindThatIsNoText_IsRefusedWithWhatToDo(string latin1, string words) =>
        (await Should.ThrowAsync<RlmContextException>(() => OpenFileAsync(Encoding.Latin1.GetBytes(latin1)))).Message.ShouldContain(words);

    [TestCase("PDF is a format\n")]
    [TestCase("BZhang wrote this\n")]
    [TestCase("RIFFraff\n")]
    public async Task FromFile_TextThatBeginsLikeOne_IsRead(string text) =>
        (await (await OpenFileAsync(Encoding.UTF8.GetBytes(text))).RenderVariableAsync("context")).ShouldBe(text);

    [TestCase("plain ascii\r\n")]
    [TestCase("caf\u00e9 \U0001F600")]
    [TestCase("")]
    public async Task FromFile_NamedPipe_IsReadToItsEnd(string text)
    {
        string path = Path.Combine(_folder, "pipe");
        using (System.Diagnostics.Process? make = OperatingSystem.IsWindows() ? null : System.Diagnostics.Process.Start("mkfifo", path))
        {
            if (make is null)
            {
                Assert.Ignore("needs mkfifo");
            }

            await make.WaitForExitAsync();
        }

        Task writing = Task.Run(() => File.WriteAllBytesAsync(path, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, 50_000)))));
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Context = RlmContext.FromFile(path) });
        await writing;

        (await repl.RenderVariableAsync("context") == string.Concat(Enumerable.Repeat(text, 50_000))).ShouldBeTrue();
    }

    [Test]
    public async Task FromFile_Binary_IsSaidToLookBinary()
    {
        byte[] bytes = new byte[10_000];
        new Random(3).NextBytes(bytes);
        EmbeddedRepl repl = await OpenFileAsync(bytes);

        repl.Context.Note.ShouldNotBeNull().ShouldContain("looks binary");
        (await RunAsync(repl, "type(context).__name__")).Stdout.ShouldBe("'str'\n");
    }

    [Test]
    public async Task FromFile_Empty_IsTheEmptyStringAndSaidSo()
    {
        EmbeddedRepl repl = await OpenFileAsync([]);

        repl.Context.ShouldSatisfyAllConditions(
            context => context.Characters.ShouldBe(0),
            context => context.Note.ShouldNotBeNull().ShouldContain("is empty"));
        (await RunAsync(repl, "context")).Stdout.ShouldBe("''\n");
    }

    [Test]
    public async Task FromFile_WithoutALength_IsRead()
    {
        if (!File.Exists("/proc/self/status"))
        {
            Assert.Ignore("needs /proc");
        }

        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Context = RlmContext.FromFile("/proc/self/status") });

        repl.Context.Note.ShouldBeNull();
        (await RunAsync(repl, "'Pid:' in context")).Stdout.ShouldBe("True\n");
    }

    [Test]
    public void FromFile_Absent_SaysWhere() =>
        Should.Throw<RlmContextException>(() => RlmContext.FromFile(Path.Combine(_folder, "absent.txt"))).Message.ShouldContain("absent.txt");

    [Test]
    public void FromFile_Directory_SaysSo() =>
        Should.Throw<RlmContextException>(() => RlmContext.FromFile(_folder)).Message.ShouldContain("is a directory");

    [Test]
    public async Task FromFile_GoneBeforeTheSessionOpens_IsAnErrorAndTheNextSessionOpens()
    {
        string path = Path.Combine(_folder, "short-lived.txt");
        await File.WriteAllTextAsync(path, "x");
        RlmContext context = RlmContext.FromFile(path);
        File.Delete(path);

        (await Should.ThrowAsync<RlmContextException>(() => OpenAsync(new ReplSessionOptions { Context = context }))).Message.ShouldContain("short-lived.txt");
        (await PrintedAsync("1")).ShouldBe("1\n");
    }

    private async Task<bool> TextCase(string text)
    {
        await using EmbeddedRepl repl = await EmbeddedRepl.OpenAsync(new ReplSessionOptions { Context = RlmContext.FromText(text) });
        CellResult result = await repl.ExecuteAsync(new Cell("print(len(context), *map(ord, context))\nFINAL(context)"));
        IReadOnlyList<int> points = AnyText.CodePoints(text);
        return result.FinalAnswer == text
            && result.Stdout == string.Join(' ', points.Prepend(points.Count)) + "\n"
            && repl.Context.Characters == points.Count;
    }

    private async Task<EmbeddedRepl> OpenFileAsync(byte[] bytes)
    {
        string path = Path.Combine(_folder, "context.txt");
        await File.WriteAllBytesAsync(path, bytes);
        return await OpenAsync(new ReplSessionOptions { Context = RlmContext.FromFile(path) });
    }
}
