/// A document that an argument names by its path or its URL.
enum NamedDocument {
    static func bytes(at place: String, limit: Int) async throws -> [UInt8] {
        if Web.isAddress(place) {
            try await Web.document(at: place, limit: limit)
        } else {
            try FileBytes.read(place, limit: limit)
        }
    }
}
