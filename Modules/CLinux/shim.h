#pragma once
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <unistd.h>
#include <errno.h>

// accept4 needs _GNU_SOURCE, which changes fd_set and collides with CDispatch; so it is declared here.
extern int accept4(int, struct sockaddr *, socklen_t *, int);

// `fcntl` is variadic and does not reach Swift.
static inline int shuniu_set_nonblocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL, 0);
    return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
}

// Waits with a resolution finer than milliseconds.
static inline int shuniu_epoll_wait_ns(int poller, struct epoll_event *events, int most, long long nanoseconds) {
    struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    return epoll_pwait2(poller, events, most, &limit, 0);
}

// glibc's own header is none of Swift's. Gives free pages in the middle of the heap back to the system (malloc_trim(3)).
extern int malloc_trim(size_t);

// Needs _GNU_SOURCE as well.
extern void *memmem(const void *, size_t, const void *, size_t);

// MARK: Messages with descriptors (SCM_RIGHTS, unix(7)); the macros of cmsg(3) do not reach Swift.

#include <string.h>
#include <stdint.h>
#include <sys/uio.h>

#define SHUNIU_MOST_DESCRIPTORS 16

// Sends bytes and descriptors; the descriptors travel with the first byte. Returns as sendmsg(2).
static inline ssize_t shuniu_send(int channel, const void *bytes, size_t count, const int *descriptors, size_t number) {
    struct iovec part = {(void *)bytes, count};
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    union { struct cmsghdr align; char room[CMSG_SPACE(sizeof(int) * SHUNIU_MOST_DESCRIPTORS)]; } control;
    if (number > 0) {
        if (number > SHUNIU_MOST_DESCRIPTORS) { errno = EINVAL; return -1; }
        memset(&control, 0, sizeof control);
        message.msg_control = control.room;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * number);
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof(int) * number);
        memcpy(CMSG_DATA(head), descriptors, sizeof(int) * number);
    }
    return sendmsg(channel, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

// Receives bytes and at most SHUNIU_MOST_DESCRIPTORS descriptors, close-on-exec. `*number` is how many came; -1: more came than fit.
static inline ssize_t shuniu_receive(int channel, void *bytes, size_t count, int *descriptors, int *number, int waits) {
    struct iovec part = {bytes, count};
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    union { struct cmsghdr align; char room[CMSG_SPACE(sizeof(int) * SHUNIU_MOST_DESCRIPTORS)]; } control;
    message.msg_control = control.room;
    message.msg_controllen = sizeof control.room;
    *number = 0;
    ssize_t got = recvmsg(channel, &message, MSG_CMSG_CLOEXEC | (waits ? 0 : MSG_DONTWAIT));
    if (got < 0) return got;
    for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head)) {
        if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
        size_t here = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < here && *number < SHUNIU_MOST_DESCRIPTORS; i++) {
            memcpy(&descriptors[*number], CMSG_DATA(head) + i * sizeof(int), sizeof(int));
            *number += 1;
        }
    }
    if (message.msg_flags & MSG_CTRUNC) *number = -1;
    return got;
}

// MARK: Confinement of a process: prctl(2), landlock(7), seccomp(2). Variadic or without a libc function.

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/resource.h>
#include <signal.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <linux/filter.h>
#include <linux/audit.h>

extern long syscall(long, ...);
extern int memfd_create(const char *, unsigned int);
extern int pipe2(int *, int);

// A descriptor of memory, sealed against nothing, closed on exec.
static inline int shuniu_memory_file(const char *name) { return memfd_create(name, 1 /* MFD_CLOEXEC */); }

// A file without a name in a folder, for those who may not make one of memory (open(2), O_TMPFILE).
static inline int shuniu_unnamed_file(const char *folder) { return open(folder, O_DIRECTORY | 020000000 /* O_TMPFILE */ | O_RDWR | O_CLOEXEC, 0600); }

// How many processors run; at least one.
static inline int shuniu_processors(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (int)count : 1;
}

static inline int shuniu_pipe(int *ends) { return pipe2(ends, O_CLOEXEC); }

#include <elf.h>
#include <sys/mman.h>

// link.h shows these only with _GNU_SOURCE.
struct shuniu_object { Elf64_Addr base; const char *name; const Elf64_Phdr *headers; Elf64_Half count; };
extern int dl_iterate_phdr(int (*)(struct shuniu_object *, size_t, void *), void *);

// Lets go of what program and libraries have in memory of their read-only segments; touched again, it comes back from the page cache.
// A segment that is not writable holds nothing but the file's content (elf(5)), so nothing is lost.
static inline int shuniu_release_object(struct shuniu_object *object, size_t size, void *page) {
    (void)size;
    Elf64_Addr mask = ~((Elf64_Addr)(size_t)page - 1);
    for (int i = 0; i < object->count; i++) {
        const Elf64_Phdr *part = &object->headers[i];
        if (part->p_type != PT_LOAD || part->p_flags & PF_W) continue;
        Elf64_Addr start = (object->base + part->p_vaddr) & mask, end = (object->base + part->p_vaddr + part->p_filesz) & mask;
        if (end > start) madvise((void *)start, end - start, 4 /* MADV_DONTNEED */);
    }
    return 0;
}
static inline void shuniu_release_program(void) { dl_iterate_phdr(shuniu_release_object, (void *)sysconf(_SC_PAGESIZE)); }

#include <sys/timex.h>

// 1: the clock follows a time server; 0: it does not; -1: the kernel does not say (adjtimex(2)).
static inline int shuniu_clock_kept(void) {
    struct timex facts;
    memset(&facts, 0, sizeof facts);
    int state = adjtimex(&facts);
    return state < 0 ? -1 : state == TIME_ERROR || (facts.status & STA_UNSYNC) ? 0 : 1;
}

// The process dies with the thread that started it.
static inline int shuniu_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }
static inline int shuniu_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }
static inline int shuniu_limit(int resource, unsigned long long value) {
    struct rlimit limit = {value, value};
    return setrlimit((__rlimit_resource_t)resource, &limit);
}
enum { SHUNIU_LIMIT_DATA = RLIMIT_DATA, SHUNIU_LIMIT_FILES = RLIMIT_NOFILE, SHUNIU_LIMIT_CORE = RLIMIT_CORE, SHUNIU_LIMIT_PROCESSES = RLIMIT_NPROC, SHUNIU_LIMIT_FILE_SIZE = RLIMIT_FSIZE };

// The version of Landlock that the kernel offers; -1: none.
static inline int shuniu_landlock_version(void) {
    return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, 1U /* LANDLOCK_CREATE_RULESET_VERSION */);
}

// The rights over files that this version knows (kernel documentation, userspace-api/landlock).
static inline uint64_t shuniu_landlock_file_rights(int version) {
    uint64_t rights = (1ULL << 13) - 1;      // version 1: EXECUTE … MAKE_SYM
    if (version >= 2) rights |= 1ULL << 13;  // REFER
    if (version >= 3) rights |= 1ULL << 14;  // TRUNCATE
    if (version >= 5) rights |= 1ULL << 15;  // IOCTL_DEV
    return rights;
}
enum { SHUNIU_LANDLOCK_EXECUTE = 1, SHUNIU_LANDLOCK_READ = 1 << 2 | 1 << 3 };

// A ruleset that allows nothing to do with files and, without the network, no TCP; its descriptor.
static inline int shuniu_landlock_begin(int version, int network) {
    struct { uint64_t files, net, scoped; } attributes = {shuniu_landlock_file_rights(version), 0, 0};
    if (version >= 4 && !network) attributes.net = 3;     // BIND_TCP, CONNECT_TCP
    if (version >= 6) attributes.scoped = 3;              // abstract sockets and signals stay inside
    size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    return (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
}

// Allows rights beneath a folder or for a file.
static inline int shuniu_landlock_allow(int ruleset, const char *path, uint64_t rights) {
    int place = open(path, 010000000 /* O_PATH */ | O_CLOEXEC);
    if (place < 0) return -1;
    struct __attribute__((packed)) { uint64_t rights; int32_t place; } rule = {rights, place};
    int result = (int)syscall(SYS_landlock_add_rule, ruleset, 1 /* LANDLOCK_RULE_PATH_BENEATH */, &rule, 0);
    int cause = errno;
    close(place);
    errno = cause;
    return result;
}

static inline int shuniu_landlock_enforce(int ruleset) { return (int)syscall(SYS_landlock_restrict_self, ruleset, 0); }

#if defined(__x86_64__)
#define SHUNIU_AUDIT_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define SHUNIU_AUDIT_ARCH AUDIT_ARCH_AARCH64
#endif

// Forbids new processes (threads are allowed), tracing others, memory that RLIMIT_DATA does not count (files of memory, shared memory
// without a file, mappings that grow like a stack: setrlimit(2), mm/mmap.c of the kernel), and, without the network, sockets. Needs no_new_privs.
static inline int shuniu_forbid(int network) {
#if defined(SHUNIU_AUDIT_ARCH)
#define SHUNIU_DENY(number, code) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (code))
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SHUNIU_AUDIT_ARCH, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
#if defined(__x86_64__)
        SHUNIU_DENY(SYS_fork, EPERM), SHUNIU_DENY(SYS_vfork, EPERM),
        // Numbers of the x32 interface would pass every comparison.
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
#endif
        // clone3 cannot be looked into; the C library falls back to clone.
        SHUNIU_DENY(SYS_clone3, ENOSYS),
        SHUNIU_DENY(SYS_ptrace, EPERM), SHUNIU_DENY(SYS_process_vm_readv, EPERM), SHUNIU_DENY(SYS_process_vm_writev, EPERM),
        SHUNIU_DENY(SYS_unshare, EPERM), SHUNIU_DENY(SYS_setns, EPERM), SHUNIU_DENY(SYS_mount, EPERM), SHUNIU_DENY(SYS_io_uring_setup, EPERM),
        SHUNIU_DENY(SYS_memfd_create, EPERM), SHUNIU_DENY(447 /* memfd_secret */, EPERM), SHUNIU_DENY(SYS_shmget, EPERM), SHUNIU_DENY(SYS_msgget, EPERM), SHUNIU_DENY(SYS_semget, EPERM),
        SHUNIU_DENY(SYS_keyctl, EPERM), SHUNIU_DENY(SYS_bpf, EPERM), SHUNIU_DENY(SYS_perf_event_open, EPERM),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, network ? 0xFFFFFFFF : SYS_socket, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 6),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 40),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x100 /* MAP_GROWSDOWN */, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x20 /* MAP_ANONYMOUS */, 0, 2),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x01 /* MAP_SHARED */, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x00010000 /* CLONE_THREAD */, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
#undef SHUNIU_DENY
    struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
#else
    (void)network;
    errno = ENOSYS;
    return -1;
#endif
}

// Gives every capability up for good (capabilities(7)); where there are none, nothing is lost.
static inline int shuniu_drop_capabilities(void) {
    for (int capability = 0; capability < 64; capability++) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    struct { uint32_t version; int pid; } header = {0x20080522 /* _LINUX_CAPABILITY_VERSION_3 */, 0};
    struct { uint32_t effective, permitted, inheritable; } none[2] = {{0, 0, 0}, {0, 0, 0}};
    return (int)syscall(SYS_capset, &header, none);
}
