import MandateCore

extension AdminAPI {
    /// Over the network no file of the host is named that nobody on the host has named for that issuer: the answer would
    /// say what is there, and whoever may write the file would make people.
    func refuseNewFiles(_ files: [RegistryDocument.KeyFile], of call: Call) throws(Problem) {
        guard call.administrator != nil else { return }
        for file in files {
            let known = try administration.reading { (reader) throws(Problem) in try reader.issuer(file.issuer) }
            guard known?.keys.file != file.path else { continue }
            throw Problem(
                .invalid, field: file.field,
                "names a file of the service's host, which only an operator there can do: send the keys as jwks")
        }
    }
}
