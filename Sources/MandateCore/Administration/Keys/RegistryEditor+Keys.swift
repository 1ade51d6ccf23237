extension RegistryEditor {
    /// One step for each algorithm in use, and the end of every key whose tokens have all expired.
    func rotate(
        with fresh: FreshKeys, overlap: Int64, by operatorName: String
    ) throws(Problem) -> [KeyStep] {
        var steps: [KeyStep] = []
        let keys = try keys()
        for key in keys where key.state == .retiring {
            guard let retiredAt = key.retiredAt, retiredAt.advanced(bySeconds: overlap) <= now else { continue }
            steps.append(try move(key, to: .gone, by: operatorName))
        }
        for algorithm in try algorithmsInUse() {
            let ofAlgorithm = keys.filter { $0.algorithm == algorithm }
            let next = ofAlgorithm.first { $0.state == .next }
            guard let active = ofAlgorithm.first(where: { $0.state == .active }) else {
                let first: KeyEntry
                if let next { first = next } else { first = try publish(fresh, algorithm, by: operatorName) }
                steps.append(try move(first, to: .active, by: operatorName))
                continue
            }
            guard let next else {
                let key = try publish(fresh, algorithm, by: operatorName)
                steps.append(KeyStep(.publish, key, until: now.advanced(bySeconds: overlap)))
                continue
            }
            let ready = next.createdAt.advanced(bySeconds: overlap)
            if ready <= now {
                steps.append(try move(next, to: .active, by: operatorName))
                steps.append(try move(active, to: .retiring, by: operatorName, until: now.advanced(bySeconds: overlap)))
            } else {
                steps.append(KeyStep(.wait, next, until: ready))
            }
        }
        return steps
    }

    /// The revoked key, and the one that signs with its algorithm now.
    func revoke(
        _ id: KeyID, because reason: PrintableText?, by operatorName: String
    ) throws(Problem) -> (revoked: KeyEntry, active: KeyEntry?) {
        let keys = try keys()
        guard let key = keys.first(where: { $0.id == id }) else {
            throw Problem(.notFound, "there is no key \(quoted(id.rawValue))")
        }
        let others = keys.filter { $0.algorithm == key.algorithm && $0.id != id }
        let active = others.first { $0.state == .active }
        guard key.state != .revoked else { return (key, active) }
        var revoked = key
        revoked.state = .revoked
        if key.state == .active { revoked.retiredAt = now }
        try save(revoked)
        try record(.keyRevoked, .key(revoked, because: reason), by: operatorName)
        if active == nil, let next = others.first(where: { $0.state == .next }) {
            _ = try move(next, to: .active, by: operatorName)
            return (revoked, next)
        }
        return (revoked, active)
    }

    /// Publishes and activates a fresh key for each algorithm that has none that signs. Which keys were used.
    func ensureKeys(
        _ algorithms: some Collection<SignatureAlgorithm>, with fresh: FreshKeys, by operatorName: String
    ) throws(Problem) -> Set<KeyID> {
        let active = Set(try keys().filter { $0.state == .active }.map(\.algorithm))
        var used: Set<KeyID> = []
        for algorithm in algorithms where !active.contains(algorithm) {
            let key = try publish(fresh, algorithm, by: operatorName)
            used.insert(try move(key, to: .active, by: operatorName).key)
        }
        return used
    }

    private func publish(
        _ fresh: FreshKeys, _ algorithm: SignatureAlgorithm, by operatorName: String
    ) throws(Problem) -> KeyEntry {
        let key = try fresh.entry(for: algorithm, at: now)
        try save(key)
        try record(.keyPublished, .key(key), by: operatorName)
        return key
    }

    private func move(
        _ key: KeyEntry, to state: KeyState, by operatorName: String, until: Instant? = nil
    ) throws(Problem) -> KeyStep {
        var moved = key
        moved.state = state
        let (event, action): (LedgerEvent, KeyStep.Action)
        switch state {
        case .next: (event, action) = (.keyPublished, .publish)
        case .active:
            moved.activatedAt = now
            (event, action) = (.keyActivated, .activate)
        case .retiring:
            moved.retiredAt = now
            (event, action) = (.keyRetired, .retire)
        case .gone: (event, action) = (.keyRemoved, .remove)
        case .revoked: (event, action) = (.keyRevoked, .remove)
        }
        try save(moved)
        try record(event, .key(moved), by: operatorName)
        return KeyStep(action, moved, until: until)
    }
}

extension JSONValue {
    fileprivate static func key(_ key: KeyEntry) -> JSONValue {
        ["kid": .string(key.id.rawValue), "algorithm": .string(key.algorithm.rawValue)]
    }

    fileprivate static func key(_ key: KeyEntry, because reason: PrintableText?) -> JSONValue {
        [
            "kid": .string(key.id.rawValue), "algorithm": .string(key.algorithm.rawValue),
            "reason": .text(reason?.rawValue),
        ]
    }
}
