// SPDX-License-Identifier: Apache-2.0
import type { Profiler } from 'node:inspector';
import { expect, test } from 'vitest';

import { formatSummary, summariseProfile } from './summarise-profile.ts';

function node(id: number, functionName: string, url: string, lineNumber: number): Profiler.ProfileNode {
  return { id, callFrame: { functionName, scriptId: '1', url, lineNumber, columnNumber: 0 }, hitCount: 0 };
}

const PROFILE: Profiler.Profile = {
  startTime: 0,
  endTime: 1000,
  nodes: [
    node(1, '(root)', '', -1),
    node(2, 'append', 'file:///home/me/logferry/packages/otlp-encoding/dist/encoder.js', 41),
    node(3, 'write', 'node:internal/http2/core', 9),
    node(4, 'append', 'file:///home/me/logferry/packages/otlp-encoding/dist/encoder.js', 41),
    node(5, '(idle)', '', -1),
    node(6, 'send', 'file:///x/node_modules/.pnpm/a/node_modules/@grpc/grpc-js/build/src/call.js', 1),
  ],
  samples: [2, 3, 5, 4, 6],
  // The first is the time before the first sample; the last sample has no known length.
  timeDeltas: [50, 100, 200, 300, 400],
};

test('self time is added up by function and by place, without the idle time', () => {
  expect(summariseProfile(PROFILE)).toEqual({
    busyMicros: 700,
    functions: [
      { name: 'append  packages/otlp-encoding/dist/encoder.js:42', micros: 500 },
      { name: 'write  node:internal/http2/core:10', micros: 200 },
      { name: 'send  @grpc/grpc-js/build/src/call.js:2', micros: 0 },
    ],
    places: [
      { name: 'packages/otlp-encoding', micros: 500 },
      { name: 'node:internal/http2', micros: 200 },
      { name: '@grpc/grpc-js', micros: 0 },
    ],
  });
});

test('the text gives shares and the cost of one record', () => {
  expect(formatSummary(summariseProfile(PROFILE), 100, 1)).toBe(
    'busy for 7.00 µs per record in the profiled thread\n\n' +
      'self time by place:\n 71.4 %   5000 ns/record  packages/otlp-encoding\n\n' +
      'self time by function:\n 71.4 %   5000 ns/record  append  packages/otlp-encoding/dist/encoder.js:42',
  );
});
