// SPDX-License-Identifier: Apache-2.0

/** The thread that finishes rotated files, one at a time. Each message is a job; each answer is what became of it. */
import { parentPort } from 'node:worker_threads';

import { type ArchivedFile, finishFile, type FinishJob } from './finish-file.ts';

/** What became of a job. */
export type FinishAnswer =
  | { readonly ok: true; readonly file: ArchivedFile | undefined }
  | { readonly ok: false; readonly code: string; readonly message: string };

parentPort?.on('message', (job: FinishJob) => {
  void finishFile(job)
    .then(
      (file): FinishAnswer => ({ ok: true, file }),
      (error: unknown): FinishAnswer => {
        const { code, message } = error as NodeJS.ErrnoException;
        return { ok: false, code: code ?? 'UNKNOWN', message: message };
      },
    )
    .then((answer) => parentPort?.postMessage(answer));
});
