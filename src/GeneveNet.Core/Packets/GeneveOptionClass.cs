namespace GeneveNet.Packets;

/// <summary>
/// Who defines the options of a class: the registry "Geneve Option Class" of IANA, as of 2026-02-20 (RFC 8926, section 7).
/// </summary>
public static class GeneveOptionClass
{
    /// <summary>The class of the Linux kernel.</summary>
    public const ushort Linux = 0x0100;

    /// <summary>The first class anyone may use for experiments.</summary>
    public const ushort FirstExperimental = 0xff00;

    // Ascending; classes between two rows are unassigned.
    private static readonly (ushort First, ushort Last, string Name)[] Ranges =
    [
        (0x0100, 0x0100, "Linux"),
        (0x0101, 0x0101, "Open vSwitch (OVS)"),
        (0x0102, 0x0102, "Open Virtual Networking (OVN)"),
        (0x0103, 0x0103, "In-band Network Telemetry (INT)"),
        (0x0104, 0x0104, "VMware, Inc."),
        (0x0105, 0x0105, "Amazon.com, Inc."),
        (0x0106, 0x0106, "Cisco Systems, Inc."),
        (0x0107, 0x0107, "Oracle Corporation"),
        (0x0108, 0x0110, "Amazon.com, Inc."),
        (0x0111, 0x0118, "IBM"),
        (0x0119, 0x0128, "Ericsson"),
        (0x0129, 0x0129, "Oxide Computer Company"),
        (0x0130, 0x0131, "Cisco Systems, Inc."),
        (0x0132, 0x0135, "Google LLC"),
        (0x0136, 0x0136, "InfoQuick Global Connection Tech Ltd."),
        (0x0137, 0x0140, "Alibaba, inc"),
        (0x0141, 0x0144, "Palo Alto Networks"),
        (0x0145, 0x0149, "Huawei Technologies Co., Ltd"),
        (0x014a, 0x014a, "EMnify GmbH"),
        (0x014b, 0x014b, "Cilium"),
        (0x014c, 0x014c, "Corelight, Inc."),
        (0x014d, 0x014d, "1NCE GmbH"),
        (0x014e, 0x0157, "Cloud of China Telecom (CTYUN)"),
        (0x0158, 0x0161, "Volcengine, inc"),
        (0x0162, 0x0162, "nat64.net"),
        (0x0163, 0x0163, "Multi Segment SD-WAN"),
        (0x0164, 0x0164, "cPacket Networks"),
        (0x0165, 0x0167, "Tencent"),
        (0x0168, 0x0168, "ExtraHop Networks, Inc."),
        (0x0169, 0x0169, "Soosan INT Co., Ltd."),
        (0x016a, 0x016c, "Spacelink, Inc"),
        (0x016d, 0x016d, "617A Corporation"),
        (0x016e, 0x016e, "Zscaler"),
        (0x016f, 0x0170, "7Generation"),
        (FirstExperimental, 0xffff, "Experimental"),
    ];

    /// <summary>The name of a class.</summary>
    /// <param name="number">The class.</param>
    /// <returns>Its assignee; "IETF" for the range kept for standards (0 to 0x00ff), "Unassigned" for a free one.</returns>
    public static string NameOf(ushort number)
    {
        if (number < 0x0100)
            return "IETF";
        var (low, high) = (0, Ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var (first, last, name) = Ranges[middle];
            if (number < first)
                high = middle - 1;
            else if (number > last)
                low = middle + 1;
            else
                return name;
        }

        return "Unassigned";
    }
}
