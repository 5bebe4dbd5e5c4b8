// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { join } from 'node:path';
import { pino } from 'pino';

import type { OpenPipeline } from '../harness/pipeline.ts';
import { drained } from './drained.ts';
import { logWithPino, PINO_OPTIONS } from './pino-record.ts';
import { FILE_MIB, MAX_FILES, phaseDirectory } from './rotation.ts';

/** pino handing lines to pino-roll in a worker thread; the producer waits while the shared buffer is full. */
export const open: OpenPipeline = async (settings, phase) => {
  const stream: ReturnType<typeof pino.transport> & { readonly writableNeedDrain?: boolean } = pino.transport({
    target: 'pino-roll',
    options: {
      file: join(phaseDirectory(settings, phase), 'bench'),
      extension: '.log',
      size: `${FILE_MIB}m`,
      limit: { count: MAX_FILES },
      mkdir: true,
    },
  });
  const logger = pino(PINO_OPTIONS, stream);
  await once(stream, 'ready');
  return {
    log: (sequence) => logWithPino(logger, sequence),
    room: () => (stream.writableNeedDrain === true ? drained(stream) : undefined),
    async finish() {
      stream.end();
      await once(stream, 'close');
    },
  };
};
