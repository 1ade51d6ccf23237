import MandateCore
import MandateTesting
import Testing

@Suite("A scope")
struct ScopeTests {
    @Test(
        "is refused when it breaks the grammar",
        arguments: [
            "", " ", ":", "a:", ":a", "a::b", "a:b:", "*", "*:a", "a*", "a*:b", "**:a", "a b", "a\tb", "a:\"b", "a:\\b",
            "a:b\u{0}", "a:b\n", "a:\u{7F}", "a:é", "a:\u{200B}", "日本", "a:b:c:d:e:f:g:h:i", "a:*:*:*:*:*:*:*:*",
        ])
    func grammar(text: String) {
        #expect(Scope(text) == nil)
    }

    @Test("is at most 256 bytes long, counted as it was written")
    func length() {
        #expect(Scope(String(repeating: "a", count: 256))?.bytes.count == 256)
        #expect(Scope(String(repeating: "a", count: 257)) == nil)
        #expect(Scope("a:" + String(repeating: "*", count: 255)) == nil)
    }

    @Test(
        "keeps every character that RFC 6749 §3.3 allows, case and all",
        arguments: [
            "a", "A", "a:b:c:d:e:f:g:h", "ec2:Describe*", "a:*", "a:*:b", "a:*b*c*", "!#$%&'()+,-./;<=>?@[]^_`{|}~:1",
        ])
    func canonical(text: String) {
        #expect(Scope(text)?.description == text)
    }

    @Test(
        "writes a run of * as one",
        arguments: [("a:**", "a:*"), ("a:***:b", "a:*:b"), ("a:b**c***", "a:b*c*"), ("a:*:**", "a:*:*")])
    func runs(text: String, canonical: String) throws {
        let scope = try #require(Scope(text))
        #expect(scope.description == canonical)
        #expect(scope == Scope(canonical))
    }

    @Test("is compared as bytes")
    func order() {
        let scopes: [Scope] = ["b", "a:b", "a", "B", "a:*", "a-b", "a:b:c"]
        #expect(scopes.sorted() == ["B", "a", "a-b", "a:*", "a:b", "a:b:c", "b"])
    }
}
