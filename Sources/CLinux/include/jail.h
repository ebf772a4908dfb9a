// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

// What a process gives up before it becomes a program that is not trusted. Every function gives a negated errno on
// failure. None of it can be taken back.

#pragma once

#include <stdint.h>
#include <sys/types.h>

enum clinux_resource {
    /// Seconds of processor time; SIGKILL beyond.
    CLINUX_LIMIT_PROCESSOR,
    /// Bytes of private memory that can be written, RLIMIT_DATA.
    CLINUX_LIMIT_MEMORY,
    /// Bytes of address space, RLIMIT_AS.
    CLINUX_LIMIT_ADDRESSES,
    /// Bytes of any file that is written, RLIMIT_FSIZE.
    CLINUX_LIMIT_FILE,
    CLINUX_LIMIT_OPEN_FILES,
    /// Processes and threads of the user, RLIMIT_NPROC; root is exempt.
    CLINUX_LIMIT_TASKS,
    CLINUX_LIMIT_CORE,
    CLINUX_LIMIT_LOCKED_MEMORY,
};

/// Sets the soft and the hard limit.
int clinux_set_limit(enum clinux_resource resource, uint64_t value);

/// Processes and threads of the whole system.
int64_t clinux_task_count(void);

/// SIGKILL when the thread that started this process ends. -ESRCH when the parent is not `parent` any more.
int clinux_die_with_parent(pid_t parent);

/// Makes a folder that is open the root and the working folder; needs CAP_SYS_CHROOT.
int clinux_enter_root(int folder);

/// Makes an open folder the working folder.
int clinux_enter_folder(int folder);

/// Becomes another user and group for good, without supplementary groups.
int clinux_become(uint32_t user);

/// PR_SET_NO_NEW_PRIVS: no program that is executed gains rights.
int clinux_no_new_privileges(void);

/// Landlock: files can be read below `folder`, `program` can be executed, and nothing else can be opened, made, removed
/// or changed. -ENOSYS or -EOPNOTSUPP where the kernel has no Landlock or it is switched off.
int clinux_confine_files(int folder, int program);

/// seccomp: only the calls that a program needs which reads files, computes and writes to what is open. No sockets, no
/// other processes (threads may be made), no shared memory, no signals to anyone else; unknown calls are ENOSYS.
int clinux_confine_calls(void);

/// Executes an open file (execveat).
int clinux_execute(int program, char *const argv[], char *const envp[]);

/// A descriptor that can be waited for until the process ends (pidfd_open).
int clinux_process_file(pid_t pid);
