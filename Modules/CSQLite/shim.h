#pragma once
#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast that Swift does not import.
static inline sqlite3_destructor_type shuniu_sqlite_transient(void) { return SQLITE_TRANSIENT; }

// sqlite3_config is variadic, which Swift does not import.
static inline int shuniu_sqlite_lean(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
