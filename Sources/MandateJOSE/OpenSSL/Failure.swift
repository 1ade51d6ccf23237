import COpenSSL

/// Throws unless OpenSSL said exactly 1, and leaves no error behind in the thread's queue for the next caller to find.
func require(_ result: Int32, or error: JOSEError = .cryptoFailure) throws(JOSEError) {
    guard result == 1 else { throw cleared(error) }
}

/// The value OpenSSL made, or the error when it made none.
func require<Value>(_ value: Value?, or error: JOSEError = .cryptoFailure) throws(JOSEError) -> Value {
    guard let value else { throw cleared(error) }
    return value
}

/// The same error, with OpenSSL's queue of this thread emptied.
func cleared(_ error: JOSEError) -> JOSEError {
    ERR_clear_error()
    return error
}
