import ArgumentParser
import AsyncHTTPClient
import GRDB
import Hummingbird
import Subprocess
import ServiceLifecycle
import CLibYAML
@main struct Trimtab: ParsableCommand { func run() { print("x") } }
