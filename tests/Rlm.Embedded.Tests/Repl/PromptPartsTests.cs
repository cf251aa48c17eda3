using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

[TestFixture]
internal sealed class PromptPartsTests
{
    private static readonly byte[] s_png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];

    private static readonly TestCaseData[] s_images =
    [
        new(s_png, "image/png"),
        new(new byte[] { 0xFF, 0xD8, 0xFF, 0xE0 }, "image/jpeg"),
        new("GIF89a.."u8.ToArray(), "image/gif"),
        new("GIF87a"u8.ToArray(), "image/gif"),
        new("RIFF\0\0\0\0WEBPVP8 "u8.ToArray(), "image/webp"),
    ];

    [TestCaseSource(nameof(s_images))]
    public void Read_ImageBytes_AreRecognised(byte[] data, string type)
    {
        var message = PromptParts.Read(List("what is this?", data)).Messages!.ShouldHaveSingleItem();

        message.Role.ShouldBe(ChatRole.User);
        message.Contents[0].ShouldBeOfType<TextContent>().Text.ShouldBe("what is this?");
        var image = message.Contents[1].ShouldBeOfType<DataContent>();
        image.MediaType.ShouldBe(type);
        image.Data.ToArray().ShouldBe(data);
    }

    [TestCase("")]
    [TestCase("RIFF\0\0\0\0WAVE")]
    [TestCase("%PDF-1.7")]
    public void Read_OtherBytes_AreAFault(string data) => PromptParts.Read(List("x", System.Text.Encoding.Latin1.GetBytes(data)))!.Fault
        .ShouldBe($"part 1 is {data.Length} bytes that are no PNG, JPEG, GIF or WebP image.");

    [Test]
    public void Read_Image_IsNamedInTheTextByTypeSizeAndHash() =>
        PromptParts.Read(List("see", s_png))!.Text.ShouldBe("see\n[image/png, 11 bytes, sha256 " + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(s_png))[..16] + "]");

    [Test]
    public void Read_BytesAlone_AreAnImage() => PromptParts.Read(s_png)!.Messages!.ShouldHaveSingleItem().Contents.ShouldHaveSingleItem().ShouldBeOfType<DataContent>();

    [Test]
    public void Read_ListOfText_IsOneText()
    {
        var parts = PromptParts.Read(List("a", "b"))!;

        parts.Text.ShouldBe("a\nb");
        parts.Messages.ShouldBeNull();
    }

    [Test]
    public void Read_Messages_KeepTheirRoles()
    {
        var parts = PromptParts.Read(List(Message("system", "be brief"), Message("user", List("look", s_png)), Message("assistant", "ok"), Message("developer", "still")))!;

        parts.Messages!.Select(message => message.Role).ShouldBe([ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.System]);
        parts.Messages![1].Contents.Count.ShouldBe(2);
        parts.Text.ShouldStartWith("system: be brief\nuser: look\n[image/png, 11 bytes");
    }

    [Test]
    public void Read_PartsOfProviders_AreUnderstood()
    {
        var parts = PromptParts.Read(List(
            new Dictionary<string, object?> { ["type"] = "text", ["text"] = "look" },
            new Dictionary<string, object?> { ["type"] = "image_url", ["image_url"] = new Dictionary<string, object?> { ["url"] = "data:image/png;base64," + Convert.ToBase64String(s_png) } }))!;

        parts.Messages!.ShouldHaveSingleItem().Contents[1].ShouldBeOfType<DataContent>().Data.ToArray().ShouldBe(s_png);
    }

    [Test]
    public void Read_Address_IsNotFollowed() => PromptParts.Read(List(
        new Dictionary<string, object?> { ["type"] = "image_url", ["image_url"] = "https://example.org/?leak=secret" }))!.Fault.ShouldBe("part 0 is a dict with the keys type, image_url. Give str, or the bytes of a PNG, JPEG, GIF or WebP image.");

    [Test]
    public void Read_TooManyImages_AreAFault()
    {
        byte[] large = new byte[40 << 20];
        s_png.CopyTo(large, 0);

        PromptParts.Read(List(large, large))!.Fault!.ShouldStartWith("part 1 makes it more than 67,108,864 bytes of images.");
    }

    [TestCase("tool", "message 0 has the role 'tool'; roles are system, user and assistant.")]
    [TestCase(null, "message 0 has the role None; roles are system, user and assistant.")]
    public void Read_UnknownRole_IsAFault(string? role, string fault) => PromptParts.Read(List(Message(role, "x")))!.Fault.ShouldBe(fault);

    [Test]
    public void Read_ContentThatIsNoText_IsAFault() => PromptParts.Read(List(Message("user", 5L)))!.Fault.ShouldStartWith("message 0: part 0 is a number.");

    [Test]
    public void Read_AnythingElse_IsNoSuchPrompt()
    {
        PromptParts.IsPrompt(List(1L, 2L)).ShouldBeFalse();
        PromptParts.IsPrompt(List()).ShouldBeFalse();
        PromptParts.IsPrompt(List("a", 1L)).ShouldBeFalse();
        PromptParts.IsPrompt(new Dictionary<string, object?> { ["a"] = 1L }).ShouldBeFalse();
        PromptParts.IsPrompt(List("a", s_png)).ShouldBeTrue();
        PromptParts.IsPrompt(List("a", "b")).ShouldBeTrue();
    }

    private static List<object?> List(params object?[] items) => [.. items];

    private static Dictionary<string, object?> Message(string? role, object? content) => new() { ["role"] = role, ["content"] = content };
}
