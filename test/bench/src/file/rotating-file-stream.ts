// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { createStream } from 'rotating-file-stream';

import type { OpenPipeline } from '../harness/pipeline.ts';
import { makeRecord } from '../records/records.ts';
import { drained } from './drained.ts';
import { FILE_MIB, MAX_FILES, phaseDirectory } from './rotation.ts';

/** Lines of `JSON.stringify` written to rotating-file-stream; the producer heeds its back-pressure. */
export const open: OpenPipeline = async (settings, phase) => {
  const directory = phaseDirectory(settings, phase);
  const stream = createStream('bench.log', {
    path: directory,
    history: `../${phase}-history.txt`,
    size: `${FILE_MIB}M`,
    maxFiles: MAX_FILES,
  });
  await once(stream, 'open');
  return {
    log(sequence) {
      const record = makeRecord(sequence);
      stream.write(
        `${JSON.stringify({ time: Date.now(), level: record.severityText, msg: record.body, ...record.attributes })}\n`,
      );
    },
    room: () => (stream.writableNeedDrain ? drained(stream) : undefined),
    async finish() {
      stream.end();
      await once(stream, 'close');
    },
  };
};
