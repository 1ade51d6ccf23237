#pragma once
#include <stddef.h>
#include <sqlite3.h>

/* Tells SQLite to copy what is bound; the C macro is a cast that Swift does not import. */
static inline sqlite3_destructor_type mandate_sqlite_transient(void) { return SQLITE_TRANSIENT; }

/* The C library's own search for bytes in bytes; its header shows it to GNU sources only. */
extern void *memmem(const void *where, size_t length, const void *what, size_t size);
static inline int mandate_contains(const void *where, size_t length, const void *what, size_t size) {
    return memmem(where, length, what, size) != 0;
}
