#pragma once
#include <sqlite3.h>

// A variadic function, which Swift does not import. Works only before the library's first use.
static inline int shuniu_sqlite_uncounted(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

// SQLITE_TRANSIENT is a cast that Swift does not import.
static inline sqlite3_destructor_type shuniu_sqlite_transient(void) { return SQLITE_TRANSIENT; }
