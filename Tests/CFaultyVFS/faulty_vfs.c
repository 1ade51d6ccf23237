#include "faulty_vfs.h"

#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_WATCHES = 256, WRITE_LOCK = 0 };

enum call { CALL_OPEN, CALL_ACCESS, CALL_DELETE, CALL_READ, CALL_WRITE, CALL_TRUNCATE, CALL_SYNC, CALL_SIZE, CALL_LOCK, CALL_MAP,
            CALL_MAP_LOCK, CALL_WRITE_LOCK };

struct watch {
    char directory[PATH_MAX];
    size_t length; /* 0: free */
    int armed, kind, lasting;
    unsigned odds;
    unsigned long long chance;
    long at, calls, failures;
};

struct faulty_file {
    sqlite3_file base;
    struct watch *watch;
    sqlite3_file *real;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct watch watches[MOST_WATCHES];
static sqlite3_vfs *system_vfs;
static sqlite3_vfs faulty;

static struct watch *watching(const char *path) {
    struct watch *found = NULL;
    if (!path) return NULL;
    pthread_mutex_lock(&lock);
    for (int index = 0; index < MOST_WATCHES && !found; index++) {
        struct watch *one = &watches[index];
        if (one->length && strncmp(path, one->directory, one->length) == 0 && path[one->length] == '/') found = one;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

/* What SQLite is told when this call fails; 0 when this kind of fault does not concern it. */
static int failure(int kind, enum call call) {
    switch (kind) {
    case FAULTY_IO_ERROR:
        switch (call) {
        case CALL_OPEN: return SQLITE_CANTOPEN;
        case CALL_ACCESS: return SQLITE_IOERR_ACCESS;
        case CALL_DELETE: return SQLITE_IOERR_DELETE;
        case CALL_READ: return SQLITE_IOERR_READ;
        case CALL_WRITE: return SQLITE_IOERR_WRITE;
        case CALL_TRUNCATE: return SQLITE_IOERR_TRUNCATE;
        case CALL_SYNC: return SQLITE_IOERR_FSYNC;
        case CALL_SIZE: return SQLITE_IOERR_FSTAT;
        case CALL_LOCK: return SQLITE_IOERR_LOCK;
        case CALL_MAP: return SQLITE_IOERR_SHMMAP;
        case CALL_MAP_LOCK: case CALL_WRITE_LOCK: return SQLITE_IOERR_SHMLOCK;
        }
        return 0;
    case FAULTY_FULL: return call == CALL_WRITE ? SQLITE_FULL : call == CALL_MAP ? SQLITE_IOERR_SHMSIZE : 0;
    case FAULTY_SHORT_WRITE: return call == CALL_WRITE ? SQLITE_FULL : 0;
    case FAULTY_UNSYNCED: return call == CALL_SYNC ? SQLITE_IOERR_FSYNC : 0;
    case FAULTY_BUSY: return call == CALL_LOCK || call == CALL_MAP_LOCK || call == CALL_WRITE_LOCK ? SQLITE_BUSY : 0;
    case FAULTY_LOCKED: return call == CALL_WRITE_LOCK ? SQLITE_BUSY : 0;
    }
    return 0;
}

static unsigned drawn(struct watch *watch) { /* xorshift64* */
    unsigned long long x = watch->chance;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    watch->chance = x;
    return (unsigned)((x * 2685821657736338717ULL) >> 33);
}

/* The code that this call shall fail with, or SQLITE_OK. */
static int struck(struct watch *watch, enum call call) {
    int code = SQLITE_OK;
    if (!watch) return code;
    pthread_mutex_lock(&lock);
    if (watch->armed && failure(watch->kind, call)) {
        watch->calls++;
        int hit = watch->odds ? drawn(watch) % watch->odds == 0
                              : watch->calls == watch->at || (watch->lasting && watch->calls > watch->at);
        if (hit) {
            watch->failures++;
            code = failure(watch->kind, call);
        }
    }
    pthread_mutex_unlock(&lock);
    return code;
}

static int kind_of(struct watch *watch) {
    pthread_mutex_lock(&lock);
    int kind = watch->kind;
    pthread_mutex_unlock(&lock);
    return kind;
}

#define FILE_OF(file) ((struct faulty_file *)(file))
#define REAL(file) (FILE_OF(file)->real)
#define FAIL_OR(file, call, done)                          \
    do {                                                   \
        int code_ = struck(FILE_OF(file)->watch, call);    \
        return code_ != SQLITE_OK ? code_ : (done);        \
    } while (0)

static int file_close(sqlite3_file *file) { return REAL(file)->pMethods->xClose(REAL(file)); }

static int file_read(sqlite3_file *file, void *to, int size, sqlite3_int64 offset) {
    FAIL_OR(file, CALL_READ, REAL(file)->pMethods->xRead(REAL(file), to, size, offset));
}

static int file_write(sqlite3_file *file, const void *from, int size, sqlite3_int64 offset) {
    int code = struck(FILE_OF(file)->watch, CALL_WRITE);
    if (code == SQLITE_OK) return REAL(file)->pMethods->xWrite(REAL(file), from, size, offset);
    if (kind_of(FILE_OF(file)->watch) == FAULTY_SHORT_WRITE && size > 1)
        REAL(file)->pMethods->xWrite(REAL(file), from, size / 2, offset);
    return code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
    FAIL_OR(file, CALL_TRUNCATE, REAL(file)->pMethods->xTruncate(REAL(file), size));
}

static int file_sync(sqlite3_file *file, int flags) {
    FAIL_OR(file, CALL_SYNC, REAL(file)->pMethods->xSync(REAL(file), flags));
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    FAIL_OR(file, CALL_SIZE, REAL(file)->pMethods->xFileSize(REAL(file), size));
}

static int file_lock(sqlite3_file *file, int level) {
    FAIL_OR(file, CALL_LOCK, REAL(file)->pMethods->xLock(REAL(file), level));
}

static int file_unlock(sqlite3_file *file, int level) { return REAL(file)->pMethods->xUnlock(REAL(file), level); }

static int file_reserved(sqlite3_file *file, int *answer) {
    return REAL(file)->pMethods->xCheckReservedLock(REAL(file), answer);
}

static int file_control(sqlite3_file *file, int operation, void *argument) {
    return REAL(file)->pMethods->xFileControl(REAL(file), operation, argument);
}

static int file_sector(sqlite3_file *file) { return REAL(file)->pMethods->xSectorSize(REAL(file)); }

static int file_traits(sqlite3_file *file) { return REAL(file)->pMethods->xDeviceCharacteristics(REAL(file)); }

static int file_map(sqlite3_file *file, int region, int size, int extend, void volatile **memory) {
    int code = struck(FILE_OF(file)->watch, CALL_MAP);
    if (code != SQLITE_OK) {
        *memory = NULL;
        return code;
    }
    return REAL(file)->pMethods->xShmMap(REAL(file), region, size, extend, memory);
}

static int file_map_lock(sqlite3_file *file, int offset, int count, int flags) {
    /* Giving back a lock does not fail. */
    if (flags & SQLITE_SHM_LOCK) {
        enum call call = offset == WRITE_LOCK && (flags & SQLITE_SHM_EXCLUSIVE) ? CALL_WRITE_LOCK : CALL_MAP_LOCK;
        int code = struck(FILE_OF(file)->watch, call);
        if (code != SQLITE_OK) return code;
    }
    return REAL(file)->pMethods->xShmLock(REAL(file), offset, count, flags);
}

static void file_barrier(sqlite3_file *file) { REAL(file)->pMethods->xShmBarrier(REAL(file)); }

static int file_unmap(sqlite3_file *file, int delete) { return REAL(file)->pMethods->xShmUnmap(REAL(file), delete); }

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
    .xShmMap = file_map,
    .xShmLock = file_map_lock,
    .xShmBarrier = file_barrier,
    .xShmUnmap = file_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *outcome) {
    struct faulty_file *opened = FILE_OF(file);
    opened->base.pMethods = NULL;
    opened->watch = watching(path);
    opened->real = (sqlite3_file *)(opened + 1);
    int code = struck(opened->watch, CALL_OPEN);
    if (code != SQLITE_OK) return code;
    code = system_vfs->xOpen(system_vfs, path, opened->real, flags, outcome);
    if (opened->real->pMethods) opened->base.pMethods = &methods;
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync) {
    int code = struck(watching(path), CALL_DELETE);
    return code != SQLITE_OK ? code : system_vfs->xDelete(system_vfs, path, sync);
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *answer) {
    int code = struck(watching(path), CALL_ACCESS);
    return code != SQLITE_OK ? code : system_vfs->xAccess(system_vfs, path, flags, answer);
}

static int vfs_full(sqlite3_vfs *vfs, const char *path, int size, char *full) {
    return system_vfs->xFullPathname(system_vfs, path, size, full);
}

static int vfs_random(sqlite3_vfs *vfs, int size, char *to) { return system_vfs->xRandomness(system_vfs, size, to); }

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds) { return system_vfs->xSleep(system_vfs, microseconds); }

static int vfs_time(sqlite3_vfs *vfs, double *now) { return system_vfs->xCurrentTime(system_vfs, now); }

static int vfs_error(sqlite3_vfs *vfs, int size, char *to) { return system_vfs->xGetLastError(system_vfs, size, to); }

static int vfs_time64(sqlite3_vfs *vfs, sqlite3_int64 *now) { return system_vfs->xCurrentTimeInt64(system_vfs, now); }

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int registered = SQLITE_ERROR;

static void register_once(void) {
    system_vfs = sqlite3_vfs_find(NULL);
    if (!system_vfs || system_vfs->iVersion < 2) return;
    faulty = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = (int)sizeof(struct faulty_file) + system_vfs->szOsFile,
        .mxPathname = system_vfs->mxPathname,
        .zName = "faulty",
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full,
        .xRandomness = vfs_random,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
        .xGetLastError = vfs_error,
        .xCurrentTimeInt64 = vfs_time64,
    };
    registered = sqlite3_vfs_register(&faulty, 1);
}

int faulty_register(void) {
    pthread_once(&once, register_once);
    return registered;
}

int faulty_watch(const char *directory) {
    int found = -1;
    pthread_mutex_lock(&lock);
    for (int index = 0; index < MOST_WATCHES && found < 0; index++)
        if (!watches[index].length) found = index;
    if (found >= 0) {
        struct watch *watch = &watches[found];
        memset(watch, 0, sizeof *watch);
        if (realpath(directory, watch->directory)) watch->length = strlen(watch->directory);
        else found = -1;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

void faulty_unwatch(int watch) {
    pthread_mutex_lock(&lock);
    watches[watch].length = 0;
    watches[watch].armed = 0;
    pthread_mutex_unlock(&lock);
}

static void arm(int watch, int kind, long at, int lasting, unsigned odds, unsigned long long seed) {
    pthread_mutex_lock(&lock);
    struct watch *one = &watches[watch];
    one->kind = kind;
    one->at = at;
    one->lasting = lasting;
    one->odds = odds;
    one->chance = seed | 1;
    one->calls = one->failures = 0;
    one->armed = 1;
    pthread_mutex_unlock(&lock);
}

void faulty_arm(int watch, int kind, long at, int lasting) { arm(watch, kind, at, lasting, 0, 0); }

void faulty_arm_randomly(int watch, int kind, unsigned odds, unsigned long long seed) { arm(watch, kind, 0, 0, odds, seed); }

void faulty_heal(int watch) {
    pthread_mutex_lock(&lock);
    watches[watch].armed = 0;
    pthread_mutex_unlock(&lock);
}

long faulty_failures(int watch) {
    pthread_mutex_lock(&lock);
    long failures = watches[watch].failures;
    pthread_mutex_unlock(&lock);
    return failures;
}
