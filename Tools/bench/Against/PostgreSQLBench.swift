import Foundation

/// The same three writes in PostgreSQL, by a function, one synchronous transaction for each command, 64 clients.
struct PostgreSQLBench {
    let place: Workplace
    let seconds: Double
    /// In front of the server's program: `SlowDisk.words`.
    let words: [String]
    /// Of the names of what is measured.
    let prefix: String

    func run(into report: inout Report) throws {
        guard let initdb = Workplace.find("initdb"), let pgbench = Workplace.find("pgbench"), let control = Workplace.find("pg_ctl"),
            let psql = Workplace.find("psql"), let ready = Workplace.find("pg_isready"), let server = Workplace.find("postgres")
        else {
            report.notes.append("PostgreSQL is not installed: `apt-get install postgresql`, then `--against postgresql`.")
            return
        }
        // PostgreSQL refuses to run as root; its own account needs a folder that it may enter.
        let isRoot = getuid() == 0
        let folder = isRoot ? "/tmp/shuniu-bench-postgresql-\(getpid())" : try place.room("postgresql")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if isRoot { _ = try call(["chown", "postgres", folder], asServer: false) }
        let port = try Servers.freePort()
        _ = try call([initdb, "-D", "\(folder)/db", "-A", "trust", "-U", "bench"], asServer: isRoot)
        // In the foreground: whoever waits for a control program that leaves a server behind waits for the server.
        let running = try process(
            words + [server, "-D", "\(folder)/db", "-p", "\(port)", "-k", folder, "-c", "listen_addresses=", "-c", "max_connections=100"], asServer: isRoot)
        running.standardOutput = FileHandle.nullDevice
        try Self.start(running)
        defer {
            _ = try? call([control, "-D", "\(folder)/db", "-w", "-m", "fast", "stop"], asServer: isRoot)
            if running.isRunning { running.waitUntilExit() }
        }
        for attempt in 0... {
            if (try? call([ready, "-h", folder, "-p", "\(port)"], asServer: false)) != nil { break }
            guard running.isRunning, attempt < 300 else { throw BenchError("PostgreSQL did not start; try \(server) by hand") }
            usleep(100_000)
        }
        let schema = """
            CREATE TABLE state (id bigint PRIMARY KEY, value text NOT NULL, changes int NOT NULL);
            CREATE TABLE done (id uuid PRIMARY KEY, reply bytea NOT NULL);
            CREATE TABLE log (seq bigserial PRIMARY KEY, id uuid NOT NULL, type text NOT NULL, payload bytea NOT NULL);
            CREATE FUNCTION command(n bigint) RETURNS void LANGUAGE plpgsql AS $$
            DECLARE key uuid := gen_random_uuid();
            BEGIN
                INSERT INTO state VALUES (n, 'value ' || n, 1) ON CONFLICT (id) DO UPDATE SET value = excluded.value, changes = state.changes + 1;
                INSERT INTO done VALUES (key, '{}');
                INSERT INTO log (id, type, payload) VALUES (key, 'bench.state-changed.v1', convert_to(repeat('a', 200), 'UTF8'));
            END $$;
            """
        try schema.write(toFile: "\(folder)/schema.sql", atomically: true, encoding: .utf8)
        try "\\set n random(1, 10000)\nSELECT command(:n);\n".write(toFile: "\(folder)/command.sql", atomically: true, encoding: .utf8)
        _ = try call([psql, "-q", "-h", folder, "-p", "\(port)", "-U", "bench", "-d", "postgres", "-f", "\(folder)/schema.sql"], asServer: false)
        let text = try call(
            [
                pgbench, "-n", "-M", "prepared", "-h", folder, "-p", "\(port)", "-U", "bench", "-c", "64", "-j", "2", "-T",
                "\(Int(max(3, seconds)))", "-f", "\(folder)/command.sql", "postgres",
            ], asServer: false)
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("tps = ") }),
            let rate = line.split(separator: " ").dropFirst(2).first.flatMap({ Double($0) })
        else { throw BenchError("pgbench gave no rate: \(text.suffix(200))") }
        report.add("\(prefix)postgresql.64", rate, "1/s")
        if let own = report.readings.last(where: { $0.name == "\(prefix)store.group.64" })?.value {
            report.add("\(prefix)store.group.64.postgresql", own / rate, "× PostgreSQL")
        }
    }

    /// With no signal blocked: a thread of a task blocks them all, its children inherit that, and `pgbench -T` waits for its alarm for ever.
    private static func start(_ process: Process) throws {
        var none = sigset_t(), before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
    }

    private func process(_ words: [String], asServer: Bool) throws -> Process {
        let words = asServer ? ["runuser", "-u", "postgres", "--"] + words : words
        guard let program = words[0].hasPrefix("/") ? words[0] : Workplace.find(words[0]) else { throw BenchError("no \(words[0])") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = URL(fileURLWithPath: "/tmp")
        process.standardError = FileHandle.nullDevice
        return process
    }

    private func call(_ words: [String], asServer: Bool) throws -> String {
        let process = try process(words, asServer: asServer)
        let output = Pipe()
        process.standardOutput = output
        try Self.start(process)
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchError("\(words.prefix(6)) ended with \(process.terminationStatus)") }
        return text
    }
}
