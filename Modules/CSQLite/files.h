#pragma once
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

// How SQLite's files are written, for the connections that write: a VFS which lets the system's own open everything and then puts a few functions
// in the place of its. Locks and shared memory stay the system's, so other connections of the process may use the same file without it.
//
// 1. A COMMIT writes its part of the write-ahead log by one call of the system, or a few, instead of two for each page. Gathered is between
// `shuniu_log_gather` and `shuniu_log_settle` only, around a COMMIT with `synchronous = FULL`. Such a COMMIT writes its frames, syncs the log, and
// then shows them to readers by the shared memory (sqlite3WalFrames in SQLite's wal.c); what is gathered is written before that sync. So nobody is
// shown what is not in the file, and a write that fails fails the COMMIT, with the same code. What is written earlier in a transaction
// (a cache that spills), by migrations, with another `synchronous` or by a checkpoint is not gathered.
//
// 2. Whoever copies the log into the database syncs it again and again meanwhile (`shuniu_sync_parts`), so that a COMMIT's own sync never waits for more.

#define SHUNIU_VFS "shuniu"

enum {
    // SQLite's VFS for Unix writes at most 131,071 bytes at a time, and of more only what exceeds a multiple of 131,072 (seekAndWriteFd).
    SHUNIU_LOG_ROOM = 127 << 10,
    // What the log begins with, before its first frame.
    SHUNIU_LOG_HEADER = 32,
    // A file control that our files alone answer; SQLite's own are below 100.
    SHUNIU_FILE_ITSELF = 7001,
};

// Lies behind the system's file, in the room that SQLite gives both.
typedef struct {
    // First, since a file leads here by its methods. Those not replaced are the system's.
    sqlite3_io_methods methods;
    const sqlite3_io_methods *system;

    // Of a log. Nonzero while a COMMIT is under way whose frames are not synced yet; once it wrote frames.
    int gathers, has_frames;
    // Of the gathered write that failed: the COMMIT writes and syncs no more.
    int failure;
    // What is gathered and belongs at `offset`. The memory is there while a COMMIT needs it.
    int count;
    sqlite3_int64 offset;
    char *bytes;
    sqlite3_int64 writes;

    // Of a database. It is synced whenever so many bytes were written, where not 0.
    int part, unsynced;
    sqlite3_int64 syncs;
} shuniu_file;

static inline shuniu_file *shuniu_file_of(sqlite3_file *file) { return (shuniu_file *)file->pMethods; }

static inline int shuniu_file_control(sqlite3_file *file, int operation, void *argument) {
    if (operation != SHUNIU_FILE_ITSELF) return shuniu_file_of(file)->system->xFileControl(file, operation, argument);
    *(shuniu_file **)argument = shuniu_file_of(file);
    return SQLITE_OK;
}

// MARK: The write-ahead log

static inline int shuniu_log_pass(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    shuniu_file *log = shuniu_file_of(file);
    log->writes += 1;
    return log->system->xWrite(file, bytes, count, offset);
}

// Writes what is gathered. Where that fails it is gone, since SQLite takes the transaction back.
static inline int shuniu_log_flush(sqlite3_file *file) {
    shuniu_file *log = shuniu_file_of(file);
    if (!log->count) return SQLITE_OK;
    int count = log->count;
    log->count = 0;
    return log->failure = shuniu_log_pass(file, log->bytes, count, log->offset);
}

static inline int shuniu_log_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    shuniu_file *log = shuniu_file_of(file);
    if (log->failure) return log->failure;
    int follows = log->count && offset == log->offset + log->count && count <= SHUNIU_LOG_ROOM - log->count;
    if (!follows && shuniu_log_flush(file)) return log->failure;
    if (log->gathers && offset >= SHUNIU_LOG_HEADER) log->has_frames = 1;
    if (log->gathers && !log->bytes) log->bytes = (char *)malloc(SHUNIU_LOG_ROOM);
    if (!log->gathers || !log->bytes || count > SHUNIU_LOG_ROOM) return shuniu_log_pass(file, bytes, count, offset);
    if (!log->count) log->offset = offset;
    memcpy(log->bytes + log->count, bytes, count);
    log->count += count;
    return SQLITE_OK;
}

static inline int shuniu_log_sync(sqlite3_file *file, int flags) {
    shuniu_file *log = shuniu_file_of(file);
    if (log->failure || shuniu_log_flush(file)) return log->failure;
    // The header of a log that begins anew is synced by itself, before the frames. After those nothing is gathered any more: where the disk
    // may tear a sector, SQLite fills up the last one behind this sync, and there is none after it.
    if (log->has_frames) log->gathers = 0;
    return log->system->xSync(file, flags);
}

static inline int shuniu_log_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    int code = shuniu_log_flush(file);
    return code ? code : shuniu_file_of(file)->system->xRead(file, bytes, count, offset);
}

static inline int shuniu_log_truncate(sqlite3_file *file, sqlite3_int64 size) {
    int code = shuniu_log_flush(file);
    return code ? code : shuniu_file_of(file)->system->xTruncate(file, size);
}

static inline int shuniu_log_size(sqlite3_file *file, sqlite3_int64 *size) {
    int code = shuniu_log_flush(file);
    return code ? code : shuniu_file_of(file)->system->xFileSize(file, size);
}

static inline int shuniu_log_close(sqlite3_file *file) {
    free(shuniu_file_of(file)->bytes);
    return shuniu_file_of(file)->system->xClose(file);
}

// MARK: The database

static inline int shuniu_base_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    shuniu_file *base = shuniu_file_of(file);
    int code = base->system->xWrite(file, bytes, count, offset);
    if (code != SQLITE_OK || !base->part || (base->unsynced += count) < base->part) return code;
    base->unsynced = 0;
    base->syncs += 1;
    return base->system->xSync(file, SQLITE_SYNC_NORMAL);
}

// MARK: Opening

static inline int shuniu_file_room(sqlite3_vfs *system) { return (system->szOsFile + 7) & ~7; }

static inline int shuniu_file_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *given) {
    sqlite3_vfs *system = sqlite3_vfs_find(0);
    (void)vfs;
    int code = system->xOpen(system, name, file, flags, given);
    if (code != SQLITE_OK || !(flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_DB))) return code;
    shuniu_file *own = (shuniu_file *)((char *)file + shuniu_file_room(system));
    memset(own, 0, sizeof *own);
    own->system = file->pMethods;
    own->methods = *own->system;
    // The library may be newer than the header that this was compiled with, and know functions for which there is no room here.
    if (own->methods.iVersion > 3) own->methods.iVersion = 3;
    own->methods.xFileControl = shuniu_file_control;
    if (flags & SQLITE_OPEN_WAL) {
        own->methods.xClose = shuniu_log_close;
        own->methods.xRead = shuniu_log_read;
        own->methods.xWrite = shuniu_log_write;
        own->methods.xTruncate = shuniu_log_truncate;
        own->methods.xSync = shuniu_log_sync;
        own->methods.xFileSize = shuniu_log_size;
    } else {
        own->methods.xWrite = shuniu_base_write;
    }
    file->pMethods = &own->methods;
    return SQLITE_OK;
}

// Makes the VFS known under its name; once in a process.
static inline int shuniu_vfs_register(void) {
    static sqlite3_vfs vfs;
    sqlite3_vfs *system = sqlite3_vfs_find(0);
    if (!system) return SQLITE_ERROR;
    vfs = *system;
    if (vfs.iVersion > 3) vfs.iVersion = 3;
    vfs.pNext = 0;
    vfs.zName = SHUNIU_VFS;
    vfs.szOsFile = shuniu_file_room(system) + (int)sizeof(shuniu_file);
    vfs.xOpen = shuniu_file_open;
    return sqlite3_vfs_register(&vfs, 0);
}

// MARK: What a connection asks for

// `which`: SQLITE_FCNTL_JOURNAL_POINTER for the log, SQLITE_FCNTL_FILE_POINTER for the database. Null where it is not open, or not by this VFS.
static inline shuniu_file *shuniu_file_find(sqlite3 *database, int which) {
    sqlite3_file *file = 0;
    shuniu_file *own = 0;
    sqlite3_file_control(database, "main", which, &file);
    // Asked, not known by its methods: those exist once for every Swift file that calls functions of this header.
    if (file && file->pMethods && file->pMethods->xFileControl) file->pMethods->xFileControl(file, SHUNIU_FILE_ITSELF, &own);
    return own;
}

// From here on what is written to the log is gathered, until frames were synced.
static inline void shuniu_log_gather(sqlite3 *database) {
    shuniu_file *log = shuniu_file_find(database, SQLITE_FCNTL_JOURNAL_POINTER);
    if (log) log->gathers = 1;
}

// After the COMMIT. Where it failed before its sync, what is gathered is of a transaction that is taken back.
static inline void shuniu_log_settle(sqlite3 *database) {
    shuniu_file *log = shuniu_file_find(database, SQLITE_FCNTL_JOURNAL_POINTER);
    if (!log) return;
    free(log->bytes);
    log->bytes = 0;
    log->gathers = log->has_frames = log->failure = log->count = 0;
}

// Calls that wrote to the log since it was opened.
static inline sqlite3_int64 shuniu_log_writes(sqlite3 *database) {
    shuniu_file *log = shuniu_file_find(database, SQLITE_FCNTL_JOURNAL_POINTER);
    return log ? log->writes : 0;
}

// The database is synced whenever this connection wrote so many bytes to it. A sync that fails is an error of what is being done.
static inline void shuniu_sync_parts(sqlite3 *database, int bytes) {
    shuniu_file *base = shuniu_file_find(database, SQLITE_FCNTL_FILE_POINTER);
    if (base) base->part = bytes;
}

// How often that was done.
static inline sqlite3_int64 shuniu_part_syncs(sqlite3 *database) {
    shuniu_file *base = shuniu_file_find(database, SQLITE_FCNTL_FILE_POINTER);
    return base ? base->syncs : 0;
}
