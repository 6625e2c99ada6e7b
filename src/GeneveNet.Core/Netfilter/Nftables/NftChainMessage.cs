using GeneveNet.Netlink;
using static GeneveNet.Netlink.AttributeKinds;
using static GeneveNet.Netlink.Attributes;

namespace GeneveNet.Netfilter.Nftables;

/// <summary>A chain of nftables as the kernel speaks of it (NFTA_CHAIN_*).</summary>
internal sealed class NftChainMessage : NftMessage, INetlinkMessage<NftChainMessage>
{
    internal static readonly AttributeTable<NftChainMessage> Attributes = new(
        Object<NftChainMessage, string>(1, "NFTA_CHAIN_TABLE", Text, m => m.Table, (m, v) => m.Table = v),
        Value<NftChainMessage, ulong>(2, "NFTA_CHAIN_HANDLE", U64Be, m => m.Handle, (m, v) => m.Handle = v),
        Object<NftChainMessage, string>(3, "NFTA_CHAIN_NAME", Text, m => m.Name, (m, v) => m.Name = v),
        Object<NftChainMessage, NftHookMessage>(
            4, "NFTA_CHAIN_HOOK", new NestedKind<NftHookMessage>(NftHookMessage.Attributes), m => m.Hook, (m, v) => m.Hook = v),
        Value<NftChainMessage, uint>(5, "NFTA_CHAIN_POLICY", U32Be, m => m.Policy, (m, v) => m.Policy = v),
        Object<NftChainMessage, string>(7, "NFTA_CHAIN_TYPE", Text, m => m.Type, (m, v) => m.Type = v));

    /// <summary>Table it is in.</summary>
    public string? Table { get; set; }
    /// <summary>Number that the kernel gave it.</summary>
    public ulong? Handle { get; set; }
    /// <summary>Name.</summary>
    public string? Name { get; set; }
    /// <summary>Where it looks at packets; null for a chain that others lead to.</summary>
    public NftHookMessage? Hook { get; set; }
    /// <summary>What becomes of a packet that no rule decided about: 0 drop, 1 accept.</summary>
    public uint? Policy { get; set; }
    /// <summary>filter, nat or route.</summary>
    public string? Type { get; set; }

    /// <inheritdoc/>
    public static NftChainMessage Read(ReadOnlySpan<byte> body)
    {
        var message = new NftChainMessage();
        Attributes.Read(ReadHeader(body, message), message);
        return message;
    }

    /// <inheritdoc/>
    public void Write(ref NetlinkWriter writer)
    {
        WriteHeader(ref writer);
        Attributes.Write(ref writer, this);
    }
}

/// <summary>Where a base chain looks at packets (NFTA_HOOK_*).</summary>
internal sealed class NftHookMessage
{
    internal static readonly AttributeTable<NftHookMessage> Attributes = new(
        Value<NftHookMessage, uint>(1, "NFTA_HOOK_HOOKNUM", U32Be, m => m.Number, (m, v) => m.Number = v),
        Value<NftHookMessage, uint>(2, "NFTA_HOOK_PRIORITY", U32Be, m => (uint?)m.Priority, (m, v) => m.Priority = (int)v),
        Object<NftHookMessage, string>(3, "NFTA_HOOK_DEV", Text, m => m.Device, (m, v) => m.Device = v),
        Object<NftHookMessage, IReadOnlyList<string>>(
            4, "NFTA_HOOK_DEVS", new DeviceNamesKind(), m => m.Devices, (m, v) => m.Devices = v, "5.5"));

    /// <summary>Number of the hook, which depends on the family.</summary>
    public uint? Number { get; set; }
    /// <summary>The smallest comes first.</summary>
    public int? Priority { get; set; }
    /// <summary>The link, in family netdev and at hook ingress.</summary>
    public string? Device { get; set; }
    /// <summary>All its links, where the kernel says them.</summary>
    public IReadOnlyList<string>? Devices { get; set; }

    /// <summary>A list of names of links (NFTA_DEVICE_NAME).</summary>
    private sealed class DeviceNamesKind : AttributeKind<IReadOnlyList<string>>
    {
        private const ushort Name = 1, Prefix = 2;

        public override bool IsNested => true;

        public override IReadOnlyList<string> Read(ReadOnlySpan<byte> payload)
        {
            List<string> names = [];
            var reader = new AttributeReader(payload);
            while (reader.MoveNext())
            {
                if (reader.Type is Name or Prefix)
                    names.Add(Text.Read(reader.Payload) + (reader.Type == Prefix ? "*" : ""));
            }

            return names;
        }

        public override void Write(ref NetlinkWriter writer, IReadOnlyList<string> value)
        {
            foreach (var name in value)
            {
                var start = writer.BeginAttribute(Name, "NFTA_DEVICE_NAME");
                Text.Write(ref writer, name);
                writer.EndAttribute(start);
            }
        }
    }
}
