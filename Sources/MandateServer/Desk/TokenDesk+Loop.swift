extension TokenDesk {
    /// Runs a piece of work on the loop that owns the desk.
    protocol Loop {
        func later(_ desk: TokenDesk, _ work: @escaping @Sendable (TokenDesk) -> Void)
        /// The same from any thread.
        func remote(_ desk: TokenDesk) -> @Sendable (@escaping @Sendable (TokenDesk) -> Void) -> Void
    }
}
