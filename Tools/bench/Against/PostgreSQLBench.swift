import Foundation

/// The same three writes in PostgreSQL, by a function, one synchronous transaction for each command, 64 clients.
struct PostgreSQLBench {
    let place: Workplace
    let seconds: Double

    func run(into report: inout Report) throws {
        guard let initdb = Workplace.find("initdb"), let pgbench = Workplace.find("pgbench"), let control = Workplace.find("pg_ctl"),
            let psql = Workplace.find("psql")
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
        _ = try call(
            [
                control, "-D", "\(folder)/db", "-w", "-l", "\(folder)/log", "-o",
                "-p \(port) -k \(folder) -c listen_addresses='' -c max_connections=100", "start",
            ], asServer: isRoot)
        defer { _ = try? call([control, "-D", "\(folder)/db", "-w", "-m", "fast", "stop"], asServer: isRoot) }
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
        report.add("postgresql.64", rate, "1/s")
        if let own = report.readings.last(where: { $0.name == "store.group.64" })?.value {
            report.add("store.group.64.postgresql", own / rate, "× PostgreSQL")
        }
    }

    private func call(_ words: [String], asServer: Bool) throws -> String {
        let words = asServer ? ["runuser", "-u", "postgres", "--"] + words : words
        guard let program = words[0].hasPrefix("/") ? words[0] : Workplace.find(words[0]) else { throw BenchError("no \(words[0])") }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = URL(fileURLWithPath: "/tmp")
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        // A started server keeps the pipe open; its control program does not.
        if words.last == "start" {
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw BenchError("PostgreSQL did not start") }
            return ""
        }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchError("\(words.prefix(6)) ended with \(process.terminationStatus)") }
        return text
    }
}
