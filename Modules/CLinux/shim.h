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
