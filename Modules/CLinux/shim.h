#pragma once
#include <sys/epoll.h>
#include <sys/eventfd.h>
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

// Needs _GNU_SOURCE as well.
extern void *memmem(const void *, size_t, const void *, size_t);
