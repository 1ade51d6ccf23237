import Testing

@Suite("The sources")
struct SourcesTests {
    private static let longest = 300

    private func offences(_ isOffence: (SourceFile) -> Bool) throws -> [String] {
        try SourceTree.files().filter(isOffence).map(\.path)
    }

    @Test("are all read by these tests")
    func areRead() throws {
        let modules = Set(try SourceTree.files().map(\.module))
        #expect(
            modules == [
                "MandateCore", "MandateJOSE", "MandateStore", "MandateServer", "MandateAdmin", "MandateDelivery",
                "MandateEngine", "MandateMetrics", "MandateAccept", "MandateVerifier", "MandateCLI", "mandate",
            ])
    }

    @Test("know the core, which knows no one; adapters do not know each other")
    func imports() throws {
        #expect(try SourceTree.files().flatMap(ImportRule.violations(in:)) == [])
    }

    @Test("keep every library behind its border", arguments: PlaceRule.libraries.indices)
    func libraries(index: Int) throws {
        let rule = PlaceRule.libraries[index]
        #expect(try offences(rule.isBroken(by:)) == rule.exceptions, "\(rule.name)")
    }

    @Test("neither end the process nor pass over an error nor silence the compiler", arguments: PlaceRule.words.indices)
    func words(index: Int) throws {
        let rule = PlaceRule.words[index]
        #expect(try offences(rule.isBroken(by:)) == [], "\(rule.name)")
    }

    @Test("have no file above 300 lines")
    func sizes() throws {
        #expect(try offences { $0.lineCount > Self.longest } == [])
    }
}
