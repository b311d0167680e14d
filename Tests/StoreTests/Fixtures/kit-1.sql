-- A file of the first version of the kit's tables, as text; invented content. Never regenerated.
PRAGMA page_size = 1024;
PRAGMA application_id = 1397247573;
PRAGMA user_version = 1;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE _meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO _meta VALUES('kit','1');
CREATE TABLE _migration (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied INTEGER NOT NULL
) STRICT;
INSERT INTO _migration VALUES(1,'create notes','18c5d50194cebf734da95e2b0ac2d2d8a2c90860ee07d436b5ea9cf7789bb8e3',1760000000000);
CREATE TABLE _log (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    type TEXT NOT NULL,
    subject TEXT,
    time INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    organisation TEXT,
    correlation BLOB NOT NULL,
    causation BLOB,
    target TEXT,
    reach TEXT NOT NULL,
    traceparent TEXT,
    payload BLOB NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
INSERT INTO _log VALUES(1,X'01900000000070008000000000000001','notes.note-added.v1','note/1',1760000000001,'person','7','窗口一',NULL,X'01900000000070008000000000000001',NULL,NULL,'local',NULL,X'7b22e794b2223a317d',X'0000000000000000000000000000000000000000000000000000000000000000',X'8f0db42a303eb1b5c40804fc018780a30262b78ad61874ce0ff29631f93427d0');
INSERT INTO _log VALUES(2,X'01900000000070008000000000000002','notes.note-added.v1',NULL,1760000000002,'person','7','窗口一','91350100M000100Y43',X'01900000000070008000000000000002',X'01900000000070008000000000000001','hub/registry','upward','00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',X'7b7d',X'8f0db42a303eb1b5c40804fc018780a30262b78ad61874ce0ff29631f93427d0',X'8c54ef30d2b7d7a6b8ab6165a4aad9cb8e6673b94705bf190bb7fc0824a21503');
CREATE TABLE _head (n INTEGER PRIMARY KEY CHECK (n = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
INSERT INTO _head VALUES(1,2,X'8c54ef30d2b7d7a6b8ab6165a4aad9cb8e6673b94705bf190bb7fc0824a21503');
CREATE TABLE _cursor (source TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO _cursor VALUES('hub/registry',41);
CREATE TABLE _done (
    n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, type TEXT NOT NULL, reply BLOB NOT NULL, time INTEGER NOT NULL
) STRICT;
INSERT INTO _done VALUES(1,X'01900000000070008000000000000001','notes.add-note.v1',X'010203',1760000000000);
CREATE TABLE _job (
    id INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    payload BLOB NOT NULL,
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    key TEXT,
    error TEXT,
    failed INTEGER NOT NULL DEFAULT 0 CHECK (failed IN (0, 1))
) STRICT;
INSERT INTO _job VALUES(1,'call',X'09',1760000000000,0,'k',NULL,0);
CREATE TABLE _parked (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    seq INTEGER NOT NULL,
    subject TEXT,
    type TEXT NOT NULL,
    cause TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    time INTEGER NOT NULL,
    discarded INTEGER,
    reason TEXT,
    discarded_by TEXT
) STRICT;
INSERT INTO _parked VALUES(1,'hub/market',5,'order/1','market.ordered.v1','boom',8,1760000000000,NULL,NULL,NULL);
CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO note VALUES(1,'留存');
CREATE INDEX _log_subject ON _log (subject, seq) WHERE subject IS NOT NULL;
CREATE INDEX _log_correlation ON _log (correlation);
CREATE INDEX _job_due ON _job (run_at, id) WHERE failed = 0;
CREATE UNIQUE INDEX _job_key ON _job (type, key) WHERE failed = 0 AND key IS NOT NULL;
CREATE UNIQUE INDEX _parked_waiting ON _parked (source, seq) WHERE discarded IS NULL;
CREATE INDEX _parked_subject ON _parked (source, subject, seq) WHERE discarded IS NULL;
COMMIT;
