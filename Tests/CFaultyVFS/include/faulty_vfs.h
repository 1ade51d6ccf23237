#ifndef FAULTY_VFS_H
#define FAULTY_VFS_H

/* A file system for SQLite that fails when it is told to. It hands every call to the system's own and is the default from
   faulty_register() on, so the program under test knows nothing of it. Files outside the watched directories never fail. */

/* What goes wrong. Each kind hits the calls that can fail in this way; only those are counted. */
enum faulty_kind {
    /* Any call: the disk does not answer. */
    FAULTY_IO_ERROR = 0,
    /* Writing, and growing the shared index: no room. */
    FAULTY_FULL = 1,
    /* Writing: half of it arrives, and then there is no room. */
    FAULTY_SHORT_WRITE = 2,
    /* Flushing: what was written may or may not be on the disk. */
    FAULTY_UNSYNCED = 3,
    /* Locking: somebody else holds it. */
    FAULTY_BUSY = 4,
    /* Locking for writing: somebody else holds it. */
    FAULTY_LOCKED = 5,
};

/* Makes this the default file system of the process; 0 when it is. May be called often. */
int faulty_register(void);

/* Watches what is opened below `directory` from now on; answers a number for it, or -1 when too many are watched. */
int faulty_watch(const char *directory);

/* Ends the watch. The files must be closed. */
void faulty_unwatch(int watch);

/* The `at`-th call of a kind fails from now on, counted from 1; with `lasting`, every later one as well. */
void faulty_arm(int watch, int kind, long at, int lasting);

/* Every call of a kind fails with a probability of one in `odds`, drawn from `seed`. */
void faulty_arm_randomly(int watch, int kind, unsigned odds, unsigned long long seed);

/* Nothing fails any more. */
void faulty_heal(int watch);

/* How many calls failed since the watch was armed. */
long faulty_failures(int watch);

#endif
