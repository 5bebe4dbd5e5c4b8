// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { join } from 'node:path';
import { pino } from 'pino';

import type { OpenPipeline, PipelineSettings } from '../harness/pipeline.ts';
import { drained } from './drained.ts';
import { logWithPino, PINO_OPTIONS } from './pino-record.ts';
import { FILE_MIB, MAX_FILES, phaseDirectory } from './rotation.ts';

/** pino handing lines to a transport in a worker thread; the producer waits while the shared buffer is full. */
export const open: OpenPipeline = async (settings, phase) => {
  const stream: ReturnType<typeof pino.transport> & { readonly writableNeedDrain?: boolean } = pino.transport(
    transportOptions(settings, phaseDirectory(settings, phase)),
  );
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

function transportOptions({ target }: PipelineSettings, directory: string): Parameters<typeof pino.transport>[0] {
  // pino's own transport rotates nothing: all lines are in one file.
  if (target === 'pino/file') return { target, options: { destination: join(directory, 'bench.log'), mkdir: true } };
  return {
    target: 'pino-roll',
    options: {
      file: join(directory, 'bench'),
      extension: '.log',
      size: `${FILE_MIB}m`,
      limit: { count: MAX_FILES },
      mkdir: true,
    },
  };
}
