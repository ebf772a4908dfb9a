// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

#include <zlib.h>

// A macro in zlib's header, which Swift does not see. 31: gzip alone (RFC 1952), the largest window.
static inline int czlib_begin_gunzip(z_stream *stream) { return inflateInit2(stream, 31); }
