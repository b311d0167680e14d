#pragma once
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

// SQLite writes each page of the write-ahead log by two calls of the system. Here what a COMMIT writes is gathered and written by one, or a few.
//
// A VFS over the system's own, for the connection that writes. Its `-wal` alone is a file of ours; the database and its shared memory are the
// system's, locks and all, so readers and copiers of the process may use the system's VFS for the same file.
//
// Gathered is between `shuniu_log_gather` and `shuniu_log_settle` only, around a COMMIT with `synchronous = FULL`. Such a COMMIT writes its frames,
// syncs the log, and then shows them to readers by the shared memory (sqlite3WalFrames in SQLite's wal.c), and what is gathered is written before
// that sync. So nobody is shown what is not in the file, and a write that fails fails the COMMIT, with the same code. What is written earlier in
// a transaction (a cache that spills), by migrations, with another `synchronous` or by a checkpoint is never gathered.

#define SHUNIU_LOG_VFS "shuniu-log"

enum {
    // SQLite's VFS for Unix writes at most 131,071 bytes at a time, and of more only what exceeds a multiple of 131,072 (seekAndWriteFd).
    SHUNIU_LOG_ROOM = 127 << 10,
    // What the log begins with, before its first frame.
    SHUNIU_LOG_HEADER = 32,
    // A file control, answered by our file only; SQLite's own are below 100.
    SHUNIU_LOG_ITSELF = 7001,
};

typedef struct {
    sqlite3_file file;
    // Nonzero while a COMMIT is under way whose frames are not synced yet.
    int gathers;
    // Nonzero once frames were written since then.
    int has_frames;
    // Of the gathered write that failed: the COMMIT can do nothing more with the file.
    int failure;
    // What is gathered and belongs at `offset`. The memory is there while a COMMIT needs it.
    int count;
    sqlite3_int64 offset;
    char *bytes;
    // Writes to the system's file since it was opened.
    sqlite3_int64 writes;
    // Behind it lies the system's file.
} shuniu_log;

static inline sqlite3_file *shuniu_log_below(shuniu_log *log) { return (sqlite3_file *)(log + 1); }

static inline int shuniu_log_pass(shuniu_log *log, const void *bytes, int count, sqlite3_int64 offset) {
    sqlite3_file *below = shuniu_log_below(log);
    log->writes += 1;
    return below->pMethods->xWrite(below, bytes, count, offset);
}

// Writes what is gathered. Where that fails it is gone, since SQLite takes the transaction back.
static inline int shuniu_log_flush(shuniu_log *log) {
    if (!log->count) return SQLITE_OK;
    int count = log->count;
    log->count = 0;
    return log->failure = shuniu_log_pass(log, log->bytes, count, log->offset);
}

static inline int shuniu_log_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    shuniu_log *log = (shuniu_log *)file;
    if (log->failure) return log->failure;
    int follows = log->count && offset == log->offset + log->count && count <= SHUNIU_LOG_ROOM - log->count;
    if (!follows && shuniu_log_flush(log)) return log->failure;
    if (log->gathers && offset >= SHUNIU_LOG_HEADER) log->has_frames = 1;
    if (log->gathers && !log->bytes) log->bytes = (char *)malloc(SHUNIU_LOG_ROOM);
    if (!log->gathers || !log->bytes || count > SHUNIU_LOG_ROOM) return shuniu_log_pass(log, bytes, count, offset);
    if (!log->count) log->offset = offset;
    memcpy(log->bytes + log->count, bytes, count);
    log->count += count;
    return SQLITE_OK;
}

static inline int shuniu_log_sync(sqlite3_file *file, int flags) {
    shuniu_log *log = (shuniu_log *)file;
    sqlite3_file *below = shuniu_log_below(log);
    if (log->failure || shuniu_log_flush(log)) return log->failure;
    // The header of a log that begins anew is synced by itself, before the frames. After those nothing is gathered any more: where the disk
    // may tear a sector, SQLite fills up the last one behind this sync, and there is none after it.
    if (log->has_frames) log->gathers = 0;
    return below->pMethods->xSync(below, flags);
}

static inline int shuniu_log_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    shuniu_log *log = (shuniu_log *)file;
    sqlite3_file *below = shuniu_log_below(log);
    return shuniu_log_flush(log) ? log->failure : below->pMethods->xRead(below, bytes, count, offset);
}

static inline int shuniu_log_truncate(sqlite3_file *file, sqlite3_int64 size) {
    shuniu_log *log = (shuniu_log *)file;
    sqlite3_file *below = shuniu_log_below(log);
    return shuniu_log_flush(log) ? log->failure : below->pMethods->xTruncate(below, size);
}

static inline int shuniu_log_size(sqlite3_file *file, sqlite3_int64 *size) {
    shuniu_log *log = (shuniu_log *)file;
    sqlite3_file *below = shuniu_log_below(log);
    return shuniu_log_flush(log) ? log->failure : below->pMethods->xFileSize(below, size);
}

static inline int shuniu_log_control(sqlite3_file *file, int operation, void *argument) {
    shuniu_log *log = (shuniu_log *)file;
    sqlite3_file *below = shuniu_log_below(log);
    if (operation == SHUNIU_LOG_ITSELF) {
        *(shuniu_log **)argument = log;
        return SQLITE_OK;
    }
    return shuniu_log_flush(log) ? log->failure : below->pMethods->xFileControl(below, operation, argument);
}

static inline int shuniu_log_close(sqlite3_file *file) {
    shuniu_log *log = (shuniu_log *)file;
    sqlite3_file *below = shuniu_log_below(log);
    free(log->bytes);
    log->bytes = 0;
    return below->pMethods->xClose(below);
}

static inline int shuniu_log_lock(sqlite3_file *file, int level) {
    sqlite3_file *below = shuniu_log_below((shuniu_log *)file);
    return below->pMethods->xLock(below, level);
}

static inline int shuniu_log_unlock(sqlite3_file *file, int level) {
    sqlite3_file *below = shuniu_log_below((shuniu_log *)file);
    return below->pMethods->xUnlock(below, level);
}

static inline int shuniu_log_is_reserved(sqlite3_file *file, int *answer) {
    sqlite3_file *below = shuniu_log_below((shuniu_log *)file);
    return below->pMethods->xCheckReservedLock(below, answer);
}

static inline int shuniu_log_sector(sqlite3_file *file) {
    sqlite3_file *below = shuniu_log_below((shuniu_log *)file);
    return below->pMethods->xSectorSize(below);
}

static inline int shuniu_log_traits(sqlite3_file *file) {
    sqlite3_file *below = shuniu_log_below((shuniu_log *)file);
    return below->pMethods->xDeviceCharacteristics(below);
}

// Version 1: shared memory and mapping are the database's, and that is the system's file.
static const sqlite3_io_methods shuniu_log_methods = {
    1, shuniu_log_close, shuniu_log_read, shuniu_log_write, shuniu_log_truncate, shuniu_log_sync, shuniu_log_size, shuniu_log_lock,
    shuniu_log_unlock, shuniu_log_is_reserved, shuniu_log_control, shuniu_log_sector, shuniu_log_traits,
};

static inline int shuniu_log_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *given) {
    sqlite3_vfs *system = sqlite3_vfs_find(0);
    (void)vfs;
    if (!(flags & SQLITE_OPEN_WAL)) return system->xOpen(system, name, file, flags, given);
    shuniu_log *log = (shuniu_log *)file;
    memset(log, 0, sizeof *log);
    int code = system->xOpen(system, name, shuniu_log_below(log), flags, given);
    if (code == SQLITE_OK) log->file.pMethods = &shuniu_log_methods;
    return code;
}

// Makes the VFS known under its name; once in a process. Everything but opening is the system's.
static inline int shuniu_log_register(void) {
    static sqlite3_vfs vfs;
    sqlite3_vfs *system = sqlite3_vfs_find(0);
    if (!system) return SQLITE_ERROR;
    vfs = *system;
    vfs.pNext = 0;
    vfs.zName = SHUNIU_LOG_VFS;
    vfs.szOsFile += (int)sizeof(shuniu_log);
    vfs.xOpen = shuniu_log_open;
    return sqlite3_vfs_register(&vfs, 0);
}

// The write-ahead log of a connection of ours; null where it is not open. The file is asked, not known by its methods: those exist once for
// every Swift file that calls functions of this header.
static inline shuniu_log *shuniu_log_of(sqlite3 *database) {
    sqlite3_file *file = 0;
    shuniu_log *log = 0;
    sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    if (file && file->pMethods && file->pMethods->xFileControl) file->pMethods->xFileControl(file, SHUNIU_LOG_ITSELF, &log);
    return log;
}

// From here on what is written is gathered, until frames were synced.
static inline void shuniu_log_gather(sqlite3 *database) {
    shuniu_log *log = shuniu_log_of(database);
    if (log) log->gathers = 1;
}

// After the COMMIT. Where it failed before its sync, what is gathered is of a transaction that is taken back.
static inline void shuniu_log_settle(sqlite3 *database) {
    shuniu_log *log = shuniu_log_of(database);
    if (!log) return;
    free(log->bytes);
    log->bytes = 0;
    log->gathers = log->has_frames = log->failure = log->count = 0;
}

static inline sqlite3_int64 shuniu_log_writes(sqlite3 *database) {
    shuniu_log *log = shuniu_log_of(database);
    return log ? log->writes : 0;
}
