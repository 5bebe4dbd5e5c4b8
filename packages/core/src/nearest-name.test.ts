// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { nearestName } from './index.ts';

const FILE = ['path', 'max_file_bytes', 'max_files', 'max_age_millis', 'max_total_bytes', 'max_line_bytes', 'fsync'];

test.each([
  ['max_fils', 'max_files'],
  ['max_flies', 'max_files'],
  ['MAX_FILES', 'max_files'],
  ['maxx_files', 'max_files'],
  ['pth', 'path'],
  ['fsyncs', 'fsync'],
])('a few edits lead from %s to %s', (name, nearest) => {
  expect(nearestName(name, FILE)).toBe(nearest);
});

test.each([
  ['max_bytes', FILE, 'max_file_bytes'],
  ['total_bytes', FILE, 'max_total_bytes'],
  ['maxBytes', ['maxFiles', 'maxFileBytes'], 'maxFileBytes'],
  ['exportTimeout', ['exportTimeoutMillis', 'overflowPolicy'], 'exportTimeoutMillis'],
  ['LOGFERRY_MAX_BYTES', ['LOGFERRY_MAX_FILES', 'LOGFERRY_FILE_MAX_BYTES'], 'LOGFERRY_FILE_MAX_BYTES'],
])('the same words lead from %s, of %j, to %s', (name, known, nearest) => {
  expect(nearestName(name, known)).toBe(nearest);
});

test('what is like none of them has no nearest one', () => {
  expect(nearestName('colour', FILE)).toBeUndefined();
  expect(nearestName('max', FILE)).toBeUndefined();
  expect(nearestName('', FILE)).toBeUndefined();
  expect(nearestName('max_files'.padEnd(81, '_'), FILE)).toBeUndefined();
  expect(nearestName('path', [])).toBeUndefined();
});
