// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

// The functions of systemd's bus that are called, each of which calls its namesake in libsystemd. That is opened with the
// first of them: whoever drives no host loads neither it nor the six libraries that it needs (half a millisecond of each
// start), and need not have it.

#include "csystemd.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;
static void *library;

// Tried again where it failed: it may be installed later, or descriptors were short.
static void *find(const char *name) {
    pthread_mutex_lock(&opening);
    if (!library) library = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
    void *opened = library;
    pthread_mutex_unlock(&opening);
    return opened ? dlsym(opened, name) : NULL;
}

// Without the library there is no bus, so that no other function is ever called than the one that opens it.
#define FORWARD(result, missing, name, parameters, arguments)                                                          \
    result name parameters {                                                                                           \
        __typeof__(&name) own = (__typeof__(&name))find(#name);                                                        \
        return own ? own arguments : (missing);                                                                        \
    }

FORWARD(int, -ELIBACC, sd_bus_open_system, (sd_bus **bus), (bus))
FORWARD(sd_bus *, NULL, sd_bus_flush_close_unref, (sd_bus *bus), (bus))
FORWARD(int, -ELIBACC, sd_bus_get_fd, (sd_bus *bus), (bus))
FORWARD(int, -ELIBACC, sd_bus_process, (sd_bus *bus, sd_bus_message **message), (bus, message))
FORWARD(int, -ELIBACC, sd_bus_wait, (sd_bus *bus, uint64_t microseconds), (bus, microseconds))
FORWARD(
    int, -ELIBACC, sd_bus_call,
    (sd_bus *bus, sd_bus_message *message, uint64_t microseconds, sd_bus_error *error, sd_bus_message **reply),
    (bus, message, microseconds, error, reply))
FORWARD(
    int, -ELIBACC, sd_bus_get_property_string,
    (sd_bus *bus, const char *destination, const char *path, const char *interface, const char *member,
     sd_bus_error *error, char **value),
    (bus, destination, path, interface, member, error, value))
FORWARD(
    int, -ELIBACC, sd_bus_get_property_trivial,
    (sd_bus *bus, const char *destination, const char *path, const char *interface, const char *member,
     sd_bus_error *error, char type, void *value),
    (bus, destination, path, interface, member, error, type, value))

FORWARD(
    int, -ELIBACC, sd_bus_message_new_method_call,
    (sd_bus *bus, sd_bus_message **message, const char *destination, const char *path, const char *interface,
     const char *member),
    (bus, message, destination, path, interface, member))
FORWARD(sd_bus_message *, NULL, sd_bus_message_unref, (sd_bus_message *message), (message))
FORWARD(
    int, -ELIBACC, sd_bus_message_append_basic, (sd_bus_message *message, char type, const void *value),
    (message, type, value))
FORWARD(int, -ELIBACC, sd_bus_message_append_strv, (sd_bus_message *message, char **texts), (message, texts))
FORWARD(
    int, -ELIBACC, sd_bus_message_read_basic, (sd_bus_message *message, char type, void *value), (message, type, value))
FORWARD(
    int, -ELIBACC, sd_bus_message_is_signal, (sd_bus_message *message, const char *interface, const char *member),
    (message, interface, member))
FORWARD(const char *, NULL, sd_bus_message_get_path, (sd_bus_message *message), (message))

void sd_bus_error_free(sd_bus_error *error) {
    __typeof__(&sd_bus_error_free) own = (__typeof__(&sd_bus_error_free))find("sd_bus_error_free");
    if (own) own(error);
}
