#pragma once
#include <sqlite3.h>

/* Tells SQLite to copy what is bound; the C macro is a cast that Swift does not import. */
static inline sqlite3_destructor_type mandate_sqlite_transient(void) { return SQLITE_TRANSIENT; }
