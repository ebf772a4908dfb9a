// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Fleet
package import Kustomize
package import Manifest
package import Model

/// Everything that commands take from outside: the process, its terminal and the engine's parts. Tests give their
/// own; the executable gives the real ones.
package struct Environment: Sendable {
    package var variables: [String: String]
    package var user: UInt32
    /// Who acts in this process.
    package var actor: @Sendable () -> Actor
    /// What relative paths are relative to; `nil` when it was removed.
    package var workingFolder: String?
    package var terminal: Terminal
    package var now: @Sendable () -> Time
    package var parts: Parts
    /// How long a command waits for a state folder that somebody else holds without answering.
    package var patience = Duration.seconds(5)

    package init(
        variables: [String: String], user: UInt32, actor: @escaping @Sendable () -> Actor, workingFolder: String?,
        terminal: Terminal, now: @escaping @Sendable () -> Time, parts: Parts
    ) {
        self.variables = variables
        self.user = user
        self.actor = actor
        self.workingFolder = workingFolder
        self.terminal = terminal
        self.now = now
        self.parts = parts
    }

    /// The environment of the command that runs in this task.
    @TaskLocal static var current = Environment(
        variables: [:], user: 0, actor: { .trimtab }, workingFolder: nil, terminal: .nowhere,
        now: { Time(nanoseconds: 0) }, parts: .none)
}

/// What the engine's assembly does for the command line.
package struct Parts: Sendable {
    /// Makes an engine in this process for as long as `body` runs. Throws ``APIError/Code/locked`` when another
    /// process holds the lock on the state folder.
    package var withEngine:
        @Sendable (EngineRequest, _ body: @escaping @Sendable (any Operations) async throws -> Void) async throws ->
            Void
    /// Runs the daemon until a signal ends it.
    package var runDaemon: @Sendable (DaemonRequest) async throws -> Void
    /// Checks a fleet in a folder, and what it renders when that is asked for.
    package var validate: @Sendable (FleetCheckRequest) async throws(APIError) -> FleetCheck
    /// What can be written in a fleet and in what its applications render, in the order of explanation.
    package var kinds: @Sendable () -> [KindSchema]
    /// Opens the journal of a state folder, without an engine.
    package var withJournal:
        @Sendable (_ state: Text, _ body: @escaping @Sendable (any JournalOperations) async throws -> Void) async throws
            -> Void
    /// Also of a state folder that a daemon holds.
    package var exportJournal:
        @Sendable (_ state: Text, _ write: @escaping @Sendable ([UInt8]) throws -> Void) async throws -> Void
    /// Trusts no daemon: whoever could change the journal could make it say that all is well.
    package var verifyJournal: @Sendable (JournalPlace, [CheckpointView]) async throws -> Verification
    /// Everything that needs keys.
    package var secrets: SecretTools

    /// Builds the kustomization of a folder on disk.
    package var renderFolder: @Sendable (FolderRequest) async throws(APIError) -> [BuiltObject] = {
        (_: FolderRequest) async throws(APIError) -> [BuiltObject] in throw missing
    }

    /// The tokens of a state folder that no daemon holds.
    package var withTokens:
        @Sendable (_ state: Text, _ body: @escaping @Sendable (any TokenOperations) async throws -> Void) async throws
            -> Void = { _, _ in throw missing }

    /// Nothing of an engine: for commands that need none.
    package static let none = Parts(
        withEngine: { _, _ in throw missing }, runDaemon: { _ in throw missing },
        validate: { _ throws(APIError) in throw missing }, kinds: { FleetKind.schemas },
        withJournal: { _, _ in throw missing }, exportJournal: { _, _ in throw missing },
        verifyJournal: { _, _ in throw missing })

    private static let missing = APIError(.failed, "this process has no engine")

    package init(
        withEngine:
            @escaping @Sendable (
                EngineRequest, @escaping @Sendable (any Operations) async throws -> Void
            ) async throws -> Void,
        runDaemon: @escaping @Sendable (DaemonRequest) async throws -> Void,
        validate: @escaping @Sendable (FleetCheckRequest) async throws(APIError) -> FleetCheck,
        kinds: @escaping @Sendable () -> [KindSchema],
        withJournal:
            @escaping @Sendable (
                Text, @escaping @Sendable (any JournalOperations) async throws -> Void
            ) async throws -> Void,
        exportJournal: @escaping @Sendable (Text, @escaping @Sendable ([UInt8]) throws -> Void) async throws -> Void,
        verifyJournal: @escaping @Sendable (JournalPlace, [CheckpointView]) async throws -> Verification,
        secrets: SecretTools = .none
    ) {
        self.withEngine = withEngine
        self.runDaemon = runDaemon
        self.validate = validate
        self.kinds = kinds
        self.withJournal = withJournal
        self.exportJournal = exportJournal
        self.verifyJournal = verifyJournal
        self.secrets = secrets
    }
}

/// Where a journal lies.
package enum JournalPlace: Sendable, Hashable {
    /// In a state folder.
    case state(Text)
    /// In a file that `trimtab audit export` made.
    case export(Text)
}

/// What an engine is made for, in this process.
package struct EngineRequest: Sendable, Hashable {
    /// The state folder, absolute. Made (0700) when it is not there and a fleet is given for it.
    package var state: Text
    /// A URL or an absolute folder; `nil` for the one that the state folder remembers.
    package var fleet: Text?
    /// A file with allowed signers and host keys of the fleet repository.
    package var trust: Text?
    /// Serve these targets instead of those that name this machine.
    package var targets: [TargetName]
    /// A server that is asked instead of anything in this machine.
    package var remote: RemoteEngine?

    package init(state: Text, fleet: Text? = nil, trust: Text? = nil, targets: [TargetName] = []) {
        self.state = state
        self.fleet = fleet
        self.trust = trust
        self.targets = targets
    }
}

/// A folder to build, on disk or in a commit.
package struct FolderRequest: Sendable {
    /// A commit of a repository, read without a checkout.
    package struct Place: Sendable, Hashable {
        /// A URL, or an absolute path.
        package var repository: Text
        /// A branch, tag or full commit id; `nil` for what the repository itself calls its branch.
        package var revision: Text?
        /// A file that says whom to trust; `nil` for nobody in particular.
        package var trust: Text?

        package init(repository: Text, revision: Text? = nil, trust: Text? = nil) {
            self.repository = repository
            self.revision = revision
            self.trust = trust
        }
    }

    /// Absolute; of a repository, from its root.
    package var folder: Text
    /// `nil` for the disk.
    package var place: Place?
    /// What nothing may be read outside of, absolute; `nil` to find one.
    package var root: Text?
    /// Where whoever asks is: what lies there is told by its path from there, all else absolutely.
    package var workingFolder: Text?
    package var options: Kustomization.Options

    package init(
        folder: Text, in place: Place? = nil, root: Text? = nil,
        options: Kustomization.Options = Kustomization.Options()
    ) {
        self.folder = folder
        self.place = place
        self.root = root
        self.options = options
    }
}

/// What a daemon is started with.
package struct DaemonRequest: Sendable, Hashable {
    package enum LogFormat: String, Sendable, Hashable, CaseIterable {
        case text, json
    }

    package enum LogLevel: String, Sendable, Hashable, CaseIterable {
        case debug, info, warning, error
    }

    /// Parts of the daemon whose log has a level of its own.
    package enum LogRoom: String, Sendable, Hashable, CaseIterable {
        /// What the journal records.
        case journal
        /// The API, pages and sign-ins.
        case server
        case notifications, webhooks, checkpoints, traces
    }

    /// Where to listen beside the socket in the state folder.
    package struct Listen: Sendable, Hashable {
        package struct Files: Sendable, Hashable {
            /// PEM: the server's own certificate first.
            package var certificate: Text
            package var key: Text
        }

        package var address: NetworkAddress
        /// `nil`: plain HTTP.
        package var files: Files?
        /// Whether plain HTTP is meant also where other machines can reach it.
        package var allowsPlain: Bool
        /// Where browsers reach it, when something in front of it does TLS.
        package var external: ExternalAddress?
        /// Who is believed where requests come from.
        package var proxies: [AddressRange]

        package init(
            address: NetworkAddress, files: Files? = nil, allowsPlain: Bool = false, external: ExternalAddress? = nil,
            proxies: [AddressRange] = []
        ) {
            self.address = address
            self.files = files
            self.allowsPlain = allowsPlain
            self.external = external
            self.proxies = proxies
        }
    }

    package var engine: EngineRequest
    package var listen: Listen?
    /// How long the payloads of events are kept at least; `nil`: for ever.
    package var retain: Duration?
    package var logFormat: LogFormat
    package var logLevel: LogLevel
    /// Where it is another one.
    package var roomLevels: [LogRoom: LogLevel]

    package init(
        engine: EngineRequest, listen: Listen? = nil, retain: Duration? = nil, logFormat: LogFormat,
        logLevel: LogLevel, roomLevels: [LogRoom: LogLevel] = [:]
    ) {
        self.engine = engine
        self.listen = listen
        self.retain = retain
        self.logFormat = logFormat
        self.logLevel = logLevel
        self.roomLevels = roomLevels
    }
}
