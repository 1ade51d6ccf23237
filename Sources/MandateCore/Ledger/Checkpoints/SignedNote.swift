/// A text with signatures under it (C2SP signed-note).
public struct SignedNote: Hashable, Sendable {
    /// Who signed the text, and with what bytes.
    public struct Signature: Hashable, Sendable {
        public let name: NoteKeyName
        /// Which key of that name (``VerifierKey/hash``).
        public let keyHash: [UInt8]
        public let bytes: [UInt8]

        public init(name: NoteKeyName, keyHash: [UInt8], bytes: [UInt8]) {
            self.name = name
            self.keyHash = keyHash
            self.bytes = bytes
        }
    }

    /// What is signed: lines, each with its line feed.
    public let text: [UInt8]
    public let signatures: [Signature]

    /// No note that is read has more bytes.
    public static let longest = 64 * 1024
    private static let mostSignatures = 64
    private static let newline = UInt8(ascii: "\n")

    public init(text: [UInt8], signatures: [Signature]) {
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note; nil unless it is exactly of the form: a text, an empty line, and at least one signature line, all of
    /// UTF-8 without other control characters.
    public init?(_ note: [UInt8]) {
        guard note.count <= Self.longest, note.last == Self.newline,
            note.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == Self.newline }),
            String(validating: note, as: UTF8.self) != nil
        else { return nil }
        // The last empty line divides: the text may have empty lines, too.
        let breaks = note.indices.dropLast().filter { note[$0] == Self.newline && note[$0 + 1] == Self.newline }
        guard let end = breaks.last, end > 0 else { return nil }
        let lines = note[(end + 2)...].dropLast().split(separator: Self.newline, omittingEmptySubsequences: false)
        guard (1...Self.mostSignatures).contains(lines.count) else { return nil }
        var signatures: [Signature] = []
        for line in lines {
            guard let signature = Signature(line: line) else { return nil }
            signatures.append(signature)
        }
        self.init(text: Array(note[...end]), signatures: signatures)
    }

    /// The whole note as it is published.
    public var bytes: [UInt8] {
        var note = text + [Self.newline]
        for signature in signatures { note += signature.line + [Self.newline] }
        return note
    }

    /// The signature that `key` is said to have made; nil when there is none, or more than one.
    public func signature(by key: VerifierKey) -> Signature? {
        let found = signatures.filter { $0.name == key.name && $0.keyHash == key.hash }
        return found.count == 1 ? found.first : nil
    }
}

extension SignedNote.Signature {
    private static let dash = Array("— ".utf8)
    private static let longest = 1024

    /// `— name base64(hash ‖ signature)`.
    fileprivate init?(line: ArraySlice<UInt8>) {
        guard line.starts(with: Self.dash) else { return nil }
        let words = line.dropFirst(Self.dash.count).split(
            separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 2, let name = NoteKeyName(String(decoding: words[0], as: UTF8.self)),
            words[1].count <= Self.longest, let bytes = Base64.decode(canonical: words[1]),
            bytes.count > VerifierKey.hashLength
        else { return nil }
        self.init(
            name: name, keyHash: Array(bytes.prefix(VerifierKey.hashLength)),
            bytes: Array(bytes.dropFirst(VerifierKey.hashLength)))
    }

    fileprivate var line: [UInt8] {
        Self.dash + Array("\(name) \(Base64.text(of: keyHash + bytes))".utf8)
    }
}
