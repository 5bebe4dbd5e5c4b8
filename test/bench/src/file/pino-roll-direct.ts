// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { join } from 'node:path';
import { pino } from 'pino';
import pinoRoll from 'pino-roll';

import type { OpenPipeline } from '../harness/pipeline.ts';
import { drained } from './drained.ts';
import { logWithPino, PINO_OPTIONS } from './pino-record.ts';
import { FILE_MIB, MAX_FILES, phaseDirectory } from './rotation.ts';

/** pino writing to pino-roll's stream in its own thread; with `wait`, the producer heeds the stream's back-pressure. */
export const open: OpenPipeline = async (settings, phase) => {
  const stream = await pinoRoll({
    file: join(phaseDirectory(settings, phase), 'bench'),
    extension: '.log',
    size: `${FILE_MIB}m`,
    limit: { count: MAX_FILES },
    mkdir: true,
  });
  let full = false;
  const destination = {
    write(line: string): void {
      full = !stream.write(line);
    },
  };
  const logger = pino(PINO_OPTIONS, settings['wait'] === 'drain' ? destination : stream);
  return {
    log: (sequence) => logWithPino(logger, sequence),
    room: () => (full ? drained(stream) : undefined),
    async finish() {
      stream.end();
      await once(stream, 'close');
    },
  };
};
