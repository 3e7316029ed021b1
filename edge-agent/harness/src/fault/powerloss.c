/*
 * A record of what a process did to the files below one directory, for power cuts to be played from it (power-log.ts reads it, power-cut.ts plays it).
 *
 * Loaded by LD_PRELOAD. Each call that changes a file or a directory is written to the log and then done, both under one lock: of all that a killed process logged only the
 * very last entry may not have been done. A sync is logged once it has returned, with the number of the last entry before it began: it covers those and no later ones.
 * What is written goes to the real files too, so that the process runs on. The sync itself is only waited for, not done: what would survive is decided by the log.
 *
 *   TILLSIDE_FAULT_DIR      the directory, absolute
 *   TILLSIDE_FAULT_LOG      the log, appended to; outside of the directory
 *   TILLSIDE_FAULT_SYNC_US  how long a sync takes, in microseconds
 *   TILLSIDE_FAULT_FAIL_AT  the sync with this number fails with EIO, and its writes are not on the disk; 0: none
 *
 * Memory maps are not seen. Of the files below the directory only SQLite's -shm is mapped, which it builds anew after a crash; any other writable map is logged as one that
 * this layer can't model. Children don't inherit the layer.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPEN = 1, CREATE, WRITE, TRUNCATE, SYNC, SYNC_DIR, RENAME, UNLINK, MAKE_DIR, REMOVE_DIR, START, UNSEEN };

struct entry {
  uint32_t length; /* of the entry, with its path and data */
  uint32_t op;
  uint64_t number;
  uint64_t since; /* SYNC, SYNC_DIR: the last entry before the sync began */
  uint64_t file;  /* inode */
  uint64_t offset;
  uint32_t path_length;
  uint32_t data_length;
};

enum { MAX_FDS = 65536 };
enum kind { NOT_OURS = 0, FILE_OURS, DIR_OURS };

static struct {
  uint8_t kind;
  uint8_t append;
  uint64_t file;
  dev_t device;
  char *path;
} fds[MAX_FDS];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char dir[PATH_MAX];
static size_t dir_length;
static int log_fd = -1;
static uint64_t number;
static uint64_t syncs;
static uint64_t fail_at;
static useconds_t sync_us;

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static ssize_t real_writev(int fd, const struct iovec *parts, int count) {
  REAL(ssize_t, "writev", int, const struct iovec *, int);
  return real(fd, parts, count);
}

static int real_close(int fd) {
  REAL(int, "close", int);
  return real(fd);
}

static int real_open(const char *path, int flags, mode_t mode) {
  REAL(int, "open64", const char *, int, ...);
  return real(path, flags, mode);
}

static void note(int op, uint64_t since, uint64_t file, uint64_t offset, const char *path, const void *data, size_t length);

__attribute__((constructor)) static void begin(void) {
  const char *where = getenv("TILLSIDE_FAULT_DIR");
  const char *log = getenv("TILLSIDE_FAULT_LOG");
  unsetenv("LD_PRELOAD");
  if (!where || !log) return;
  snprintf(dir, sizeof dir, "%s", where);
  dir_length = strlen(dir);
  sync_us = (useconds_t)atol(getenv("TILLSIDE_FAULT_SYNC_US") ?: "0");
  fail_at = (uint64_t)atol(getenv("TILLSIDE_FAULT_FAIL_AT") ?: "0");
  log_fd = real_open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (log_fd < 0) {
    fprintf(stderr, "powerloss: the log can't be opened: %s\n", strerror(errno));
    _exit(97);
  }
  note(START, 0, 0, 0, NULL, NULL, 0);
}

/* Holds the lock. */
static void note(int op, uint64_t since, uint64_t file, uint64_t offset, const char *path, const void *data, size_t length) {
  size_t path_length = path ? strlen(path) : 0;
  struct entry entry = {
      .length = (uint32_t)(sizeof entry + path_length + length),
      .op = (uint32_t)op,
      .number = ++number,
      .since = since,
      .file = file,
      .offset = offset,
      .path_length = (uint32_t)path_length,
      .data_length = (uint32_t)length,
  };
  struct iovec parts[3] = {{&entry, sizeof entry}, {(void *)path, path_length}, {(void *)data, length}};
  if (real_writev(log_fd, parts, 3) != (ssize_t)entry.length) {
    fprintf(stderr, "powerloss: the log can't be written: %s\n", strerror(errno));
    _exit(98);
  }
}

/* The part of an absolute path below the directory; NULL when it is elsewhere. The directory itself is "". */
static const char *below(const char *path) {
  if (log_fd < 0 || !path || strncmp(path, dir, dir_length) != 0) return NULL;
  if (path[dir_length] == '\0') return path + dir_length;
  return path[dir_length] == '/' ? path + dir_length + 1 : NULL;
}

static int ends(const char *text, const char *end) {
  size_t length = strlen(text), wanted = strlen(end);
  return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

/* A descriptor may be closed by a bare system call, and its number be something else by now. */
static int is_ours(int fd) {
  if (fd < 0 || fd >= MAX_FDS || fds[fd].kind == NOT_OURS) return 0;
  struct stat now;
  if (fstat(fd, &now) == 0 && now.st_ino == fds[fd].file && now.st_dev == fds[fd].device) return 1;
  fds[fd].kind = NOT_OURS;
  return 0;
}

static int open_noted(const char *path, int flags, mode_t mode) {
  const char *name = below(path);
  if (!name || ends(name, "-shm")) return real_open(path, flags, mode);
  pthread_mutex_lock(&lock);
  struct stat before, now;
  int was_there = stat(path, &before) == 0;
  int fd = real_open(path, flags, mode);
  int saved = errno;
  if (fd >= 0 && fd < MAX_FDS && fstat(fd, &now) == 0) {
    fds[fd].kind = S_ISDIR(now.st_mode) ? DIR_OURS : FILE_OURS;
    fds[fd].append = (flags & O_APPEND) != 0;
    fds[fd].file = now.st_ino;
    fds[fd].device = now.st_dev;
    free(fds[fd].path);
    fds[fd].path = strdup(name);
    if (!S_ISDIR(now.st_mode)) {
      note(was_there ? OPEN : CREATE, 0, now.st_ino, 0, name, NULL, 0);
      if (was_there && (flags & O_TRUNC)) note(TRUNCATE, 0, now.st_ino, 0, NULL, NULL, 0);
    }
  }
  pthread_mutex_unlock(&lock);
  errno = saved;
  return fd;
}

#define MODE_OF(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { \
    va_list rest; \
    va_start(rest, flags); \
    mode = (mode_t)va_arg(rest, int); \
    va_end(rest); \
  }

int open(const char *path, int flags, ...) {
  MODE_OF(flags);
  return open_noted(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  MODE_OF(flags);
  return open_noted(path, flags, mode);
}

int close(int fd) {
  if (!is_ours(fd)) return real_close(fd);
  pthread_mutex_lock(&lock);
  fds[fd].kind = NOT_OURS;
  int done = real_close(fd);
  pthread_mutex_unlock(&lock);
  return done;
}

/* `at` < 0: at the descriptor's own position. */
static ssize_t write_noted(int fd, const struct iovec *parts, int count, off64_t at) {
  REAL(ssize_t, "pwritev64", int, const struct iovec *, int, off64_t);
  pthread_mutex_lock(&lock);
  off64_t from = at;
  struct stat now;
  if (fds[fd].append && fstat(fd, &now) == 0) from = now.st_size;
  else if (at < 0) from = lseek64(fd, 0, SEEK_CUR);
  off64_t offset = from;
  for (int part = 0; part < count; part++) {
    if (parts[part].iov_len > 0) note(WRITE, 0, fds[fd].file, (uint64_t)offset, NULL, parts[part].iov_base, parts[part].iov_len);
    offset += (off64_t)parts[part].iov_len;
  }
  ssize_t done = at < 0 || fds[fd].append ? real_writev(fd, parts, count) : real(fd, parts, count, at);
  int saved = errno;
  pthread_mutex_unlock(&lock);
  errno = saved;
  return done;
}

ssize_t write(int fd, const void *data, size_t length) {
  REAL(ssize_t, "write", int, const void *, size_t);
  if (!is_ours(fd)) return real(fd, data, length);
  struct iovec part = {(void *)data, length};
  return write_noted(fd, &part, 1, -1);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  return is_ours(fd) ? write_noted(fd, parts, count, -1) : real_writev(fd, parts, count);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  if (!is_ours(fd)) return real(fd, data, length, offset);
  struct iovec part = {(void *)data, length};
  return write_noted(fd, &part, 1, offset);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
  return pwrite64(fd, data, length, offset);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
  REAL(ssize_t, "pwritev64", int, const struct iovec *, int, off64_t);
  return is_ours(fd) ? write_noted(fd, parts, count, offset) : real(fd, parts, count, offset);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  return pwritev64(fd, parts, count, offset);
}

/* libuv copies by other means when these are refused. */
long syscall(long what, ...) {
  REAL(long, "syscall", long, ...);
  va_list rest;
  va_start(rest, what);
  long a = va_arg(rest, long), b = va_arg(rest, long), c = va_arg(rest, long);
  long d = va_arg(rest, long), e = va_arg(rest, long), f = va_arg(rest, long);
  va_end(rest);
  if (what != SYS_copy_file_range || !is_ours((int)c)) return real(what, a, b, c, d, e, f);
  errno = ENOSYS;
  return -1;
}

ssize_t sendfile64(int to, int from, off64_t *offset, size_t count) {
  REAL(ssize_t, "sendfile64", int, int, off64_t *, size_t);
  if (!is_ours(to)) return real(to, from, offset, count);
  errno = EINVAL;
  return -1;
}

int ftruncate64(int fd, off64_t length) {
  REAL(int, "ftruncate64", int, off64_t);
  if (!is_ours(fd)) return real(fd, length);
  pthread_mutex_lock(&lock);
  note(TRUNCATE, 0, fds[fd].file, (uint64_t)length, NULL, NULL, 0);
  int done = real(fd, length);
  int saved = errno;
  pthread_mutex_unlock(&lock);
  errno = saved;
  return done;
}

int ftruncate(int fd, off_t length) {
  return ftruncate64(fd, length);
}

/* Room only: what is there afterwards is zeros up to the new end. */
int posix_fallocate64(int fd, off64_t offset, off64_t length) {
  REAL(int, "posix_fallocate64", int, off64_t, off64_t);
  if (!is_ours(fd)) return real(fd, offset, length);
  struct stat now;
  if (fstat(fd, &now) == 0 && now.st_size < offset + length && ftruncate64(fd, offset + length) != 0) return errno;
  return 0;
}

int posix_fallocate(int fd, off_t offset, off_t length) {
  return posix_fallocate64(fd, offset, length);
}

int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
  REAL(int, "fallocate64", int, int, off64_t, off64_t);
  if (!is_ours(fd)) return real(fd, mode, offset, length);
  errno = EOPNOTSUPP;
  return -1;
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
  return fallocate64(fd, mode, offset, length);
}

static int sync_noted(int fd) {
  pthread_mutex_lock(&lock);
  uint64_t since = number;
  int fails = ++syncs == fail_at;
  int is_dir = fds[fd].kind == DIR_OURS;
  uint64_t file = fds[fd].file;
  char name[PATH_MAX];
  snprintf(name, sizeof name, "%s", fds[fd].path ? fds[fd].path : "");
  pthread_mutex_unlock(&lock);
  if (sync_us > 0) usleep(sync_us);
  if (fails) {
    errno = EIO;
    return -1;
  }
  pthread_mutex_lock(&lock);
  note(is_dir ? SYNC_DIR : SYNC, since, file, 0, name, NULL, 0);
  pthread_mutex_unlock(&lock);
  return 0;
}

int fsync(int fd) {
  REAL(int, "fsync", int);
  return is_ours(fd) ? sync_noted(fd) : real(fd);
}

int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  return is_ours(fd) ? sync_noted(fd) : real(fd);
}

int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  const char *old = below(from), *new = below(to);
  if (!old && !new) return real(from, to);
  pthread_mutex_lock(&lock);
  struct stat now;
  uint64_t file = stat(from, &now) == 0 ? now.st_ino : 0;
  if (file != 0) note(RENAME, 0, file, 0, old ? old : "", new ? new : "", new ? strlen(new) : 0);
  int done = real(from, to);
  int saved = errno;
  pthread_mutex_unlock(&lock);
  errno = saved;
  return done;
}

static int gone(const char *path, int op, int (*real)(const char *)) {
  const char *name = below(path);
  if (!name || ends(name, "-shm")) return real(path);
  pthread_mutex_lock(&lock);
  struct stat now;
  if (lstat(path, &now) == 0) note(op, 0, now.st_ino, 0, name, NULL, 0);
  int done = real(path);
  int saved = errno;
  pthread_mutex_unlock(&lock);
  errno = saved;
  return done;
}

int unlink(const char *path) {
  REAL(int, "unlink", const char *);
  return gone(path, UNLINK, real);
}

int rmdir(const char *path) {
  REAL(int, "rmdir", const char *);
  return gone(path, REMOVE_DIR, real);
}

int mkdir(const char *path, mode_t mode) {
  REAL(int, "mkdir", const char *, mode_t);
  const char *name = below(path);
  struct stat now;
  if (!name || stat(path, &now) == 0) return real(path, mode);
  pthread_mutex_lock(&lock);
  note(MAKE_DIR, 0, 0, 0, name, NULL, 0);
  int done = real(path, mode);
  int saved = errno;
  pthread_mutex_unlock(&lock);
  errno = saved;
  return done;
}

/* What this layer can't follow is told, so that no run passes by what it did not see. */
static void unseen(const char *what) {
  pthread_mutex_lock(&lock);
  note(UNSEEN, 0, 0, 0, what, NULL, 0);
  pthread_mutex_unlock(&lock);
}

void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t offset) {
  REAL(void *, "mmap64", void *, size_t, int, int, int, off64_t);
  if (is_ours(fd) && (protection & PROT_WRITE) && (flags & MAP_SHARED)) unseen("mmap");
  return real(address, length, protection, flags, fd, offset);
}

int link(const char *from, const char *to) {
  REAL(int, "link", const char *, const char *);
  if (below(from) || below(to)) unseen("link");
  return real(from, to);
}

FILE *fopen64(const char *path, const char *mode) {
  REAL(FILE *, "fopen64", const char *, const char *);
  if (below(path) && strpbrk(mode, "wa+")) unseen("fopen");
  return real(path, mode);
}

int mkstemp64(char *pattern) {
  REAL(int, "mkstemp64", char *);
  if (below(pattern)) unseen("mkstemp");
  return real(pattern);
}
