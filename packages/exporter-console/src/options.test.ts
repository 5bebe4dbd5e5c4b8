// SPDX-License-Identifier: Apache-2.0
import type { Writable } from 'node:stream';

import { isLogferryError } from '@logferry/core';
import { expect, test } from 'vitest';

import { ConsoleLogRecordExporter, type ConsoleLogRecordExporterOptions } from './index.ts';

test.each<[ConsoleLogRecordExporterOptions, string]>([
  [{ format: 'xml' as 'json' }, `format must be one of 'auto', 'pretty', 'json'; it is "xml"`],
  [{ colour: 'yes' as unknown as boolean }, 'colour must be true or false; it is "yes"'],
  [{ timeZone: 'mars' as 'utc' }, `timeZone must be one of 'utc', 'local'; it is "mars"`],
  [{ stderrMinSeverity: 0 }, 'stderrMinSeverity must be a whole number from 1 to 24; it is 0'],
  [{ stderrMinSeverity: 25 }, 'stderrMinSeverity must be a whole number from 1 to 24; it is 25'],
  [{ includeResource: 1 as unknown as boolean }, 'includeResource must be true or false; it is 1'],
  [{ maxRecordBytes: 4095 }, 'maxRecordBytes must be a whole number from 4096 to 1073741824; it is 4095'],
  [{ writeTimeoutMillis: 0 }, 'writeTimeoutMillis must be a whole number at least 1, or Infinity; it is 0'],
  [{ maxPendingBytes: 1 }, 'maxPendingBytes must be a whole number at least 65536; it is 1'],
  [{ stdout: {} as Writable }, 'stdout must be a writable stream; it is a value of type object'],
  [{ stderr: {} as Writable, stderrMinSeverity: 13 }, 'stderr must be a writable stream; it is a value of type object'],
])('a bad option is refused by name, value and bound: %o', (options, message) => {
  let thrown: unknown;
  try {
    thrown = new ConsoleLogRecordExporter(options);
  } catch (error) {
    thrown = error;
  }
  expect(isLogferryError(thrown)).toBe(true);
  expect(thrown).toMatchObject({ code: 'INVALID_OPTION', message });
});
