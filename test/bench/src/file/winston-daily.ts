// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { createLogger, format } from 'winston';
import DailyRotateFile from 'winston-daily-rotate-file';

import type { OpenPipeline } from '../harness/pipeline.ts';
import { makeRecord, SEVERITY_WARN } from '../records/records.ts';
import { drained } from './drained.ts';
import { FILE_MIB, MAX_FILES, phaseDirectory } from './rotation.ts';

/** winston with winston-daily-rotate-file. The transport passes on no back-pressure, so `room` seldom has anything to heed. */
export const open: OpenPipeline = async (settings, phase) => {
  const directory = phaseDirectory(settings, phase);
  const transport = new DailyRotateFile({
    filename: join(directory, 'bench-%DATE%.log'),
    maxSize: `${FILE_MIB}m`,
    maxFiles: MAX_FILES,
    auditFile: `${directory}-audit.json`,
    zippedArchive: settings['compression'] === 'gzip',
  });
  const closing = closingOfFiles(transport, settings['compression'] === 'gzip');
  const logger = createLogger({ format: format.combine(format.timestamp(), format.json()), transports: [transport] });
  return {
    log(sequence) {
      const record = makeRecord(sequence);
      logger.log(record.severityNumber === SEVERITY_WARN ? 'warn' : 'info', record.body, record.attributes);
    },
    room: () => (logger.writableNeedDrain ? drained(logger) : undefined),
    async finish() {
      closing.end();
      logger.end();
      await closing.done;
    },
  };
};

/**
 * Its `finish` event comes before the last file is written, so the files that are closed, and those that are compressed,
 * are counted. Give it every chance: a line that is on disk later than this is counted as lost.
 */
function closingOfFiles(
  transport: DailyRotateFile,
  compresses: boolean,
): { end(): void; readonly done: Promise<void> } {
  const { logStream } = transport as unknown as { readonly logStream: NodeJS.EventEmitter };
  let ended = false;
  let files = 1;
  let closed = 0;
  let archived = 0;
  logStream.on('rotate', () => {
    files += 1;
  });
  const done = new Promise<void>((resolve) => {
    const check = (): void => {
      if (ended && closed === files && archived === (compresses ? files - 1 : 0)) resolve();
    };
    logStream.on('close', () => {
      closed += 1;
      check();
    });
    transport.on('archive', () => {
      archived += 1;
      check();
    });
  });
  return {
    end: () => {
      ended = true;
    },
    done,
  };
}
