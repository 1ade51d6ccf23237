import MandateCore
import MandateTesting
import Testing

@Suite("A set of scopes")
struct ScopeSetTests {
    @Test(
        "is refused whole for one word that is no scope",
        arguments: ["*", "a:b *", "a:b\ta:c", "a,b\"", "a:b é", "\u{A0}a"])
    func malformed(text: String) {
        guard case .malformed = ScopeSet.reading(text) else {
            Issue.record("'\(text)' was read")
            return
        }
    }

    @Test("names the first word that is no scope")
    func firstMalformed() {
        #expect(ScopeSet.reading("a:b :x *") == .malformed(":x"))
    }

    @Test("is absent when there is no scope in the text", arguments: ["", " ", "     "])
    func absent(text: String) {
        #expect(ScopeSet.reading(text) == .absent)
    }

    @Test("of no scopes does not exist")
    func empty() {
        #expect(ScopeSet([]) == nil)
    }

    @Test(
        "has one canonical form",
        arguments: [
            ("b a", "a b"), ("a a a", "a"), ("  b   a  ", "a b"), ("a:** a:*", "a:*"), ("a:b a B a:*", "B a a:* a:b"),
        ])
    func canonical(text: String, printed: String) throws {
        guard case .scopes(let set) = ScopeSet.reading(text) else {
            Issue.record("'\(text)' was not read")
            return
        }
        #expect(set.description == printed)
    }

    @Test("that a request names holds at most 64")
    func bounds() {
        let words = (0..<65).map { "a:\($0)" }
        #expect(ScopeSet.reading(words.joined(separator: " ")) == .malformed("a:64"))
        guard case .scopes(let set) = ScopeSet.reading(words.dropLast().joined(separator: " ")) else {
            Issue.record("64 scopes were not read")
            return
        }
        #expect(set.scopes.count == 64)
    }
}
