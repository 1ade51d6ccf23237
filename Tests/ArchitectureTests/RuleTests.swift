import Testing

@Suite("A rule about the sources")
struct RuleTests {
    private func isBroken(_ rules: [PlaceRule], at path: String, by line: String) -> Bool {
        let file = SourceFile(path: path, text: "struct Before {}\n    \(line)\nstruct After {}\n")
        return rules.contains { $0.isBroken(by: file) }
    }

    @Test(
        "reads an import in every form it can be written in",
        arguments: [
            "import NIOCore", "public import NIOCore", "  internal import NIOCore", "@preconcurrency import NIOCore",
            "@testable @preconcurrency public import NIOCore", "@_spi(Internals) import NIOCore",
            "import struct NIOCore.ByteBuffer", "import Foo; import NIOCore", "import NIOCore.Sub",
        ])
    func forms(line: String) {
        #expect(SourceFile(path: "M/a.swift", text: line).imports.last == "NIOCore")
    }

    @Test(
        "does not take a comment or a longer word for an import",
        arguments: ["// import A", "/// import A", "important A"])
    func noImports(line: String) {
        #expect(SourceFile(path: "M/a.swift", text: line).imports == [])
    }

    @Test(
        "is broken by a module that knows another it must not know",
        arguments: [
            ("MandateCore/A.swift", "import Foundation"), ("MandateCore/A.swift", "import Synchronization"),
            ("MandateCore/A.swift", "import MandateJOSE"), ("MandateStore/A.swift", "import MandateJOSE"),
            ("MandateServer/A.swift", "import MandateStore"), ("MandateAdmin/A.swift", "import MandateServer"),
            ("MandateDelivery/A.swift", "import MandateStore"), ("MandateEngine/A.swift", "import MandateDelivery"),
            ("MandateServer/A.swift", "import MandateDelivery"),
            ("MandateJOSE/A.swift", "public import MandateVerifier"),
            ("MandateVerifier/A.swift", "import MandateStore"),
            ("MandateVerifier/A.swift", "import Foundation"), ("MandateServer/A.swift", "import MandateCLI"),
            ("mandate/main.swift", "import MandateStore"), ("MandateNew/A.swift", "struct New {}"),
        ])
    func badImports(path: String, line: String) {
        #expect(ImportRule.violations(in: SourceFile(path: path, text: line)).count == 1)
    }

    @Test(
        "is kept by a module that knows what it may know",
        arguments: [
            ("MandateServer/A.swift", "import MandateCore\nimport NIOCore"),
            ("MandateCLI/A.swift", "import MandateStore"),
            ("MandateVerifier/A.swift", "import MandateJOSE"), ("mandate/main.swift", "import MandateCLI"),
        ])
    func goodImports(path: String, text: String) {
        #expect(ImportRule.violations(in: SourceFile(path: path, text: text)) == [])
    }

    @Test(
        "is broken by a library beyond its border, and kept by it behind the border",
        arguments: [
            ("import CSQLite", "MandateStore/SQLite/A.swift", "MandateStore/A.swift"),
            ("sqlite3_step(handle)", "MandateStore/SQLite/A.swift", "MandateStore/Writer/A.swift"),
            ("import COpenSSL", "MandateJOSE/OpenSSL/A.swift", "MandateJOSE/Keys/A.swift"),
            ("EVP_DigestSign(context)", "MandateJOSE/OpenSSL/A.swift", "MandateJOSE/A.swift"),
            ("import NIOPosix", "MandateServer/HTTP/NIO/A.swift", "MandateServer/HTTP/A.swift"),
            ("import HummingbirdCore", "MandateAdmin/A.swift", "MandateServer/A.swift"),
        ])
    func borders(line: String, inside: String, outside: String) {
        #expect(isBroken(PlaceRule.libraries, at: outside, by: line))
        #expect(!isBroken(PlaceRule.libraries, at: inside, by: line))
    }

    @Test(
        "is broken by a word that stands nowhere",
        arguments: [
            "let a = try! b()", "let a = try? b()", "if let a = try ? b() : c() {}", "a as! B", "fatalError()",
            "preconditionFailure(\"never\")", "final class A: @unchecked Sendable {}",
            "a } catch { fatalError (\"\") }",
        ])
    func words(line: String) {
        #expect(isBroken(PlaceRule.words, at: "MandateCore/A.swift", by: line))
        #expect(isBroken(PlaceRule.words, at: "MandateJOSE/OpenSSL/A.swift", by: line))
    }

    @Test(
        "is broken by unsafe code outside the two C folders only",
        arguments: ["nonisolated(unsafe) let pointer: OpaquePointer", "unsafe call()", "@unsafe func call() {}"])
    func unsafety(line: String) {
        #expect(isBroken(PlaceRule.words, at: "MandateStore/A.swift", by: line))
        #expect(!isBroken(PlaceRule.words, at: "MandateStore/SQLite/A.swift", by: line))
        #expect(!isBroken(PlaceRule.words, at: "MandateJOSE/OpenSSL/A.swift", by: line))
    }

    @Test(
        "is kept by words that only look alike",
        arguments: [
            "/// Never `try!`, `try?` or `as!`.", "entry?.close()", "has!", "withUnsafeBytes { }", "try await a() ?? b",
        ])
    func alike(line: String) {
        #expect(!isBroken(PlaceRule.words, at: "MandateCore/A.swift", by: line))
    }

    @Test("counts the lines of a file as an editor does", arguments: [("", 0), ("a", 1), ("a\n", 1), ("a\n\nb\n", 3)])
    func lines(text: String, count: Int) {
        #expect(SourceFile(path: "M/a.swift", text: text).lineCount == count)
    }
}
