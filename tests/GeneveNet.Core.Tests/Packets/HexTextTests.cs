using GeneveNet.Packets;

namespace GeneveNet.Tests.Packets;

public sealed class HexTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("00006558", "00006558")]
    [InlineData("0x00006558", "00006558")]
    [InlineData("0x00, 0x00, 0x65, 0x58", "00006558")]
    [InlineData("00:16:3e:13:d7:e3", "00163e13d7e3")]
    [InlineData("00-16-3E", "00163e")]
    [InlineData(" 00 00\r\n65\t58 \n", "00006558")]
    [InlineData("0000 6558", "00006558")]
    [InlineData("0000:6558", "00006558")] // no offset: no blank behind the colon
    public void Parse_TakesPairsOfDigits(string text, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(HexText.Parse(text)));

    [Fact]
    public void Parse_TakesDumpsOfTcpdumpAndXxd()
    {
        const string Tcpdump = "\t0x0000:  4500 0024 0001 0000 4011 66c7 0a00 0001  E..$....@.f.....\n"
            + "\t0x0010:  0a00 0002 0001                           ......\n";
        const string Xxd = "00000000: 4500 0024 0001 0000 4011 66c7 0a00 0001  E..$....@.f.....\n"
            + "00000010: 0a00 0002 0001                           ......\n";
        const string Expected = "45000024000100004011 66c70a0000010a0000020001";
        Assert.Equal(HexText.Parse(Expected), HexText.Parse(Tcpdump));
        Assert.Equal(HexText.Parse(Expected), HexText.Parse(Xxd));
    }

    [Theory]
    [InlineData("000", "The text has 3 hexadecimal digits; two make a byte, so the number must be even.")]
    [InlineData("0g", "'g' is not a hexadecimal digit.")]
    [InlineData("geneve", "'g' is not a hexadecimal digit.")]
    [InlineData("0\u0664", "'\u0664' is not a hexadecimal digit.")]
    public void Parse_TellsWhatIsWrong(string text, string message)
    {
        var exception = Assert.Throws<NetworkException>(() => HexText.Parse(text));
        Assert.Equal((FailureKind.InvalidArgument, message), (exception.Kind, exception.Message));
    }
}
