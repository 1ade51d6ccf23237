/* A policy engine for `make bench-engines`: answers every HTTP request after the same time with the same JSON.

   engine PORT MICROSECONDS [JSON]

   Without JSON the answer is OPA's {"result":true}. Negative MICROSECONDS: it takes requests and never answers. Prints the port,
   which PORT 0 leaves to the system. Understands what Mandate sends and no more: a head, Content-Length, a body. Asks for a
   place before others on its core, so that the load beside it does not keep it waiting. Listens on 127.0.0.1 only. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 1024, MOST_QUESTION = 65536 };

struct connection {
    int socket;
    unsigned waiting; /* questions of it in the queue; it is not used anew before they are out */
    size_t received;
    char question[MOST_QUESTION + 1];
};

static struct connection connections[MOST_CONNECTIONS];
/* All wait equally long, so who came first is answered first. */
static struct { struct connection *of; uint64_t due; } queue[MOST_CONNECTIONS];
static size_t first, count;
static int poller, listener, timer;
static long delay;
static char answer[MOST_QUESTION];
static size_t answer_size;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(2);
}

static void watch(int socket, void *pointer) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = pointer};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event) != 0) fail("epoll_ctl");
}

static void accept_one(void) {
    int socket = accept(listener, NULL, NULL), yes = 1;
    if (socket < 0) return;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    for (int index = 0; index < MOST_CONNECTIONS; index++) {
        struct connection *one = &connections[index];
        if (one->socket >= 0 || one->waiting) continue;
        one->socket = socket;
        one->received = 0;
        watch(socket, one);
        return;
    }
    close(socket);
}

static void hang_up(struct connection *one) {
    close(one->socket);
    one->socket = -1;
}

static void answer_those_due(void) {
    uint64_t time = now();
    for (; count > 0 && queue[first].due <= time; first = (first + 1) % MOST_CONNECTIONS, count--) {
        struct connection *one = queue[first].of;
        one->waiting--;
        if (one->socket >= 0 && send(one->socket, answer, answer_size, MSG_NOSIGNAL) != (ssize_t)answer_size) hang_up(one);
    }
    struct itimerspec at = {0};
    if (count > 0) {
        at.it_value.tv_sec = (time_t)(queue[first].due / 1000000000u);
        at.it_value.tv_nsec = (long)(queue[first].due % 1000000000u);
    }
    if (timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL) != 0) fail("timerfd_settime");
}

static void read_from(struct connection *one) {
    ssize_t size = recv(one->socket, one->question + one->received, MOST_QUESTION - one->received, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (size <= 0) return hang_up(one);
    one->received += (size_t)size;
    one->question[one->received] = 0;
    for (;;) {
        char *end = strstr(one->question, "\r\n\r\n"), *field = strcasestr(one->question, "\r\ncontent-length:");
        if (!end) break;
        size_t whole = (size_t)(end + 4 - one->question) + (field && field < end ? strtoul(field + 17, NULL, 10) : 0);
        if (whole > MOST_QUESTION) return hang_up(one);
        if (one->received < whole) break;
        one->received -= whole;
        memmove(one->question, one->question + whole, one->received + 1);
        if (delay < 0) continue;
        if (count == MOST_CONNECTIONS) return hang_up(one);
        size_t last = (first + count++) % MOST_CONNECTIONS;
        queue[last].of = one;
        queue[last].due = now() + (uint64_t)delay * 1000u;
        one->waiting++;
    }
    if (one->received == MOST_QUESTION) hang_up(one);
}

int main(int arguments, char **argument) {
    if (arguments != 3 && arguments != 4) {
        fprintf(stderr, "usage: engine PORT MICROSECONDS [JSON]\n");
        return 2;
    }
    delay = atol(argument[2]);
    const char *json = arguments == 4 ? argument[3] : "{\"result\":true}";
    int size = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                        strlen(json), json);
    if (size < 0 || (size_t)size >= sizeof answer) return 2;
    answer_size = (size_t)size;
    struct sched_param priority = {.sched_priority = 1};
    if (sched_setscheduler(0, SCHED_FIFO, &priority) != 0) fprintf(stderr, "engine: no place before others\n");

    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argument[1]))};
    socklen_t length = sizeof address;
    int yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (listener < 0) fail("socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 1024) != 0) fail("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &length) != 0) fail("getsockname");
    for (int index = 0; index < MOST_CONNECTIONS; index++) connections[index].socket = -1;
    poller = epoll_create1(0);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    if (poller < 0 || timer < 0) fail("setting up");
    watch(listener, &listener);
    watch(timer, &timer);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);

    for (;;) {
        struct epoll_event events[256];
        int ready = epoll_wait(poller, events, 256, -1);
        if (ready < 0 && errno != EINTR) fail("epoll_wait");
        for (int index = 0; index < ready; index++) {
            void *of = events[index].data.ptr;
            uint64_t times;
            if (of == &listener) accept_one();
            else if (of == &timer) {
                if (read(timer, &times, sizeof times) < 0 && errno != EAGAIN) fail("read");
            } else if (((struct connection *)of)->socket >= 0) read_from(of);
        }
        answer_those_due();
    }
}
