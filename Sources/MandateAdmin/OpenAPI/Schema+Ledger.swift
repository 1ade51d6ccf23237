import MandateCore

/// What is said of the ledger and of the files made of it.
extension Schema {
    static let ledger: [(key: String, value: Schema)] = [
        ("RecordNumber", .integer(1...Int64.max)),
        ("Hash", Schema.string("^[A-Za-z0-9+/]{43}=$").described("32 bytes in base64.")),
        ("RecordHash", .string("^sha256:[0-9a-f]{64}$")),
        (
            "LedgerKey",
            .object(["key": Schema.string("^.+\\+[0-9a-f]{8}\\+.+$").described("A verifier key of C2SP notes.")])
        ),
        ("Checkpoint", .object(["size": .ref("RecordNumber"), "at": .ref("Time"), "note": .string()])),
        (
            "Inclusion",
            .object([
                "seq": .ref("RecordNumber"), "size": .ref("RecordNumber"), "leaf_hash": .ref("Hash"),
                "root_hash": .ref("Hash"), "proof": .list(of: .ref("Hash")),
            ])
        ),
        (
            "Consistency",
            .object([
                "from": .ref("RecordNumber"), "to": .ref("RecordNumber"), "root1": .ref("Hash"), "root2": .ref("Hash"),
                "proof": .list(of: .ref("Hash")),
            ])
        ),
        ("BackupWritten", .sent(["file": path], needed: ["file"])),
        (
            "Backup",
            .object([
                "records": .integer(0...Int64.max), "last_seq": .integer(0...Int64.max),
                "head": .ref("RecordHash").orNull, "bytes": .integer(1...Int64.max),
                "checkpoint": .ref("RecordNumber").orNull,
            ])
        ),
        ("ArchiveWritten", .sent(["before": .ref("Time"), "file": path], needed: ["before", "file"])),
        (
            "Archived",
            .object([
                "records": .ref("RecordNumber"), "from": .ref("RecordNumber"), "to": .ref("RecordNumber"),
                "bytes": .ref("RecordNumber"), "sha256": .string("^[0-9a-f]{64}$"),
            ])
        ),
    ]

    private static let path = Schema.string("^/").described("An absolute path with nothing there yet.")
}
