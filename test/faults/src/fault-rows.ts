// SPDX-License-Identifier: Apache-2.0
import { describe } from 'vitest';

/** What a pipeline meets, and what it promises then. Each row has tests: `fault-rows.test.ts` fails for one without. */
export const FAULT_ROWS = {
  'the receiver is down at start': 'retried; what was emitted before it was there arrives',
  'the receiver is down for minutes': 'retried; the queue is bounded in records and bytes; the backlog drains',
  'the receiver restarts': 'retried; the backlog drains',
  'the name does not resolve': 'the data is kept, the name is resolved again',
  'TLS can not be trusted or not be spoken':
    'the data is kept, nothing is sent insecurely, one diagnostic names the cause',
  'mutual TLS is refused': 'the same; the cause is found although gRPC hides it',
  'the receiver accepts and is silent':
    'the deadline ends the call, the old call is cancelled, the batch is sent again',
  'the connection breaks in the middle of a response': 'sent again; duplicates are at most what was in flight',
  RST_STREAM: 'by the retry table',
  'a bare HTTP status': '429 and 502 to 504 are retried; other records are dropped and counted',
  'no gRPC status, or an unknown one': 'the table has a default branch: dropped and counted',
  'a batch over the limit of the server': 'split and sent again; a lone oversized record is dropped and counted',
  'a gzip bomb as response': 'not retried; memory stays flat',
  'partial success': 'never retried; what is rejected is counted; the message is surfaced, sanitised',
  RetryInfo: 'waited for at least that long, clamped, with jitter',
  'the status in trailers, or in the only headers': 'both are read',
  'certificates are rotated on disk': 'new connections use the new pair; the last good pair stays where a file is bad',
  'SIGTERM or SIGINT in mid-flush': "flushed within a deadline; the application's handlers and exit code stay",
  'the process ends by itself': 'what the destination takes is delivered, the exit code stays',
  'the worker crashes': 'restarted; what was not acknowledged is sent again, in bounds',
  'the clock jumps by a day': 'timers are monotonic',
  'cyclic, too deep or throwing values': 'emit never throws; a marker stands for the value; no other record suffers',
  'huge values': 'cut at the limits, dropped counts set, the event loop is held for a bounded time',
  'lone surrogates': 'U+FFFD, valid UTF-8',
  'NaN, infinities, -0': 'exact doubles',
  BigInt: 'int64 where it fits, otherwise a string',
  'Map, Set, Date, Error, bytes, URL, RegExp, instances': 'a faithful AnyValue',
  '__proto__ and constructor as keys': 'kept as data; Object.prototype is untouched',
  'control characters': 'byte-exact in OTLP',
  secrets: "header values are never said; a server's text is cut and escaped",
} as const;

export type Fault = keyof typeof FAULT_ROWS;

/** The tests of one row. */
export function describeFault(fault: Fault, suite: () => void): void {
  describe(fault, suite);
}
