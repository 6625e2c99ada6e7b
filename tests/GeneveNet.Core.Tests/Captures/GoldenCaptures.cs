namespace GeneveNet.Tests.Captures;

/// <summary>A capture file that another program made, and what tshark 4.0.17 reads in it.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Frames">Its frames, as <see cref="FrameText"/> words them.</param>
internal sealed record GoldenCapture(byte[] Bytes, IReadOnlyList<string> Frames);

/// <summary>
/// Captures of one <c>ping -c 1 -s 26</c> between a pair of veth, made with tcpdump 4.99.3, libpcap 1.10.3 and Wireshark
/// 4.0.17; where a file named processor and kernel, those texts were overwritten by others of the same length. The frames
/// are what <c>tshark -T fields -o frame.generate_md5_hash:TRUE</c> prints of frame.time_epoch, frame.encap_type (as the
/// LINKTYPE number), frame.cap_len, frame.len, frame.interface_name, frame.packet_flags_direction and frame.md5_hash.
/// </summary>
internal static class GoldenCaptures
{
    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, GoldenCapture> All { get; } = new Dictionary<string, GoldenCapture>
    {
        // tcpdump -i va -U -w … icmp
        ["TcpdumpMicroseconds"] = new(
            Convert.FromBase64String("""
                1MOyoQIABAAAAAAAAAAAAAAABAABAAAAPIoFa+SsAABEAAAARAAAAAIAAAAAAgIAAAAAAQgARQAANuTgQABAAdHiwAACAcAAAgIIAA6MOWgAATyK
                BWsAAAAACawAAAAAAAAQERITFBUWFxgZPIoFaymtAABEAAAARAAAAAIAAAAAAQIAAAAAAggARQAANhFgAABAAeVjwAACAsAAAgEAABaMOWgAATyK
                BWsAAAAACawAAAAAAAAQERITFBUWFxgZ
                """),
            [
                "1795525180.044260000 1 68 68 - - 0f090dd209465277bc6afd9352ee53d3",
                "1795525180.044329000 1 68 68 - - 052b033c356cf0163507d05329c06425",
            ]),
        // tcpdump -i va --time-stamp-precision=nano -U -w … icmp
        ["TcpdumpNanoseconds"] = new(
            Convert.FromBase64String("""
                TTyyoQIABAAAAAAAAAAAAAAABAABAAAAPooFa/61RS5EAAAARAAAAAIAAAAAAgIAAAAAAQgARQAANuX0QABAAdDOwAACAcAAAgIIAJhaOW0AAT6K
                BWsAAAAActgLAAAAAAAQERITFBUWFxgZPooFa28CRi5EAAAARAAAAAIAAAAAAQIAAAAAAggARQAANhPpAABAAeLawAACAsAAAgEAAKBaOW0AAT6K
                BWsAAAAActgLAAAAAAAQERITFBUWFxgZ
                """),
            [
                "1795525182.776320510 1 68 68 - - a0fe151ac460cf1afc5db1d95751957a",
                "1795525182.776340079 1 68 68 - - da3ec1d98d559de97de5c92a1bf5ec65",
            ]),
        // tcpdump -i va -s 40 -U -w … icmp
        ["TcpdumpCut"] = new(
            Convert.FromBase64String("""
                1MOyoQIABAAAAAAAAAAAACgAAAABAAAARooFaxUJDwAoAAAARAAAAAIAAAAAAgIAAAAAAQgARQAANuhSQABAAc5wwAACAcAAAgIIAP3SOcRGigVr
                MAkPACgAAABEAAAAAgAAAAABAgAAAAACCABFAAA2FukAAEAB39rAAAICwAACAQAABdM5xA==
                """),
            [
                "1795525190.985365000 1 40 68 - - 5207615f4f3a670369f46f216a409e16",
                "1795525190.985392000 1 40 68 - - 557c69c59e9b0411c87dea796259c56e",
            ]),
        // tcpdump -i any -y LINUX_SLL -U -w … icmp
        ["TcpdumpSll"] = new(
            Convert.FromBase64String("""
                1MOyoQIABAAAAAAAAAAAAAAABABxAAAARIoFa+vHAwBGAAAARgAAAAAEAAEABgIAAAAAAQAACABFAAA26DVAAEABzo3AAAIBwAACAggAMmE5dwAB
                RIoFawAAAADaxwMAAAAAABAREhMUFRYXGBlEigVr/ccDAEYAAABGAAAAAAAAAQAGAgAAAAACAAAIAEUAADYW5gAAQAHf3cAAAgLAAAIBAAA6YTl3
                AAFEigVrAAAAANrHAwAAAAAAEBESExQVFhcYGQ==
                """),
            [
                "1795525188.247787000 113 70 70 - - 2711150fc0c567e57e7e32399ba7ebcb",
                "1795525188.247805000 113 70 70 - - 50e2d556870eae97dad20208211ef340",
            ]),
        // tcpdump -i any -U -w … icmp
        ["TcpdumpSll2"] = new(
            Convert.FromBase64String("""
                1MOyoQIABAAAAAAAAAAAAAAABAAUAQAAQYoFa0jQBwBKAAAASgAAAAgAAAAAAAACAAEEBgIAAAAAAQAARQAANubBQABAAdABwAACAcAAAgIIANZd
                OXIAAUGKBWsAAAAANdAHAAAAAAAQERITFBUWFxgZQYoFa1rQBwBKAAAASgAAAAgAAAAAAAACAAEABgIAAAAAAgAARQAANhYuAABAAeCVwAACAsAA
                AgEAAN5dOXIAAUGKBWsAAAAANdAHAAAAAAAQERITFBUWFxgZ
                """),
            [
                "1795525185.512072000 276 74 74 - - c341f49c5ce8c84f0f9898400454ad9b",
                "1795525185.512090000 276 74 74 - - 459f7c6054a24f184b6ef5c8f6a0908b",
            ]),
        // gzip -9n of the one with nanoseconds
        ["Gzip"] = new(
            Convert.FromBase64String("""
                H4sIAAAAAAACA/O12bSQiYGFAQFYGBiBpF0Xa/a/ra56LkA2CDOBpJjAJCMHgysDg9nTLw4MDowXzh1gYGIEYiYOhhlRlrkMjCCdIGVFN7jB5gkI
                CgmLiIqJS0iCZPKZ3FDNZISYDDFT+CUD0MxHt0DmgcxlYFhAwEwACbf0e8AAAAA=
                """),
            [
                "1795525182.776320510 1 68 68 - - a0fe151ac460cf1afc5db1d95751957a",
                "1795525182.776340079 1 68 68 - - da3ec1d98d559de97de5c92a1bf5ec65",
            ]),
        // dumpcap -i va -f icmp -w …
        ["Dumpcap"] = new(
            Convert.FromBase64String("""
                Cg0NCqQAAABNPCsaAQAAAP//////////AgAWAG1hY2hpbmUgbm90IG5hbWVkIGhlcmUAAAMAFQBrZXJuZWwgbm90IG5hbWVkIGhlcmUAAAAEAEUA
                RHVtcGNhcCAoV2lyZXNoYXJrKSA0LjAuMTcgKEdpdCB2NC4wLjE3IHBhY2thZ2VkIGFzIDQuMC4xNy0wK2RlYjEydTMpAAAAAAAAAKQAAAABAAAA
                UAAAAAEAAAAAAAQAAgACAHZhAAAJAAEACQAAAAsABQAAaWNtcAAAAAwAFQBrZXJuZWwgbm90IG5hbWVkIGhlcmUAAAAAAAAAUAAAAAYAAABkAAAA
                AAAAAKb86hibzteNRAAAAEQAAAACAAAAAAICAAAAAAEIAEUAADbqxUAAQAHL/cAAAgHAAAICCAC1kDnYAAFJigVrAAAAAEo3CwAAAAAAEBESExQV
                FhcYGWQAAAAGAAAAZAAAAAAAAACm/OoYDRnYjUQAAABEAAAAAgAAAAABAgAAAAACCABFAAA2GWAAAEAB3WPAAAICwAACAQAAvZA52AABSYoFawAA
                AABKNwsAAAAAABAREhMUFRYXGBlkAAAABQAAAGwAAAAAAAAABWEGAAP3bUkBABwAQ291bnRlcnMgcHJvdmlkZWQgYnkgZHVtcGNhcAIACAAFYQYA
                IkFFSQMACAAFYQYAx/ZtSQQACAACAAAAAAAAAAUACAAAAAAAAAAAAAAAAABsAAAA
                """),
            [
                "1795525193.735065243 1 68 68 va - 3036f66e1a89f138c3b19ab2f925a79b",
                "1795525193.735084301 1 68 68 va - 4eb35439b6e1df9feb880b736a533d46",
            ]),
        // dumpcap -i va -i any -f icmp -w …
        ["DumpcapTwoInterfaces"] = new(
            Convert.FromBase64String("""
                Cg0NCqQAAABNPCsaAQAAAP//////////AgAWAG1hY2hpbmUgbm90IG5hbWVkIGhlcmUAAAMAFQBrZXJuZWwgbm90IG5hbWVkIGhlcmUAAAAEAEUA
                RHVtcGNhcCAoV2lyZXNoYXJrKSA0LjAuMTcgKEdpdCB2NC4wLjE3IHBhY2thZ2VkIGFzIDQuMC4xNy0wK2RlYjEydTMpAAAAAAAAAKQAAAABAAAA
                RAAAAAEAAAAAAAQAAgACAHZhAAAJAAEACQAAAAwAFQBrZXJuZWwgbm90IG5hbWVkIGhlcmUAAAAAAAAARAAAAAEAAABQAAAAcQAAAAAABAACAAMA
                YW55AAkAAQAJAAAACwAFAABpY21wAAAADAAVAGtlcm5lbCBub3QgbmFtZWQgaGVyZQAAAAAAAABQAAAABgAAAGQAAAAAAAAAp/zqGLkmrzBEAAAA
                RAAAAAIAAAAAAgIAAAAAAQgARQAANuu2QABAAcsMwAACAcAAAgIIAICaOeUAAUyKBWsAAAAAgCAHAAAAAAAQERITFBUWFxgZZAAAAAYAAABkAAAA
                AAAAAKf86hhDe68wRAAAAEQAAAACAAAAAAECAAAAAAIIAEUAADYZgAAAQAHdQ8AAAgLAAAIBAACImjnlAAFMigVrAAAAAIAgBwAAAAAAEBESExQV
                FhcYGWQAAAAGAAAAaAAAAAEAAACn/OoYuSavMEYAAABGAAAAAAQAAQAGAgAAAAABAAAIAEUAADbrtkAAQAHLDMAAAgHAAAICCACAmjnlAAFMigVr
                AAAAAIAgBwAAAAAAEBESExQVFhcYGQAAaAAAAAYAAABoAAAAAQAAAKf86hhDe68wRgAAAEYAAAAAAAABAAYCAAAAAAIAAAgARQAANhmAAABAAd1D
                wAACAsAAAgEAAIiaOeUAAUyKBWsAAAAAgCAHAAAAAAAQERITFBUWFxgZAABoAAAABQAAAGwAAAAAAAAABWEGAJwmmkkBABwAQ291bnRlcnMgcHJv
                dmlkZWQgYnkgZHVtcGNhcAIACAAFYQYAa+FuSQMACAAFYQYATSaaSQQACAACAAAAAAAAAAUACAAAAAAAAAAAAAAAAABsAAAABQAAAGwAAAABAAAA
                BWEGAJ8mmkkBABwAQ291bnRlcnMgcHJvdmlkZWQgYnkgZHVtcGNhcAIACAAFYQYAa+FuSQMACAAFYQYATSaaSQQACAACAAAAAAAAAAUACAAAAAAA
                AAAAAAAAAABsAAAA
                """),
            [
                "1795525196.467087033 1 68 68 va - 867706ee7ceedf6a021267ef26ee1d5b",
                "1795525196.467108675 1 68 68 va - 6030b8c566046999487080160774bd7f",
                "1795525196.467087033 113 70 70 any - a216a1aa2ea41e24049c5a43f88f04a8",
                "1795525196.467108675 113 70 70 any - 2b331bf8e2acc521587ac7f2fed97bde",
            ]),
        // text2pcap -D -t '%H:%M:%S.' of two frames in hexadecimal, one marked I and one O
        ["Text2pcapDirections"] = new(
            Convert.FromBase64String("""
                Cg0NCswAAABNPCsaAQAAAP//////////AQAiAEdlbmVyYXRlZCBmcm9tIGlucHV0IGZpbGUgZGlyLnR4dC4AAAIAFgBtYWNoaW5lIG5vdCBuYW1l
                ZCBoZXJlAAADABUAa2VybmVsIG5vdCBuYW1lZCBoZXJlAAAABABHAFRleHQycGNhcCAoV2lyZXNoYXJrKSA0LjAuMTcgKEdpdCB2NC4wLjE3IHBh
                Y2thZ2VkIGFzIDQuMC4xNy0wK2RlYjEydTMpAAAAAADMAAAAAQAAADgAAAABAAAAAAAEAAIAEgBGYWtlIElGLCB0ZXh0MnBjYXAAAAkAAQAJAAAA
                AAAAADgAAAAGAAAAPAAAAAAAAADV8uoYAEAZcQ4AAAAOAAAAAQIDBAUGBwgJCgsMCAAAAAIABAABAAAAAAAAADwAAAAGAAAAPAAAAAAAAADV8uoY
                AEAZcQ8AAAAPAAAA////////CwwNDg8QCAarAAIABAACAAAAAAAAADwAAAA=
                """),
            [
                "1795514400.000000000 1 14 14 Fake IF, text2pcap In 34b0e28d656219cd6ca2819359162456",
                "1795514400.000000000 1 15 15 Fake IF, text2pcap Out e85b1ba62701737d8d8927a035eb47ac",
            ]),
    };
}
