// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import ArgumentParser
import Manifest

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        _superCommandName: "trimtab",
        abstract: "Serve a fleet until stopped.",
        discussion: """
            Follows the fleet and its sources, syncs the units of the targets that name this machine, watches them, \
            and puts back what is changed by hand. Serves the API on a unix socket in the state folder, and with --listen \
            on the network, too, to those who sign in. SIGTERM ends it after the act in flight.

            Examples:
              trimtab run --fleet https://git.example.org/fleet.git --trust /etc/trimtab/trust.yaml
              trimtab run --fleet ./my-fleet --state ./my-state
              trimtab run --fleet ./my-fleet --target edge-1 --log-format json
              trimtab run --log-level warning --log-level notifications=debug
              trimtab run --listen 127.0.0.1:8080
              trimtab run --listen :8443 --tls-cert /etc/trimtab/tls.crt --tls-key /etc/trimtab/tls.key
              trimtab run --listen 127.0.0.1:8080 --external-url https://hub.example.org
            """)

    @OptionGroup var state: StateOptions
    @OptionGroup var fleet: FleetOptions

    @OptionGroup var listening: ListenOptions

    @Option(
        help: ArgumentHelp(
            "Erase the details of events that are older than this: 90d. That something was done, by whom, when and "
                + "to which unit, is kept, and so is the chain. Default: nothing is erased.", valueName: "time"))
    var retain: LengthOfTime?

    @Option(help: ArgumentHelp("How the daemon's own log is written.", valueName: "format"))
    var logFormat = DaemonRequest.LogFormat.text

    @Option(
        name: .customLong("log-level"),
        help: ArgumentHelp(
            "From which level on: debug, info (the default), warning, error; or of one part alone, such as "
                + "notifications=debug: \(DaemonRequest.LogRoom.allCases.map(\.rawValue).joined(separator: ", ")). "
                + "May be repeated.", valueName: "level"))
    var logLevels: [LogLevelChoice] = []

    func validate() throws {
        if let retain, retain.duration < Self.shortestRetention {
            throw ValidationError("--retain must be at least 1d")
        }
    }

    private static let shortestRetention = Duration.seconds(86_400)

    func run() async throws {
        let request = try fleet.request(state: try state.folder)
        try await Environment.current.parts.runDaemon(
            DaemonRequest(
                engine: request, listen: try listening.request, retain: retain?.duration, logFormat: logFormat,
                logLevel: logLevels.last { $0.room == nil }?.level ?? .info,
                roomLevels: Dictionary(logLevels.compactMap { choice in choice.room.map { ($0, choice.level) } }) { $1 }
            ))
    }
}
