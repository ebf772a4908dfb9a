// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

// The calls of Linux that Glibc's Swift module does not offer, with types of fixed width.
// Every function that can fail gives the negated errno: no caller has to look at errno afterwards.

#pragma once
#include <stdint.h>

/// What statx(2) tells, as far as we use it. Times are nanoseconds since 1970.
struct clinux_metadata {
    uint64_t inode;
    uint64_t device;
    uint64_t mount;
    int64_t size;
    int64_t modified;
    int64_t changed;
    uint32_t mode;
    uint32_t owner;
    uint32_t group;
    uint32_t links;
    /// STATX_ATTR_*, with those that the file system does not know cleared.
    uint64_t attributes;
};

enum {
    CLINUX_RESOLVE_NO_MAGICLINKS = 0x02,
    CLINUX_RESOLVE_NO_SYMLINKS = 0x04,
    CLINUX_RESOLVE_BENEATH = 0x08,
    CLINUX_RESOLVE_IN_ROOT = 0x10,
    CLINUX_RENAME_NOREPLACE = 1,
    CLINUX_RENAME_EXCHANGE = 2,
    CLINUX_ATTRIBUTE_IMMUTABLE = 0x10,
    CLINUX_ATTRIBUTE_APPEND = 0x20,
    CLINUX_ATTRIBUTE_MOUNT_ROOT = 0x2000,
};

/// openat2(2): a descriptor. O_CLOEXEC is added. Tries again while the tree moves under it (EAGAIN).
int clinux_openat2(int folder, const char *path, int flags, uint32_t mode, uint64_t resolve);

/// statx(2) of a name in a folder, links not followed; of the folder itself when the name is empty.
int clinux_statx(int folder, const char *name, struct clinux_metadata *result);

int clinux_renameat2(int from_folder, const char *from, int to_folder, const char *to, uint32_t flags);
int clinux_linkat(int from_folder, const char *from, int to_folder, const char *to);
int clinux_unlinkat(int folder, const char *name);
int clinux_rmdirat(int folder, const char *name);
int clinux_mkdirat(int folder, const char *name, uint32_t mode);
int clinux_symlinkat(const char *target, int folder, const char *name);
/// Bytes of the link's target; the result is cut at `size`.
int64_t clinux_readlinkat(int folder, const char *name, char *buffer, uint64_t size);
/// Changes the owner of a name itself, links not followed; -1 keeps one.
int clinux_lchownat(int folder, const char *name, uint32_t owner, uint32_t group);
int clinux_fchown(int file, uint32_t owner, uint32_t group);
int clinux_fchmod(int file, uint32_t mode);
/// Sets the time of last access and of last change of content.
int clinux_set_modified(int file, int64_t nanoseconds);
int clinux_fsync(int file);
int clinux_syncfs(int file);
/// Both tried again after EINTR.
int64_t clinux_read(int file, void *buffer, uint64_t size);
int64_t clinux_write(int file, const void *bytes, uint64_t size);
int clinux_close(int file);
/// 1 when another process holds a lock (fcntl(2)) on the file, 0 when none does.
int clinux_is_locked(int file);
int clinux_dup(int file);

/// Raw getdents64(2): bytes of struct linux_dirent64.
int64_t clinux_getdents(int folder, void *buffer, uint64_t size);

int clinux_inotify_open(void);
/// Watches the folder that a descriptor stands for.
int clinux_inotify_add(int inotify, int folder, uint32_t mask);
int clinux_inotify_remove(int inotify, int watch);

/// fanotify(7) that tells the name and the process of every change; -EPERM without the right to it.
int clinux_witness_open(void);
/// Begins or ends to be told of the names in a folder.
int clinux_witness_mark(int witness, int folder, int begin);
/// How fanotify calls a folder: its file system (8 bytes), the length (4) and type (4) of its handle, the handle. The
/// number of bytes, or the negated errno.
int64_t clinux_folder_handle(int folder, void *buffer, uint64_t size);
/// Of a process that runs: who logged in (UINT32_MAX for nobody), whose rights it has, and its name of at most 15 bytes.
int clinux_process_identity(int32_t process, uint32_t *login, uint32_t *user, char name[16]);
/// The name of a user in this machine's own /etc/passwd: nobody else is asked. -ENOENT when there is none.
int clinux_local_user(uint32_t user, char *name, uint64_t size);

/// An eventfd, to wake a thread that waits.
int clinux_event_open(void);
int clinux_event_signal(int event);
int clinux_event_clear(int event);

/// Waits until one of two descriptors can be read or `milliseconds` passed (negative: for ever). Bit 0: the first,
/// bit 1: the second.
int clinux_wait(int first, int second, int milliseconds);

uint32_t clinux_effective_user(void);
uint32_t clinux_effective_group(void);
/// Looks a name up as the system would (NSS). 0 and the id, or the negated errno; -ENOENT when there is none.
int clinux_user_id(const char *name, uint32_t *id);
int clinux_group_id(const char *name, uint32_t *id);

/// `ENOSPC`, or NULL for a number that is none.
const char *clinux_error_name(int code);
/// `No space left on device`, in English.
const char *clinux_error_words(int code);

/// Raises the soft limit of open files to the hard one.
int clinux_raise_file_limit(void);
/// At most so many arenas of malloc: memory for a little contention.
int clinux_limit_arenas(int arenas);
/// Blocks of so many bytes and more are mapped by themselves, and unmapped when they are freed.
int clinux_map_blocks_of(int bytes);
/// More than `limit` bytes that are free at the end of an arena go back to the system, all but `rest`.
int clinux_keep_free(int limit, int rest);
/// The kernel writes no core of this process, whatever limits say, and lets only root look into its memory. 0 or -errno.
int clinux_forbid_dumps(void);
/// Gives free memory back to the system, and the pages of the program's own files, which come back when they are used.
int clinux_trim_memory(void);
