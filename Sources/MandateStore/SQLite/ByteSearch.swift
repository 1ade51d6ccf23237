import CSQLite

extension UnsafeRawBufferPointer {
    /// Whether `sequence` is somewhere in these bytes.
    func contains(_ sequence: [UInt8]) -> Bool {
        mandate_contains(baseAddress, count, sequence, sequence.count) != 0
    }
}
