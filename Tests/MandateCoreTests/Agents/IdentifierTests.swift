import MandateCore
import Testing

@Suite("An identifier")
struct IdentifierTests {
    @Test(
        "of an agent is refused outside its grammar",
        arguments: [
            "", " ", "a b", "a/b", "a:b", "a%20b", "a\n", "a\u{0}", "é", "e\u{301}", "\u{212A}", "ａ", "a\u{200B}",
            "a+b",
            String(repeating: "a", count: 129),
        ])
    func badAgents(text: String) {
        #expect(AgentID(text) == nil && AgentTypeID(text) == nil)
    }

    @Test("is compared as bytes, case and all")
    func order() {
        let ids = ["b", "B", "a-", "a.", "a", "~", "_"].map { AgentID(checked: $0) }
        #expect(ids.sorted().map(\.rawValue) == ["B", "_", "a", "a-", "a.", "b", "~"])
        #expect(AgentID("Agent") != AgentID("agent"))
    }

    @Test(
        "of an audience's resource is an absolute URI without a fragment",
        arguments: [
            "", "a", "/a", "//a/b", ":a", "a:", "1a:b", "https://a#", "https://a/#b", "https://a b", "https://é",
        ])
    func badResources(text: String) {
        #expect(ResourceURI(text) == nil)
    }

    @Test("of an audience's resource takes an empty path and / for one, and no other two")
    func resources() {
        #expect(ResourceURI("https://a/") == ResourceURI("https://a"))
        #expect(ResourceURI("https://a/b/") != ResourceURI("https://a/b"))
        #expect(ResourceURI("https://A") != ResourceURI("https://a"))
        #expect(ResourceURI("https://a/?") != ResourceURI("https://a"))
        #expect(ResourceURI("urn:a:b")?.rawValue == "urn:a:b")
        #expect(ResourceURI("https://" + String(repeating: "a", count: 505)) == nil)
    }

    @Test(
        "of an issuer is a URL without query, fragment, user or final slash",
        arguments: [
            "", "https://", "http://", "mandate.example", "ftp://a", "https://a/", "https://a?b", "https://a#b",
            "https://u@a", "https://a b", "https://é", "HTTPS://a", "https://a\u{0}",
            "https://" + String(repeating: "a", count: 249),
        ])
    func badIssuers(text: String) {
        #expect(Issuer(text) == nil)
    }

    @Test(
        "of an issuer may have a port and a path",
        arguments: ["https://a", "http://127.0.0.1:8080", "https://a/b", "http://[::1]:1"])
    func issuers(text: String) {
        #expect(Issuer(text)?.rawValue == text)
    }
}
