#pragma once
#include <sqlite3.h>
#include "files.h"

// A variadic function, which Swift does not import. Works only before the library's first use.
static inline int shuniu_sqlite_uncounted(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

// SQLITE_TRANSIENT is a cast that Swift does not import.
static inline sqlite3_destructor_type shuniu_sqlite_transient(void) { return SQLITE_TRANSIENT; }

// Syncs the database's own file through SQLite's descriptor: closing another one would drop the process's locks.
static inline int shuniu_sqlite_sync(sqlite3 *database) {
    sqlite3_file *file = 0;
    if (sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || !file || !file->pMethods) return SQLITE_ERROR;
    return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

// A variadic function. The last connection that closes leaves the write-ahead log as it is.
static inline int shuniu_sqlite_keep_log(sqlite3 *database) { return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, 0); }
