// SPDX-License-Identifier: Apache-2.0

/** The thread that finishes rotated files, one at a time. Each message is a job; each answer is what became of it. */
import { parentPort } from 'node:worker_threads';

import { type ArchivedFile, finishFile, type FinishJob } from './finish-file.ts';
import { lowerThreadPriority } from './thread-priority.ts';

/** A job as the thread gets it. */
export interface FinishRequest {
  readonly job: FinishJob;
  /** The thread keeps its priority: where it stands back already, it is not asked. */
  readonly isUrgent: boolean;
}

/** What became of a job. */
export type FinishAnswer =
  | { readonly ok: true; readonly file: ArchivedFile | undefined }
  | { readonly ok: false; readonly code: string; readonly message: string };

let standsBack = false;

async function answerTo({ job, isUrgent }: FinishRequest): Promise<FinishAnswer> {
  if (!isUrgent && !standsBack) {
    standsBack = true;
    // The pool is there: whoever sends a job has listed a directory or renamed a file through it.
    lowerThreadPriority();
  }
  try {
    return { ok: true, file: await finishFile(job) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { ok: false, code: code ?? 'UNKNOWN', message };
  }
}

parentPort?.on('message', (request: FinishRequest) => {
  void answerTo(request).then((answer) => parentPort?.postMessage(answer));
});
