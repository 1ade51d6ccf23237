import Foundation
import MandateCore
import MandateTesting
import Testing

@testable import MandateJOSE

@Suite("A signed note")
struct NoteTests {
    /// The example of golang.org/x/mod/sumdb/note.
    private static let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    private static let note = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

        """

    @Test("of another program is read, written as it was, and verified")
    func foreign() throws {
        let key = try #require(try VerifierKey(Self.key, hashing: OpenSSLDigests()))
        #expect(key.description == Self.key)
        let note = try #require(SignedNote(Array(Self.note.utf8)))
        #expect(note.bytes == Array(Self.note.utf8))
        let signature = try #require(note.signature(by: key))
        #expect(Ed25519Notes().isSigned(note.text, signature.bytes, by: key))
        #expect(!Ed25519Notes().isSigned(note.text + [0x0A], signature.bytes, by: key))
        #expect(!Ed25519Notes().isSigned(note.text, signature.bytes.dropLast(), by: key))
    }

    @Test("is read in one spelling only, and every changed byte of it is found")
    func strict() throws {
        let key = try #require(try VerifierKey(Self.key, hashing: OpenSSLDigests()))
        let bytes = Array(Self.note.utf8)
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                let note = SignedNote(changed)
                let signature = note?.signature(by: key)
                let isGood = signature.map { Ed25519Notes().isSigned(note?.text ?? [], $0.bytes, by: key) } ?? false
                #expect(!isGood, "byte \(index) bit \(bit)")
            }
        }
        for cut in bytes.indices { #expect(SignedNote(Array(bytes[..<cut])) == nil, "first \(cut) bytes") }
    }

    @Test(
        "is refused without a text, without an empty line, without a signature, or with anything after them",
        arguments: [
            "", "\n", "text\n", "text\n\n", "\n\n— a AAAAAAA=\n", "text\n— a AAAAAAA=\n", "text\n\n- a AAAAAAA=\n",
            "text\n\n— a AAAAAA==\n", "text\n\n— a AAAAAAA=", "text\n\n— a AAAAAAA=\n\n", "text\n\n— a  AAAAAAA=\n",
            "text\n\n— a b AAAAAAA=\n", "text\n\n— a+b AAAAAAA=\n", "text\n\n—a AAAAAAA=\n", "text\n\n— a AAAAAAA\n",
            "te\rxt\n\n— a AAAAAAA=\n", "te\u{0}xt\n\n— a AAAAAAA=\n", "text\n\n— a AAAAAAA=\nmore\n",
        ])
    func malformed(text: String) {
        #expect(SignedNote(Array(text.utf8)) == nil)
        #expect(SignedNote(Array("text\n\n— a AAAAAAA=\n".utf8)) != nil)
    }

    @Test("has a key line that is read in one spelling only")
    func keys() throws {
        let wrong = [
            "", "PeterNeumann", Self.key + "A", Self.key + "\n", String(Self.key.dropLast()),
            Self.key.replacing("c74f20a3", with: "C74F20A3"), Self.key.replacing("c74f20a3", with: "c74f20a4"),
            Self.key.replacing("Peter", with: "Pater"), Self.key.replacing("ARpc", with: "Ahpc"),
        ]
        for text in wrong { #expect(try VerifierKey(text, hashing: OpenSSLDigests()) == nil, "\(text)") }
    }
}

@Suite("A checkpoint")
struct CheckpointTests {
    private static let name = NoteKeyName(ledgerOf: Issuer("https://tokens.example/eu")!)
    private static let checkpoint = Checkpoint(origin: name, size: 7, root: [UInt8](repeating: 0xAB, count: 32))

    private func directory(_ body: (KeyDirectory, String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "/mandate-ledger-key-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(KeyDirectory(path: path), path)
    }

    @Test("is three lines, signed by the key of the same name")
    func written() throws {
        try directory { directory, _ in
            let key = try LedgerKey.adopt(named: Self.name, in: directory)
            let signed = try SignedCheckpoint(Self.checkpoint, signedBy: key)
            let lines = String(decoding: signed.note, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count == 6)
            #expect(
                lines[..<4] == ["tokens.example/eu/ledger", "7", "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=", ""])
            #expect(lines[4].hasPrefix("— tokens.example/eu/ledger "))
            let read = try SignedCheckpoint(signed.note, by: key.verifierKey, checking: Ed25519Notes())
            #expect(read == signed)
        }
    }

    @Test("of somebody else, of another ledger, or changed, is refused and says why")
    func refused() throws {
        try directory { directory, path in
            let key = try LedgerKey.adopt(named: Self.name, in: directory)
            let other = try LedgerKey.adopt(named: Self.name, in: KeyDirectory(path: path + "/other"))
            func fault(_ note: [UInt8]) -> CheckpointFault? {
                do throws(CheckpointFault) {
                    _ = try SignedCheckpoint(note, by: key.verifierKey, checking: Ed25519Notes())
                    return nil
                } catch {
                    return error
                }
            }
            #expect(fault(try SignedCheckpoint(Self.checkpoint, signedBy: other).note) == .notSigned(by: Self.name))
            let foreign = Checkpoint(
                origin: try #require(NoteKeyName("elsewhere/ledger")), size: 7, root: Self.checkpoint.root)
            #expect(fault(try SignedCheckpoint(foreign, signedBy: key).note) == .notSigned(by: Self.name))
            let good = try SignedCheckpoint(Self.checkpoint, signedBy: key).note
            let changed = Array(String(decoding: good, as: UTF8.self).replacing("\n7\n", with: "\n8\n").utf8)
            #expect(fault(changed) == .badSignature)
            #expect(fault([]) == .notACheckpoint)
            #expect(fault(good) == nil)
        }
    }

    @Test(
        "has one spelling",
        arguments: ["07", "+7", "-7", " 7", "7 ", "", "99999999999999999999", "7\nextension"])
    func spelling(size: String) {
        let root = Base64.text(of: Self.checkpoint.root)
        #expect(Checkpoint(Array("a/ledger\n\(size)\n\(root)\n".utf8)) == nil)
        #expect(Checkpoint(Array("a/ledger\n7\n\(root)\n".utf8)) != nil)
        #expect(Checkpoint(Array("a/ledger\n7\n\(root.dropLast(4))\n".utf8)) == nil)
    }

    @Test("has a key that is kept, found again, and refused when its file is not as it must be")
    func keyFile() throws {
        try directory { directory, path in
            let key = try LedgerKey.adopt(named: Self.name, in: directory)
            let file = path + "/ledger.pem"
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? NSNumber
            #expect(mode?.intValue == 0o600)
            #expect(try LedgerKey.adopt(named: Self.name, in: directory).verifierKey == key.verifierKey)
            #expect(try LedgerKey.read(key.verifierKey, in: directory).verifierKey == key.verifierKey)
            func refusal() -> String? {
                #expect(throws: Problem.self) { try LedgerKey.read(key.verifierKey, in: directory) }?.detail
            }
            chmod(file, 0o644)
            #expect(refusal()?.contains("ledger.pem is readable by others") == true)
            chmod(file, 0o600)
            try FileManager.default.moveItem(atPath: file, toPath: file + ".old")
            #expect(refusal()?.contains("ledger.pem is missing") == true)
            _ = try LedgerKey.adopt(named: Self.name, in: directory)
            #expect(refusal()?.contains("is not the key of this ledger") == true)
            try "nonsense".write(toFile: file, atomically: false, encoding: .utf8)
            #expect(refusal()?.contains("PEM") == true)
        }
    }
}
