// SPDX-License-Identifier: Apache-2.0
import { expect, it, vi } from 'vitest';

import { RotatingFileLogRecordExporter } from './rotating-file-log-record-exporter.ts';

vi.mock('node:zlib', async (original) => {
  const { default: zlib, ...named } = await original<{ readonly default: object }>();
  return { ...named, default: { ...zlib, createZstdCompress: undefined } };
});

it('zstd is refused at once where Node.js lacks it, and gzip is not', async () => {
  const path = '/tmp/never-made/orders.log';
  expect(() => new RotatingFileLogRecordExporter({ path, compression: 'zstd' })).toThrow(
    `compression must be 'gzip' or 'none' on Node.js ${process.version}: zstd needs 22.15; it is "zstd"`,
  );
  await new RotatingFileLogRecordExporter({ output: 'stdout', compression: 'gzip' }).shutdown();
});
