extension TimeZoneRules {
    /// The largest file that is read; the largest of the time zone database has some 4 kB.
    public static let largestFile = 65_536

    /// The rules in a TZif file of version 1 to 4 (RFC 9636 §3), or nil when anything in it is malformed, or it counts leap
    /// seconds, which the clock of this system does not.
    public init?(tzif file: [UInt8]) {
        guard file.count <= Self.largestFile else { return nil }
        var reader = TZifReader(file)
        guard var header = reader.header() else { return nil }
        var block: TZifReader.Block?
        var footer: ArraySlice<UInt8> = []
        if header.version == .one {
            block = reader.block(header, bytesOfTime: 4)
        } else {
            // The first block is for readers of version 1; the second has all of it, in 64 bits.
            guard reader.skip(header, bytesOfTime: 4), let second = reader.header(), second.version == header.version
            else { return nil }
            header = second
            block = reader.block(header, bytesOfTime: 8)
            guard let text = reader.footer() else { return nil }
            footer = text
        }
        guard let block, reader.isAtEnd else { return nil }
        guard !footer.isEmpty else {
            self.init(first: block.first, transitions: block.transitions, later: nil)
            return
        }
        guard let later = YearlyOffsets(posix: footer) else { return nil }
        self.init(first: block.first, transitions: block.transitions, later: later)
    }
}
