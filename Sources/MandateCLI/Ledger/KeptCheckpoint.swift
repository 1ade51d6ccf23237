import MandateCore

/// A checkpoint as the installation keeps it, with what its note says; who signed it is not looked at.
struct KeptCheckpoint: Hashable {
    let origin: String
    let size: Int64
    /// In Base64, as the note has it.
    let root: String
    /// When it was signed, where that is told.
    let time: String?
    private let note: String

    init(note: [UInt8], time: String? = nil) throws(CommandFailure) {
        guard let signed = SignedNote(note), let checkpoint = Checkpoint(signed.text) else {
            throw Administration.unreadable
        }
        origin = checkpoint.origin.rawValue
        size = checkpoint.size
        root = Base64.text(of: checkpoint.root)
        self.time = time
        self.note = String(decoding: note, as: UTF8.self)
    }

    /// One of the items of `GET /v1/ledger/checkpoints`, which names the size that its note has.
    init(_ item: JSONValue) throws(CommandFailure) {
        guard let note = item["note"]?.string, let size = item["size"]?.integer else {
            throw Administration.unreadable
        }
        try self.init(note: Array(note.utf8), time: item["at"]?.string)
        guard self.size == size else {
            throw CommandFailure(
                "the checkpoint at \(size) in the database is filed under a number that is not its own: mandate ledger "
                    + "verify says more")
        }
    }

    /// As a program reads it: what the note says, and the note itself.
    var json: JSONValue {
        var members: [JSONMember] = [
            JSONMember(name: "origin", value: .string(origin)), JSONMember(name: "size", value: .integer(size)),
            JSONMember(name: "root_hash", value: .string(root)), JSONMember(name: "note", value: .string(note)),
        ]
        if let time { members.append(JSONMember(name: "at", value: .string(time))) }
        return .object(members)
    }
}
