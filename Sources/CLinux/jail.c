// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

#define _GNU_SOURCE
#include "jail.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

int clinux_set_limit(enum clinux_resource resource, uint64_t value) {
    static const int names[] = {
        [CLINUX_LIMIT_PROCESSOR] = RLIMIT_CPU,     [CLINUX_LIMIT_MEMORY] = RLIMIT_DATA,
        [CLINUX_LIMIT_ADDRESSES] = RLIMIT_AS,      [CLINUX_LIMIT_FILE] = RLIMIT_FSIZE,
        [CLINUX_LIMIT_OPEN_FILES] = RLIMIT_NOFILE, [CLINUX_LIMIT_TASKS] = RLIMIT_NPROC,
        [CLINUX_LIMIT_CORE] = RLIMIT_CORE,         [CLINUX_LIMIT_LOCKED_MEMORY] = RLIMIT_MEMLOCK,
    };
    if (resource >= sizeof names / sizeof *names) return -EINVAL;
    struct rlimit limit;
    if (getrlimit(names[resource], &limit) < 0) return -errno;
    // What a stricter parent has set stays.
    if (value > limit.rlim_max) value = limit.rlim_max;
    limit.rlim_cur = limit.rlim_max = value;
    return setrlimit(names[resource], &limit) < 0 ? -errno : 0;
}

int64_t clinux_task_count(void) {
    struct sysinfo info;
    return sysinfo(&info) < 0 ? -errno : info.procs;
}

int clinux_die_with_parent(pid_t parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) return -errno;
    return getppid() == parent ? 0 : -ESRCH;
}

int clinux_enter_folder(int folder) { return fchdir(folder) < 0 ? -errno : 0; }

int clinux_enter_root(int folder) {
    if (fchdir(folder) < 0 || chroot(".") < 0 || chdir("/") < 0) return -errno;
    return 0;
}

int clinux_become(uint32_t user) {
    if (setgroups(0, NULL) < 0 || setresgid(user, user, user) < 0 || setresuid(user, user, user) < 0) return -errno;
    return 0;
}

int clinux_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0; }

// The system's header may be older than the kernel: what each version of Landlock's interface has added.
struct landlock_rules {
    uint64_t files;
    uint64_t network;
    uint64_t scopes;
};

static int landlock_rules(int version, struct landlock_rules *rules) {
    rules->files = version >= 5 ? 0xFFFF : version >= 3 ? 0x7FFF : version >= 2 ? 0x3FFF : 0x1FFF;
    rules->network = 0x3;  // TCP: to bind, to connect
    rules->scopes = 0x3;   // abstract sockets, signals
    return version >= 6 ? sizeof *rules : version >= 4 ? offsetof(struct landlock_rules, scopes) : sizeof rules->files;
}

static int allow_below(int rules, int file, uint64_t access) {
    struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = file};
    return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0 ? -errno : 0;
}

int clinux_confine_files(int folder, int program) {
    int version = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 0) return -errno;
    struct landlock_rules handled;
    int size = landlock_rules(version, &handled);
    int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, size, 0);
    if (rules < 0) return -errno;
    int code = allow_below(rules, folder, LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR);
    if (code == 0) code = allow_below(rules, program, LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE);
    if (code == 0 && syscall(SYS_landlock_restrict_self, rules, 0) < 0) code = -errno;
    close(rules);
    return code;
}

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the list of calls is known for x86_64 and aarch64 only"
#endif

// Reading files, memory, threads, time, waiting, writing to what is open. Not here, on purpose: anything that makes a
// socket or a process, opens a device's control, changes a name, a mode or an owner, traces, mounts, loads.
static const int permitted[] = {
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_lseek, SYS_close, SYS_openat, SYS_fstat,
    SYS_newfstatat, SYS_statx, SYS_faccessat, SYS_faccessat2, SYS_readlinkat, SYS_getdents64, SYS_getcwd,
    SYS_dup, SYS_dup3, SYS_pipe2, SYS_fadvise64, SYS_statfs, SYS_fstatfs, SYS_execveat,
    SYS_brk, SYS_munmap, SYS_mprotect, SYS_madvise, SYS_mremap, SYS_mincore, SYS_membarrier,
    SYS_futex, SYS_set_tid_address, SYS_set_robust_list, SYS_rseq, SYS_sched_yield, SYS_sched_getaffinity, SYS_exit,
    SYS_exit_group, SYS_gettid, SYS_getpid, SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid,
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_restart_syscall,
    SYS_clock_gettime, SYS_clock_getres, SYS_gettimeofday, SYS_nanosleep, SYS_clock_nanosleep, SYS_timer_create,
    SYS_timer_settime, SYS_timer_delete, SYS_setitimer, SYS_getrandom, SYS_uname, SYS_sysinfo, SYS_getrlimit,
    SYS_setrlimit, SYS_getrusage,
    SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_pwait, SYS_eventfd2, SYS_ppoll, SYS_pselect6,
#ifdef __x86_64__
    SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_dup2, SYS_pipe, SYS_poll, SYS_select, SYS_epoll_wait,
    SYS_arch_prctl, SYS_time,
#endif
};

enum { PERMITTED = sizeof permitted / sizeof *permitted, LENGTH = 64 + 2 * PERMITTED };

struct program {
    struct sock_filter lines[LENGTH];
    unsigned short count;
};

static void add(struct program *program, uint16_t code, uint32_t value, uint8_t yes, uint8_t no) {
    if (program->count < LENGTH) program->lines[program->count] = (struct sock_filter){code, yes, no, value};
    program->count++;
}

static void load(struct program *program, uint32_t offset) { add(program, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0); }

static void answer(struct program *program, uint32_t result) { add(program, BPF_RET | BPF_K, result, 0, 0); }

static uint32_t refuse(int code) { return SECCOMP_RET_ERRNO | (uint32_t)code; }

// The low half of an argument: both architectures are little-endian, and the flags that matter lie in it.
static uint32_t argument(int number) { return offsetof(struct seccomp_data, args) + 8 * (uint32_t)number; }

// Permits a call when (argument & mask) == wanted. The number of the call is loaded before and after.
static void permit_when(struct program *program, int call, int number, uint32_t mask, uint32_t wanted) {
    add(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 5);
    load(program, argument(number));
    add(program, BPF_ALU | BPF_AND | BPF_K, mask, 0, 0);
    add(program, BPF_JMP | BPF_JEQ | BPF_K, wanted, 0, 1);
    answer(program, SECCOMP_RET_ALLOW);
    answer(program, refuse(EPERM));
}

// Permits a call unless an argument is one of some values.
static void permit_unless(struct program *program, int call, int number, const uint32_t *values, uint8_t count) {
    add(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, (uint8_t)(2 * count + 2));
    load(program, argument(number));
    for (int index = 0; index < count; index++) {
        add(program, BPF_JMP | BPF_JEQ | BPF_K, values[index], 0, 1);
        answer(program, refuse(EPERM));
    }
    answer(program, SECCOMP_RET_ALLOW);
}

static void refuse_call(struct program *program, int call, int code) {
    add(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1);
    answer(program, refuse(code));
}

int clinux_confine_calls(void) {
    struct program program = {.count = 0};
    load(&program, offsetof(struct seccomp_data, arch));
    add(&program, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    answer(&program, SECCOMP_RET_KILL_PROCESS);
    load(&program, offsetof(struct seccomp_data, nr));
    for (int index = 0; index < PERMITTED; index++) {
        add(&program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)permitted[index], 0, 1);
        answer(&program, SECCOMP_RET_ALLOW);
    }
    permit_when(&program, SYS_clone, 0, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM);
    permit_when(&program, SYS_mmap, 3, MAP_SHARED, 0);
    permit_when(&program, SYS_tgkill, 0, UINT32_MAX, (uint32_t)getpid());
    // Its own limits, whose process is called 0: a jail that has no user of its own could take those of others away.
    permit_when(&program, SYS_prlimit64, 0, UINT32_MAX, 0);
    // Whom a descriptor sends signals to, and which: a signal to another process by another name.
    static const uint32_t signals[] = {F_SETOWN, F_SETSIG, F_SETOWN_EX};
    permit_unless(&program, SYS_fcntl, 1, signals, sizeof signals / sizeof *signals);
    // Where a libc that has not been answered would go on with something that is refused, too.
    refuse_call(&program, SYS_socket, EPERM);
    refuse_call(&program, SYS_socketpair, EPERM);
    refuse_call(&program, SYS_execve, EPERM);
    refuse_call(&program, SYS_kill, EPERM);
    refuse_call(&program, SYS_ptrace, EPERM);
    refuse_call(&program, SYS_ioctl, ENOTTY);
#ifdef __x86_64__
    refuse_call(&program, SYS_fork, EPERM);
    refuse_call(&program, SYS_vfork, EPERM);
#endif
    answer(&program, refuse(ENOSYS));
    if (program.count > LENGTH) return -E2BIG;
    struct sock_fprog filter = {.len = program.count, .filter = program.lines};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) < 0 ? -errno : 0;
}

int clinux_execute(int program, char *const argv[], char *const envp[]) {
    syscall(SYS_execveat, program, "", argv, envp, AT_EMPTY_PATH);
    return -errno;
}

int clinux_process_file(pid_t pid) {
    long file = syscall(SYS_pidfd_open, pid, 0);
    return file < 0 ? -errno : (int)file;
}
