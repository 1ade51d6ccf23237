/* The load of `make bench`: sends the HTTP requests of a file over and over on kept connections and measures the answers.

   load PORT REQUEST-FILE CONNECTIONS SECONDS RATE [DEPTH]

   RATE 0 is a closed loop: every connection asks again as soon as it is answered. Any other RATE is an open loop: requests
   are due at fixed times, whether or not earlier ones are answered, and a latency counts from the time its request was due.
   Prints one line of JSON. Talks to 127.0.0.1 only. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 16384, MOST_ANSWER = 65536, MOST_DEPTH = 64 };

struct connection {
    int socket;
    unsigned first, busy;    /* of the requests on the way: which was sent first, and how many there are */
    unsigned unsent;         /* how many of them are not sent as a whole */
    double due[MOST_DEPTH];  /* when each was due, or sent in a closed loop */
    size_t text[MOST_DEPTH]; /* which of the requests it is */
    size_t sent, received;
    char answer[MOST_ANSWER + 1];
};

static struct connection *connections;
static int *idle, idle_count;
static struct { char *bytes; size_t size; } *texts;
static size_t text_count, next_text;
static int poller, port;
static unsigned depth = 1;
static struct { float *of; size_t count, capacity; } good, shed;
static size_t errors, unexplained;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void fail(const char *what) {
    perror(what);
    exit(2);
}

static void watch(struct connection *one, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = one};
    if (epoll_ctl(poller, operation, one->socket, &event) != 0) fail("epoll_ctl");
}

static void open_connection(struct connection *one) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    one->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (one->socket < 0) fail("socket");
    if (connect(one->socket, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    setsockopt(one->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    one->busy = one->first = 0;
    one->unsent = 0;
    one->sent = one->received = 0;
    watch(one, EPOLL_CTL_ADD, EPOLLIN);
}

static void reopen(struct connection *one) {
    errors += one->busy;
    for (unsigned lost = one->busy; lost > 0; lost--) idle[idle_count++] = (int)(one - connections);
    close(one->socket);
    open_connection(one);
}

static void push(struct connection *one) {
    while (one->unsent > 0) {
        size_t text = one->text[(one->first + one->busy - one->unsent) % MOST_DEPTH];
        ssize_t size = send(one->socket, texts[text].bytes + one->sent, texts[text].size - one->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            watch(one, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
            return;
        }
        if (size < 0) return; /* the read side will see it */
        one->sent += (size_t)size;
        if (one->sent == texts[text].size) {
            one->unsent--;
            one->sent = 0;
        }
    }
}

static void ask(struct connection *one, double due) {
    unsigned slot = (one->first + one->busy) % MOST_DEPTH;
    one->due[slot] = due;
    one->text[slot] = next_text;
    next_text = (next_text + 1) % text_count;
    one->busy++;
    one->unsent++;
    push(one);
}

#define REMEMBER(list, latency)                                                        \
    do {                                                                               \
        if ((list).count == (list).capacity) {                                         \
            (list).capacity = (list).capacity ? (list).capacity * 2 : 1 << 20;         \
            (list).of = realloc((list).of, (list).capacity * sizeof *(list).of);       \
            if (!(list).of) fail("realloc");                                           \
        }                                                                              \
        (list).of[(list).count++] = (float)((latency) * 1e3);                          \
    } while (0)

/* The length of the first answer; 0: more to come; -1: it makes no sense. */
static ssize_t complete(struct connection *one) {
    one->answer[one->received] = 0;
    char *end = memmem(one->answer, one->received, "\r\n\r\n", 4);
    if (!end) return one->received < MOST_ANSWER ? 0 : -1;
    char *field = strcasestr(one->answer, "\r\ncontent-length:");
    if (!field || field > end) return -1;
    size_t whole = (size_t)(end + 4 - one->answer) + strtoul(field + 17, NULL, 10);
    if (whole > MOST_ANSWER) return -1;
    return one->received >= whole ? (ssize_t)whole : 0;
}

static void take(struct connection *one) {
    ssize_t size = recv(one->socket, one->answer + one->received, MOST_ANSWER - one->received, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (!one->busy) { /* an idle connection was closed, as it may be; or the server spoke unasked */
        if (size > 0) errors++;
        close(one->socket);
        open_connection(one);
        return;
    }
    if (size <= 0) {
        reopen(one);
        return;
    }
    one->received += (size_t)size;
    ssize_t whole;
    while (one->received > 0 && (whole = complete(one)) != 0) {
        if (whole < 0 || !one->busy) {
            reopen(one);
            return;
        }
        double latency = now() - one->due[one->first];
        if (strncmp(one->answer, "HTTP/1.1 200", 12) == 0) REMEMBER(good, latency);
        else if (strncmp(one->answer, "HTTP/1.1 503", 12) == 0) {
            REMEMBER(shed, latency);
            char *field = strcasestr(one->answer, "\r\nretry-after:");
            if (!field || field > one->answer + whole) unexplained++;
        } else errors++;
        one->first = (one->first + 1) % MOST_DEPTH;
        one->busy--;
        one->received -= (size_t)whole;
        memmove(one->answer, one->answer + whole, one->received);
        idle[idle_count++] = (int)(one - connections);
    }
}

/* Sleeps until something comes or `seconds` are over: a core that spins may slow the other one, which is the server's. */
static void listen_once(double seconds) {
    struct epoll_event events[256];
    if (seconds < 0) seconds = 0;
    struct timespec most = {.tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
    int ready = epoll_pwait2(poller, events, 256, &most, NULL);
    if (ready < 0 && errno != EINTR) fail("epoll_pwait2");
    for (int index = 0; index < ready; index++) {
        struct connection *one = events[index].data.ptr;
        if (events[index].events & EPOLLOUT) {
            watch(one, EPOLL_CTL_MOD, EPOLLIN);
            push(one);
        }
        if (events[index].events & ~(uint32_t)EPOLLOUT) take(one);
    }
}

static int ascending(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static double percentile(const float *of, size_t count, double share) {
    return count ? of[(size_t)((double)(count - 1) * share)] : 0;
}

/* Cuts the file into its requests. */
static void read_requests(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) fail(path);
    long size = ftell(file);
    rewind(file);
    char *all = malloc((size_t)size + 1);
    texts = calloc((size_t)size / 16 + 1, sizeof *texts);
    if (!all || !texts || fread(all, 1, (size_t)size, file) != (size_t)size) fail(path);
    fclose(file);
    all[size] = 0;
    for (char *start = all; start < all + size;) {
        char *end = strstr(start, "\r\n\r\n"), *field = strcasestr(start, "\r\ncontent-length:");
        if (!end) break;
        end += 4 + (field && field < end ? strtoul(field + 17, NULL, 10) : 0);
        texts[text_count].bytes = start;
        texts[text_count++].size = (size_t)(end - start);
        start = end;
    }
    if (!text_count) fail(path);
}

int main(int arguments, char **argument) {
    if (arguments != 6 && arguments != 7) {
        fprintf(stderr, "usage: load PORT REQUEST-FILE CONNECTIONS SECONDS RATE [DEPTH]\n");
        return 2;
    }
    port = atoi(argument[1]);
    read_requests(argument[2]);
    int wanted = atoi(argument[3]);
    double seconds = atof(argument[4]), rate = atof(argument[5]);
    int pipelined = arguments == 7;
    if (pipelined) depth = (unsigned)atoi(argument[6]);
    if (wanted < 1 || wanted > MOST_CONNECTIONS || seconds <= 0 || depth < 1 || depth > MOST_DEPTH) return 2;
    poller = epoll_create1(0);
    connections = calloc((size_t)wanted, sizeof *connections);
    int slots = wanted * (int)depth;
    idle = calloc((size_t)slots, sizeof *idle);
    if (poller < 0 || !connections || !idle) fail("setting up");
    for (int index = 0; index < wanted; index++) open_connection(&connections[index]);
    for (int slot = 0; slot < slots; slot++) idle[idle_count++] = slot % wanted;

    double begin = now(), end = begin + seconds, time;
    uint64_t started = 0;
    while ((time = now()) < end) {
        while (idle_count > 0) {
            double due = rate > 0 ? begin + (double)started / rate : time;
            if (due > time) break;
            ask(&connections[idle[--idle_count]], pipelined ? now() : due);
            started++;
        }
        double next = rate > 0 && idle_count > 0 ? begin + (double)started / rate - now() : 0.1;
        listen_once(next);
    }
    double elapsed = now() - begin;
    size_t measured = good.count;
    /* What is still on the way counts as a latency, not as throughput. */
    for (double patience = now() + 5; idle_count < slots && now() < patience;) listen_once(0.1);
    size_t lost = (size_t)(slots - idle_count), answered = good.count;
    /* What was due and found no free connection has waited at least until now. */
    size_t late = 0;
    for (; rate > 0 && (double)(started + late) / rate < seconds; late++)
        if (!pipelined) REMEMBER(good, seconds - (double)(started + late) / rate);

    qsort(good.of, good.count, sizeof *good.of, ascending);
    qsort(shed.of, shed.count, sizeof *shed.of, ascending);
#define GOOD(share) percentile(good.of, good.count, share)
    printf("{\"count\":%zu,\"answered\":%zu,\"errors\":%zu,\"shed\":%zu,\"lost\":%zu,\"never_sent\":%zu,\"seconds\":%.3f,"
           "\"rate\":%.1f,\"p50_ms\":%.3f,\"p90_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%.3f,\"max_ms\":%.3f,"
           "\"shed_p50_ms\":%.3f,\"shed_p99_ms\":%.3f,\"shed_max_ms\":%.3f,\"shed_without_retry_after\":%zu}\n",
           measured, answered, errors, shed.count, lost, late, elapsed, (double)measured / elapsed, GOOD(0.5), GOOD(0.9), GOOD(0.99),
           GOOD(0.999), GOOD(1), percentile(shed.of, shed.count, 0.5), percentile(shed.of, shed.count, 0.99),
           percentile(shed.of, shed.count, 1), unexplained);
    return 0;
}
