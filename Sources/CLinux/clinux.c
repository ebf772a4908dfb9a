// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <link.h>
#include <linux/openat2.h>
#include <malloc.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define RESULT(call)                                                                                                   \
    do {                                                                                                               \
        long result_ = (long)(call);                                                                                   \
        return result_ < 0 ? -errno : result_;                                                                         \
    } while (0)

int clinux_openat2(int folder, const char *path, int flags, uint32_t mode, uint64_t resolve) {
    struct open_how how = {.flags = (uint64_t)(flags | O_CLOEXEC), .mode = mode, .resolve = resolve};
    for (int attempt = 0;; attempt++) {
        long file = syscall(SYS_openat2, folder, path, &how, sizeof how);
        if (file >= 0) return (int)file;
        if (errno == EINTR || (errno == EAGAIN && attempt < 64)) continue;
        return -errno;
    }
}

static int64_t nanoseconds(struct statx_timestamp time) { return time.tv_sec * 1000000000 + time.tv_nsec; }

int clinux_statx(int folder, const char *name, struct clinux_metadata *result) {
    struct statx found;
    int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (name[0] ? 0 : AT_EMPTY_PATH);
    if (statx(folder, name, flags, STATX_BASIC_STATS | STATX_MNT_ID, &found) < 0) return -errno;
    *result = (struct clinux_metadata){
        .inode = found.stx_ino,
        .device = makedev(found.stx_dev_major, found.stx_dev_minor),
        .mount = found.stx_mask & STATX_MNT_ID ? found.stx_mnt_id : 0,
        .size = (int64_t)found.stx_size,
        .modified = nanoseconds(found.stx_mtime),
        .changed = nanoseconds(found.stx_ctime),
        .mode = found.stx_mode,
        .owner = found.stx_uid,
        .group = found.stx_gid,
        .links = found.stx_nlink,
        .attributes = found.stx_attributes & found.stx_attributes_mask,
    };
    return 0;
}

int clinux_renameat2(int from_folder, const char *from, int to_folder, const char *to, uint32_t flags) {
    RESULT(syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}

int clinux_linkat(int from_folder, const char *from, int to_folder, const char *to) {
    RESULT(linkat(from_folder, from, to_folder, to, 0));
}

int clinux_unlinkat(int folder, const char *name) { RESULT(unlinkat(folder, name, 0)); }

int clinux_rmdirat(int folder, const char *name) { RESULT(unlinkat(folder, name, AT_REMOVEDIR)); }

int clinux_mkdirat(int folder, const char *name, uint32_t mode) { RESULT(mkdirat(folder, name, mode)); }

int clinux_symlinkat(const char *target, int folder, const char *name) { RESULT(symlinkat(target, folder, name)); }

int64_t clinux_readlinkat(int folder, const char *name, char *buffer, uint64_t size) {
    RESULT(readlinkat(folder, name, buffer, size));
}

int clinux_lchownat(int folder, const char *name, uint32_t owner, uint32_t group) {
    RESULT(fchownat(folder, name, owner, group, AT_SYMLINK_NOFOLLOW));
}

int clinux_fchown(int file, uint32_t owner, uint32_t group) { RESULT(fchown(file, owner, group)); }

int clinux_fchmod(int file, uint32_t mode) { RESULT(fchmod(file, mode)); }

int clinux_set_modified(int file, int64_t nanoseconds) {
    int64_t seconds = nanoseconds / 1000000000, rest = nanoseconds % 1000000000;
    if (rest < 0) {
        rest += 1000000000;
        seconds -= 1;
    }
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = seconds, .tv_nsec = rest}};
    RESULT(futimens(file, times));
}

int clinux_fsync(int file) {
    int result;
    do result = fsync(file);
    while (result < 0 && errno == EINTR);
    return result < 0 ? -errno : 0;
}

int clinux_syncfs(int file) { RESULT(syncfs(file)); }

int64_t clinux_read(int file, void *buffer, uint64_t size) {
    ssize_t count;
    do count = read(file, buffer, size);
    while (count < 0 && errno == EINTR);
    return count < 0 ? -errno : count;
}

int64_t clinux_write(int file, const void *bytes, uint64_t size) {
    ssize_t count;
    do count = write(file, bytes, size);
    while (count < 0 && errno == EINTR);
    return count < 0 ? -errno : count;
}

int clinux_close(int file) { RESULT(close(file)); }

int clinux_dup(int file) { RESULT(fcntl(file, F_DUPFD_CLOEXEC, 0)); }

int64_t clinux_getdents(int folder, void *buffer, uint64_t size) {
    RESULT(syscall(SYS_getdents64, folder, buffer, size));
}

int clinux_inotify_open(void) { RESULT(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)); }

int clinux_inotify_add(int inotify, int folder, uint32_t mask) {
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", folder);
    RESULT(inotify_add_watch(inotify, path, mask));
}

int clinux_inotify_remove(int inotify, int watch) { RESULT(inotify_rm_watch(inotify, watch)); }

int clinux_witness_open(void) {
    RESULT(fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_DFID_NAME | FAN_CLOEXEC | FAN_NONBLOCK, O_RDONLY | O_CLOEXEC));
}

int clinux_witness_mark(int witness, int folder, int begin) {
    uint64_t mask = FAN_CLOSE_WRITE | FAN_MOVED_TO | FAN_MOVED_FROM | FAN_DELETE | FAN_CREATE | FAN_ATTRIB |
        FAN_EVENT_ON_CHILD;
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", folder);
    RESULT(fanotify_mark(witness, begin ? FAN_MARK_ADD : FAN_MARK_REMOVE, mask, AT_FDCWD, path));
}

int64_t clinux_folder_handle(int folder, void *buffer, uint64_t size) {
    struct statfs system;
    if (fstatfs(folder, &system) < 0) return -errno;
    uint64_t most = sizeof system.f_fsid + sizeof(struct file_handle);
    if (size < most) return -EINVAL;
    memcpy(buffer, &system.f_fsid, sizeof system.f_fsid);
    struct file_handle *handle = (struct file_handle *)((char *)buffer + sizeof system.f_fsid);
    // No handle is longer, and the kernel takes no larger buffer.
    unsigned room = size - most < MAX_HANDLE_SZ ? (unsigned)(size - most) : MAX_HANDLE_SZ;
    handle->handle_bytes = room;
    int mount;
    // A file system that cannot open by handle may tell one all the same.
    if (name_to_handle_at(folder, "", handle, &mount, AT_EMPTY_PATH) < 0) {
        if (errno != EOPNOTSUPP) return -errno;
        handle->handle_bytes = room;
        if (name_to_handle_at(folder, "", handle, &mount, AT_EMPTY_PATH | 0x200 /* AT_HANDLE_FID */) < 0) return -errno;
    }
    return (int64_t)(most + handle->handle_bytes);
}

static int64_t read_process_file(int32_t process, const char *name, char *buffer, size_t size) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", process, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -errno;
    ssize_t count = read(file, buffer, size - 1);
    int code = errno;
    close(file);
    if (count < 0) return -code;
    buffer[count] = 0;
    return count;
}

int clinux_process_identity(int32_t process, uint32_t *login, uint32_t *user, char name[16]) {
    char text[64];
    char path[32];
    struct stat status;
    snprintf(path, sizeof path, "/proc/%d", process);
    // Kernels without audit know of no logins.
    *login = read_process_file(process, "loginuid", text, sizeof text) > 0 ? (uint32_t)strtoul(text, NULL, 10) : UINT32_MAX;
    int64_t count = read_process_file(process, "comm", text, sizeof text);
    if (count < 0) return (int)count;
    if (stat(path, &status) < 0) return -errno;
    *user = status.st_uid;
    text[strcspn(text, "\n")] = 0;
    snprintf(name, 16, "%.15s", text);
    return 0;
}

int clinux_local_user(uint32_t user, char *name, uint64_t size) {
    FILE *file = fopen("/etc/passwd", "re");
    if (!file) return -errno;
    struct passwd entry, *found = NULL;
    char buffer[4096];
    int result = -ENOENT;
    while (fgetpwent_r(file, &entry, buffer, sizeof buffer, &found) == 0) {
        if (entry.pw_uid != user) continue;
        result = strlen(entry.pw_name) < size ? 0 : -ERANGE;
        if (result == 0) strcpy(name, entry.pw_name);
        break;
    }
    fclose(file);
    return result;
}

int clinux_event_open(void) { RESULT(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

int clinux_event_signal(int event) {
    uint64_t one = 1;
    return write(event, &one, sizeof one) < 0 && errno != EAGAIN ? -errno : 0;
}

int clinux_event_clear(int event) {
    uint64_t count;
    return read(event, &count, sizeof count) < 0 && errno != EAGAIN ? -errno : 0;
}

int clinux_is_locked(int file) {
    struct flock wish = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int result;
    do {
        result = fcntl(file, F_GETLK, &wish);
    } while (result < 0 && errno == EINTR);
    return result < 0 ? -errno : wish.l_type != F_UNLCK;
}

int clinux_wait(int first, int second, int milliseconds) {
    struct pollfd files[2] = {{.fd = first, .events = POLLIN}, {.fd = second, .events = POLLIN}};
    int count = poll(files, 2, milliseconds);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    return (files[0].revents ? 1 : 0) | (files[1].revents ? 2 : 0);
}

uint32_t clinux_effective_user(void) { return geteuid(); }

uint32_t clinux_effective_group(void) { return getegid(); }

// Both look-ups differ in their types only.
#define LOOK_UP(kind, call, field)                                                                                     \
    struct kind entry, *found = NULL;                                                                                  \
    for (size_t size = 4096; size <= 1 << 20; size *= 4) {                                                             \
        char *buffer = malloc(size);                                                                                   \
        if (!buffer) return -ENOMEM;                                                                                   \
        int code = call(name, &entry, buffer, size, &found);                                                           \
        if (code == 0 && found) *id = found->field;                                                                    \
        free(buffer);                                                                                                  \
        if (code == 0) return found ? 0 : -ENOENT;                                                                     \
        if (code != ERANGE) return -code;                                                                              \
    }                                                                                                                  \
    return -ERANGE

int clinux_user_id(const char *name, uint32_t *id) { LOOK_UP(passwd, getpwnam_r, pw_uid); }

int clinux_group_id(const char *name, uint32_t *id) { LOOK_UP(group, getgrnam_r, gr_gid); }

const char *clinux_error_name(int code) { return strerrorname_np(code); }

const char *clinux_error_words(int code) { return strerrordesc_np(code); }

int clinux_raise_file_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return -errno;
    limit.rlim_cur = limit.rlim_max;
    RESULT(setrlimit(RLIMIT_NOFILE, &limit));
}

int clinux_limit_arenas(int arenas) { return mallopt(M_ARENA_MAX, arenas) ? 0 : -EINVAL; }

int clinux_map_blocks_of(int bytes) { return mallopt(M_MMAP_THRESHOLD, bytes) ? 0 : -EINVAL; }

int clinux_keep_free(int limit, int rest) {
    return mallopt(M_TRIM_THRESHOLD, limit) && mallopt(M_TOP_PAD, rest) ? 0 : -EINVAL;
}

// Code and constants: nothing was written there, so the file still has it.
static int leave_to_the_file(struct dl_phdr_info *object, size_t size, void *unused) {
    (void)size, (void)unused;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[index];
        if (part->p_type != PT_LOAD || part->p_flags & PF_W) continue;
        uintptr_t begin = (object->dlpi_addr + part->p_vaddr) & ~(page - 1);
        uintptr_t end = (object->dlpi_addr + part->p_vaddr + part->p_memsz) & ~(page - 1);
        if (end > begin) madvise((void *)begin, end - begin, MADV_DONTNEED);
    }
    return 0;
}

int clinux_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : 0; }

int clinux_trim_memory(void) {
    int result = malloc_trim(0);
    dl_iterate_phdr(leave_to_the_file, NULL);
    return result;
}
