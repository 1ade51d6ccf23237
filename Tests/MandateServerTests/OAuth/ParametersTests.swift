import MandateCore
import Testing

@testable import MandateServer

@Suite("The parameters of a request")
struct ParametersTests {
    private static let form = "application/x-www-form-urlencoded"
    private static let json = "application/json"

    private func read(_ body: String, as type: String = form) throws(Refusal) -> [String]? {
        try Parameters(Array(body.utf8), contentType: type)?.all.map { "\($0.name)=\($0.value)" }
    }

    @Test(
        "are not decoded from text that is no form encoding",
        arguments: ["%", "%2", "a%", "%zz", "%2g", "%g2", "% 20", "%-1", "%C3", "%C3%28", "%FF", "%C0%80", "%ED%A0%80"])
    func badEncoding(text: String) {
        #expect(FormText.decode(Array(text.utf8)[...]) == nil)
        #expect(throws: Refusal.malformedRequest(.body)) { try read("a=\(text)") }
        #expect(throws: Refusal.malformedRequest(.body)) { try read("\(text)=a") }
    }

    @Test("are not decoded from bytes that are no UTF-8")
    func badBytes() {
        #expect(FormText.decode([0x61, 0xFF]) == nil)
    }

    @Test(
        "are decoded once",
        arguments: [
            ("", ""), ("a%20b+c", "a b c"), ("%2B", "+"), ("%2b%2B+", "++ "), ("%2541", "%41"), ("%C3%A9é", "éé"),
            ("%00", "\u{0}"), ("%F0%9F%99%82", "🙂"), ("a=b", "a=b"),
        ])
    func decoded(text: String, expected: String) {
        #expect(FormText.decode(Array(text.utf8)[...]) == expected)
    }

    @Test(
        "are refused when one is repeated, whatever it is called and however it is written",
        arguments: [
            ("a=1&a=1", "a"), ("scope=a&b=c&scope=d", "scope"), ("scope=&scope=a", "scope"), ("scope&scope", "scope"),
            ("a=1&%61=2", "a"), ("grant_type=x&grant%5Ftype=y", "grant_type"), ("=1&=2", ""),
        ])
    func repeated(body: String, name: String) {
        #expect(throws: Refusal.repeatedParameter(name)) { try read(body) }
    }

    @Test("may name several audiences and resources")
    func several() throws {
        let body = "audience=a&resource=b&audience=c&resource=b&Audience=d"
        #expect(try read(body) == ["audience=a", "resource=b", "audience=c", "resource=b", "Audience=d"])
    }

    @Test("are at most 64")
    func bounded() throws {
        let body = (0..<64).map { "p\($0)=1" }.joined(separator: "&")
        #expect(try read(body)?.count == 64)
        #expect(throws: Refusal.malformedRequest(.tooManyParameters)) { try read(body + "&x=1") }
        let audiences = String(repeating: "audience=a&", count: 65)
        #expect(throws: Refusal.malformedRequest(.tooManyParameters)) { try read(audiences) }
    }

    @Test(
        "of a JSON body are one flat object of strings, strictly read",
        arguments: [
            (#"{"a":"1","a":"2"}"#, .repeatedParameter("a")), (#"{"a":"1","\u0061":"2"}"#, .repeatedParameter("a")),
            (#"{"audience":"1","audience":"2"}"#, .repeatedParameter("audience")),
            (#"{"a":1}"#, .malformedRequest(.notText(parameter: "a"))),
            (#"{"a":null}"#, .malformedRequest(.notText(parameter: "a"))),
            (#"{"a":true}"#, .malformedRequest(.notText(parameter: "a"))),
            (#"{"a":{"b":"c"}}"#, .malformedRequest(.notText(parameter: "a"))),
            (#"{"scope":["a"]}"#, .malformedRequest(.notText(parameter: "scope"))),
            (#"{"audience":["a",1]}"#, .malformedRequest(.notText(parameter: "audience"))),
            (#"{"audience":[["a"]]}"#, .malformedRequest(.notText(parameter: "audience"))),
            (#"["a"]"#, .malformedRequest(.body)), (#""a""#, .malformedRequest(.body)), ("", .malformedRequest(.body)),
            (#"{"a":"1",}"#, .malformedRequest(.body)), (#"{"a":"1"}x"#, .malformedRequest(.body)),
            ("\u{FEFF}{}", .malformedRequest(.body)), ("a=b", .malformedRequest(.body)),
        ] as [(String, Refusal)])
    func badJSON(body: String, refusal: Refusal) {
        #expect(throws: refusal) { try read(body, as: Self.json) }
    }

    @Test("of a JSON body are those of a form")
    func goodJSON() throws {
        let body = #"{"grant_type":"client_credentials","audience":["a","b"],"resource":"c","scope":"%20+"}"#
        #expect(
            try read(body, as: Self.json)
                == ["grant_type=client_credentials", "audience=a", "audience=b", "resource=c", "scope=%20+"])
    }

    @Test(
        "are read from two media types and no other",
        arguments: [
            (nil, false), ("", false), ("text/plain", false), ("multipart/form-data; boundary=a", false),
            ("application/x-www-form-urlencoded,application/json", false), ("application/jsonp", false),
            ("application/x-www-form-urlencoded", true), ("Application/X-WWW-Form-Urlencoded;charset=UTF-8", true),
            ("application/x-www-form-urlencoded ; charset=utf-8", true),
        ] as [(String?, Bool)])
    func mediaTypes(type: String?, isRead: Bool) throws {
        #expect((try Parameters(Array("a=b".utf8), contentType: type) != nil) == isRead)
    }

    @Test("count as absent without a value")
    func absent() throws {
        let parameters = try #require(try Parameters(Array("a=&b&&c=d&".utf8), contentType: Self.form))
        #expect(parameters["a"] == nil && parameters["b"] == nil && parameters["c"] == "d" && parameters["e"] == nil)
    }
}
